"""Connections to doppel.db, for reading and for writing.

`secure_delete` and FTS5's `secure-delete` (SQLite 3.42 and later) erase what is deleted. Where the Python's own SQLite
is older, the `pysqlite3` wheel's is used; where there is neither, forgetting merges the full-text index instead
(`full_text.index.erase_deleted`), which costs time, not privacy.
"""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from storage.full_text.terms import index_ends, index_terms

BUSY_MS = 30_000
SECURE_FULL_TEXT = (3, 42)  # the first SQLite whose FTS5 can erase deleted rows one by one


def choose_driver() -> Any:
    if sqlite3.sqlite_version_info < SECURE_FULL_TEXT:
        try:
            return importlib.import_module("pysqlite3.dbapi2")
        except ImportError:
            pass
    return sqlite3


driver = choose_driver()


def connect(
    path: Path,
    *,
    writes: bool,
    create: bool = False,
    still: bool = False,
    module: Any = driver,
    unlock: Callable[[Any], None] = lambda connection: None,
) -> Engine:
    """An engine whose transactions are snapshots (`writes` False) or exclude other writers from the start.

    still: nothing can write to it, not even SQLite's own shared memory, as on a disk that can only be read.
    module: the DB-API that opens it; unlock: called with each new connection before anything else (see `encryption.cipher`).
    """
    uri = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw' if writes else 'ro'}{'&immutable=1' if still else ''}"

    def open_connection() -> Any:
        # isolation_level None: the driver must not begin transactions of its own; `begin` below does.
        connection = module.connect(
            uri, uri=True, timeout=BUSY_MS / 1000, check_same_thread=False, isolation_level=None
        )
        unlock(connection)
        # The full-text index's triggers and view call these.
        for function in (index_terms, index_ends):
            connection.create_function(function.__name__, 1, function, deterministic=True)
        return connection

    engine = create_engine(
        "sqlite://",
        module=module,
        creator=open_connection,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=-1,
        hide_parameters=True,  # errors are logged and shown, and the parameters are the person's texts
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        if writes:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
