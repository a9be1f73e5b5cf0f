"""The database of one archive directory: connections, transactions, migrations.

* WAL: readers see the last committed state and never wait for a writer. One writer at a time, by a lock in the
  process and `BEGIN IMMEDIATE` in SQLite.
* secure_delete overwrites deleted rows with zeros; temporary tables stay in memory, never in files outside.
* synchronous=FULL: what `write` has committed survives a power cut.

Each public call is one short transaction. Does not know what the rows mean.
"""

from __future__ import annotations

import contextlib
import datetime
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool

from storage import durable
from storage.errors import ArchiveError, ArchiveMissing, ArchiveReadOnly, ArchiveTooNew

DATABASE = "doppel.db"
BUSY_MS = 30_000

log = logging.getLogger(__name__)


@dataclass
class Change:
    """An open write transaction, and what to do once it is committed or given up."""

    connection: Connection
    committed: list[Callable[[], None]] = field(default_factory=list)
    undone: list[Callable[[], None]] = field(default_factory=list)


class Store:
    """The open database. All tables' methods are built on `_read` and `_write`."""

    def __init__(self, directory: Path, *, read_only: bool) -> None:
        self.directory = directory
        self.read_only = read_only
        self._writing = threading.RLock()
        self._engine = connect(directory / DATABASE, read_only=read_only)
        self._closed = False

    @contextlib.contextmanager
    def _read(self) -> Iterator[Connection]:
        """One consistent, committed view of the database."""
        self._check_open()
        with self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def _write(self) -> Iterator[Change]:
        """One transaction: all of it is committed, or nothing. Raises ArchiveFull, ArchiveReadOnly."""
        self._check_open()
        if self.read_only:
            raise ArchiveReadOnly(
                "The memory was opened for reading only. Stop the other Doppel, or do this there."
            )
        with self._writing, self._engine.connect().execution_options(writes=True) as connection:
            change = Change(connection)
            try:
                with full_database(self.directory), connection.begin():
                    yield change
                    durable.step("commit")
            except Exception:
                for undo in reversed(change.undone):
                    undo()
                raise
            durable.step("committed")
            for follow in change.committed:
                follow()
            self._publish()

    def _publish(self) -> None:
        """Called once after each commit, when everything that follows it in memory has been done."""

    def _check_open(self) -> None:
        if self._closed:
            raise ArchiveReadOnly("The memory has been closed; open it again.")

    def _checkpoint(self) -> bool:
        """Moves the write-ahead log into the database and empties it; False while a reader still needs it."""
        with self._writing, self._engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy


def connect(path: Path, *, read_only: bool) -> Engine:
    uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"

    def create() -> sqlite3.Connection:
        # isolation_level None: the driver must not begin transactions of its own; `begin` below does.
        return sqlite3.connect(
            uri, uri=True, timeout=BUSY_MS / 1000, check_same_thread=False, isolation_level=None
        )

    engine = create_engine("sqlite://", creator=create, poolclass=QueuePool, pool_size=4, max_overflow=-1)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextlib.contextmanager
def full_database(directory: Path) -> Iterator[None]:
    """Turns SQLite's own "disk is full" into ArchiveFull."""
    try:
        yield
    except OperationalError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            raise durable.full(directory / DATABASE) from error
        raise


def migration_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def migrate(store: Store) -> None:
    """Brings the database to the newest schema, in one transaction. Raises ArchiveTooNew."""
    config = migration_config()
    with store._write() as change:
        config.attributes["connection"] = change.connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise too_new(store.directory) from error


def check_schema(store: Store) -> None:
    """For reading only: raises ArchiveMissing, ArchiveTooNew or ArchiveError if the schema is not today's."""
    script = ScriptDirectory.from_config(migration_config())
    try:
        with store._read() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except OperationalError as error:
        raise ArchiveMissing(
            f"There is no memory in {store.directory} yet. `doppel ingest PATH` starts one."
        ) from error
    if found == script.get_current_head():
        return
    if found is not None and found not in {s.revision for s in script.walk_revisions()}:
        raise too_new(store.directory)
    raise ArchiveError(
        f"The memory in {store.directory} is from an earlier version. `doppel run` brings it up to date."
    )


def too_new(directory: Path) -> ArchiveTooNew:
    return ArchiveTooNew(
        f"The memory in {directory} was written by a later version of Doppel. Update Doppel."
    )


def now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds")
