"""A look at an archive from outside, without opening it: nothing is locked, repaired or migrated, whoever has it open."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from storage.directory import is_still
from storage.encryption.cipher import cipher_of
from storage.encryption.key import DataKey, fitting
from storage.errors import ArchiveError, ArchiveProtected
from storage.lock import owner
from storage.sqlite import schema
from storage.sqlite.connect import connect
from storage.sqlite.store import DATABASE


@dataclass(frozen=True)
class Health:
    """What lies in a data directory. damage: what SQLite says of its file, "" where it is sound; written_by: process that
    has the archive open for writing, "" for none; protected: it is encrypted, and without the key no more is known;
    missing: segment files that a row names and that are not there.
    """

    exists: bool
    protected: bool = False
    damage: str = ""
    written_by: str = ""
    documents: int = 0
    files: dict[str, int] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    bytes: int = 0


def inspect(directory: Path, key: DataKey | None = None) -> Health:
    """Reads the whole database once (`PRAGMA quick_check`). Raises nothing that a damaged archive can cause."""
    path = directory / DATABASE
    if not path.exists():
        return Health(exists=False)
    size = sum(entry.stat().st_size for entry in directory.rglob("*") if entry.is_file())
    holder = owner(directory)
    try:
        cipher = cipher_of(directory, fitting(directory, key))
    except ArchiveProtected:
        return Health(exists=True, protected=True, written_by=holder, bytes=size)
    except ArchiveError as error:
        return Health(exists=True, damage=str(error), written_by=holder, bytes=size)
    engine = connect(
        path, writes=False, still=is_still(path.parent), module=cipher.driver, unlock=cipher.unlock
    )
    try:
        with engine.connect() as connection:
            said = [str(row[0]) for row in connection.execute(text("PRAGMA quick_check(3)"))]
            files = connection.execute(
                select(schema.files.c.state, func.count()).group_by(schema.files.c.state)
            )
            names = connection.scalars(select(schema.segments.c.name)).all()
            return Health(
                exists=True,
                damage="" if said == ["ok"] else "; ".join(said),
                written_by=holder,
                documents=connection.scalar(select(func.count()).select_from(schema.documents)) or 0,
                files={state: count for state, count in files},
                sources=tuple(connection.scalars(select(schema.sources.c.path))),
                missing=tuple(name for name in names if not (directory / "bank" / name).exists()),
                bytes=size,
            )
    except DatabaseError as error:
        return Health(exists=True, damage=str(error.orig), written_by=holder, bytes=size)
    finally:
        engine.dispose()
