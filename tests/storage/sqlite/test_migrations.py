"""The schema: what the migrations make is what the code expects."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from storage import migrations
from storage.archive import Archive
from storage.errors import ArchiveError, ArchiveTooNew
from storage.full_text import index
from storage.sqlite import connect
from storage.sqlite.schema import metadata
from storage.sqlite.store import Store, migration_config
from tests.storage.synthetic import add_file


def test_migrations_make_the_schema(archive: Archive) -> None:
    with archive.store.read() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _: (
                    not (kind == "table" and name.startswith("documents_fts"))
                )
            },
        )
        assert compare_metadata(context, metadata) == []
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "temp_store")
        }
        assert pragmas == {"journal_mode": "wal", "temp_store": 2}
    with archive.store.write() as change:
        for name, value in {"secure_delete": 1, "foreign_keys": 1, "synchronous": 2}.items():
            assert change.connection.execute(text(f"PRAGMA {name}")).scalar() == value


def test_migrations_are_part_of_the_package() -> None:
    folder = Path(migrations.__file__).parent
    assert (folder / "env.py").is_file() and list((folder / "versions").glob("0001*.py"))


def test_an_archive_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive, archive.store.write() as change:
        change.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = (tmp_path / "doppel.db").read_bytes()
    for read_only in (False, True):
        with pytest.raises(ArchiveTooNew, match="Update"):
            Archive.open(tmp_path, read_only=read_only)
    assert (tmp_path / "doppel.db").read_bytes() == before
    with pytest.raises(ArchiveTooNew):  # the lock was given back
        Archive.open(tmp_path)


def test_an_archive_of_an_earlier_version_is_not_read_half_understood(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive, archive.store.write() as change:
        change.connection.execute(text("DELETE FROM alembic_version"))
    with pytest.raises(ArchiveError, match="earlier version"):
        Archive.open(tmp_path, read_only=True)


def test_an_archive_of_the_first_schema_is_taken_over(tmp_path: Path) -> None:
    store = Store(tmp_path, read_only=False)
    config = migration_config()
    with store.write() as change:
        config.attributes["connection"] = change.connection
        command.upgrade(config, "0001")
        for statement in (
            "INSERT INTO sources VALUES (1, '/notes', 'folder', '[]', 0, NULL, 'active', NULL, '')",
            "INSERT INTO files VALUES (7, 1, '/notes/a', 1, 1, NULL, 'queued', NULL, 0, 1, 2, 1, '', '')",
            "INSERT INTO documents VALUES (3, 7, 0, 'a quince tree', 'h', '', '', NULL, 'page 1', 2, '', 1)",
        ):
            change.connection.execute(text(statement))
    store.close()
    with Archive.open(tmp_path) as archive:
        (found,) = archive.documents.listed("quince")
        assert (found.id, found.place, found.edited, found.body_hash) == (3, "page 1", True, "")
        assert (found.outdated, found.message_id) == (False, None)
        assert [file.id for file in archive.files.next_queued()] == [7]


def test_full_text_moves_between_old_and_new_sqlite(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index written with secure deletion is rebuilt where SQLite cannot do it, and the other way round."""
    (id, other) = add_file(archive, "/notes/a.txt", 2)
    for supported in ((99, 0, 0), connect.driver.sqlite_version_info):
        monkeypatch.setattr(index, "SECURE_FULL_TEXT", supported)
        with archive.store.write() as change:
            index.prepare_full_text(change.connection)
        assert [i for i, _ in archive.documents.search(f"w{id}x")] == [id]
    monkeypatch.setattr(index, "SECURE_FULL_TEXT", (99, 0, 0))
    archive.forgetting.forget([id])
    assert archive.documents.search(f"w{id}x") == [] and archive.forgetting.verify([f"w{id}x"]) == []
    assert [i for i, _ in archive.documents.search(f"w{other}x")] == [other]
