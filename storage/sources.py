"""Sources: the folders and files that are watched or were read once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from storage.banks import Banks
from storage.errors import NotFound
from storage.records import PICTURES, SOURCE_STATES, Source
from storage.sqlite import schema
from storage.sqlite.rows import to_source
from storage.sqlite.store import Store, now

ONE = select(schema.sources).where(schema.sources.c.id == bindparam("which"))


class Sources:
    """Rows of `sources`."""

    def __init__(self, store: Store, banks: Banks) -> None:
        self._store = store
        self._banks = banks

    def add(
        self,
        path: Path,
        *,
        kind: str = "folder",
        ignore: Sequence[str] = (),
        polling: bool = False,
        retention_days: int | None = None,
        pictures: str = "text",
    ) -> Source:
        """Adds a source, or changes the options of the one with this path."""
        options: dict[str, Any] = {
            "kind": kind,
            "ignore": list(ignore),
            "polling": polling,
            "retention_days": retention_days,
            "pictures": _checked(pictures),
            "state": "active",
            "reason": None,
        }
        sources = schema.sources
        with self._store.write() as change:
            c = change.connection
            known = c.scalar(select(sources.c.id).where(sources.c.path == str(path)))
            if known is None:
                c.execute(insert(sources).values(path=str(path), added_at=now(), **options))
            else:
                c.execute(update(sources).where(sources.c.id == known).values(**options))
            return to_source(c.execute(select(sources).where(sources.c.path == str(path))).one())

    def rows(self) -> list[Source]:
        with self._store.read() as connection:
            return [to_source(r) for r in connection.execute(select(schema.sources).order_by("id"))]

    def row(self, id: int) -> Source:
        """Raises NotFound."""
        with self._store.read() as connection:
            return need_source(connection, id)

    def set_state(self, id: int, state: str, reason: str | None = None) -> Source:
        if state not in SOURCE_STATES:
            raise ValueError(f"a source is one of {SOURCE_STATES}, not {state}")
        with self._store.write() as change:
            change.connection.execute(
                update(schema.sources).where(schema.sources.c.id == id).values(state=state, reason=reason)
            )
            return need_source(change.connection, id)

    def set_ignore(self, id: int, patterns: Sequence[str]) -> Source:
        """Which files of the source are left out, as gitignore patterns. Raises NotFound."""
        with self._store.write() as change:
            change.connection.execute(
                update(schema.sources).where(schema.sources.c.id == id).values(ignore=list(patterns))
            )
            return need_source(change.connection, id)

    def set_retention(self, id: int, days: int | None) -> Source:
        """For how many days the source's files are remembered; None: for ever. Raises NotFound."""
        with self._store.write() as change:
            change.connection.execute(
                update(schema.sources).where(schema.sources.c.id == id).values(retention_days=days)
            )
            return need_source(change.connection, id)

    def set_pictures(self, id: int, pictures: str) -> Source:
        """What is read of the pictures of a source (one of PICTURES): its files are read again. Raises NotFound."""
        sources, files = schema.sources, schema.files
        with self._store.write() as change:
            c = change.connection
            if need_source(c, id).pictures != _checked(pictures):
                c.execute(update(sources).where(sources.c.id == id).values(pictures=pictures))
                c.execute(
                    update(files)
                    .where(files.c.source_id == id)
                    .values(
                        state="queued",
                        reason=None,
                        content_hash=None,
                        attempts=0,
                        revision=files.c.revision + 1,
                        updated_at=now(),
                    )
                )
            return need_source(c, id)

    def remove(self, id: int) -> int:
        """Deletes a source with its files and documents; how many documents. Raises NotFound."""
        with self._store.write() as change:
            need_source(change.connection, id)
            ids = self._banks.bury(change, schema.files.c.source_id == id)
            change.connection.execute(delete(schema.files).where(schema.files.c.source_id == id))
            change.connection.execute(delete(schema.sources).where(schema.sources.c.id == id))
            forget_settings(change.connection, id)
            return len(ids)


def forget_settings(connection: Connection, id: int) -> None:
    """Drops what is kept of a source beside its row, under names that begin with it: paths are among it."""
    settings = schema.settings
    connection.execute(delete(settings).where(settings.c.key.startswith(f"source {id} ")))


def _checked(pictures: str) -> str:
    if pictures not in PICTURES:
        raise ValueError(f"pictures are one of {PICTURES}, not {pictures}")
    return pictures


def need_source(connection: Connection, id: int) -> Source:
    row = connection.execute(ONE, {"which": id}).first()
    if row is None:
        raise NotFound(f"There is no source {id} (any more); `doppel sources list` shows them.")
    return to_source(row)
