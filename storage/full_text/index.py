"""The full-text index in the database: brought up to date, and rid of what was deleted.

FTS5 with external content: only the index is stored, the text stays in `documents` alone. Triggers keep it, so no statement
can forget it; what they give it comes from `terms`, as SQL functions that every connection has (`sqlite.connect`). The view
`documents_indexed` gives the same for a rebuild.
"""

from __future__ import annotations

import logging

from sqlalchemy import Connection, text

from storage.full_text.terms import VERSION
from storage.sqlite.connect import SECURE_FULL_TEXT, driver

VERSION_KEY = "full_text_terms"

log = logging.getLogger(__name__)


def prepare_full_text(connection: Connection) -> None:
    """Brings the index to what this version of `terms` makes of the texts, in a form that this SQLite can read and erase."""
    known = _indexed_with(connection)
    if known != VERSION:
        documents = connection.execute(text("SELECT count(*) FROM documents")).scalar_one()
        if documents:
            log.info("the search index is made anew for %d memories", documents)
        rebuild(connection)
    config = {k: v for k, v in connection.execute(text("SELECT k, v FROM documents_fts_config"))}
    erases = bool(config.get("secure-delete"))
    if erases != keeps_deleted():
        return
    if erases:  # written by a later SQLite in a form that this one does not know
        connection.execute(text("DELETE FROM documents_fts_config WHERE k = 'secure-delete'"))
        connection.execute(text("UPDATE documents_fts_config SET v = 4 WHERE k = 'version'"))
        connection.execute(text("INSERT INTO documents_fts(documents_fts) VALUES ('rebuild')"))
    else:
        connection.execute(text("INSERT INTO documents_fts(documents_fts) VALUES ('optimize')"))
        connection.execute(text("INSERT INTO documents_fts(documents_fts, rank) VALUES ('secure-delete', 1)"))


def rebuild(connection: Connection) -> None:
    """Indexes every text anew and notes with which version of `terms`."""
    connection.execute(text("INSERT INTO documents_fts(documents_fts) VALUES ('rebuild')"))
    connection.execute(
        text("INSERT OR REPLACE INTO settings (key, value) VALUES (:key, :value)"),
        {"key": VERSION_KEY, "value": str(VERSION)},
    )


def keeps_deleted() -> bool:
    """Whether the index keeps terms of deleted rows until `erase_deleted`."""
    return driver.sqlite_version_info < SECURE_FULL_TEXT


def erase_deleted(connection: Connection) -> None:
    """Drops what the index still keeps of deleted rows, at the cost of merging all of it."""
    connection.execute(text("INSERT INTO documents_fts(documents_fts) VALUES ('optimize')"))


def _indexed_with(connection: Connection) -> int | None:
    found = connection.execute(
        text("SELECT value FROM settings WHERE key = :key"), {"key": VERSION_KEY}
    ).scalar()
    return None if found is None else int(found)
