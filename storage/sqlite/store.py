"""The database of one archive directory: connections, transactions, migrations.

* WAL: readers see the last committed state and never wait for a writer. One writer at a time, by a lock in the
  process and `BEGIN IMMEDIATE` in SQLite.
* secure_delete overwrites deleted rows with zeros; temporary tables stay in memory, never in files outside.
* synchronous=FULL: what `write` has committed survives a power cut, unless it was asked not to wait for that.

Each public call is one short transaction. Does not know what the rows mean.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError, OperationalError

from storage import durable
from storage.directory import DATABASE, DATABASE_FILES, KEY_FILE, is_still, private
from storage.encryption.cipher import PLAIN, Cipher
from storage.errors import (
    ArchiveDamaged,
    ArchiveError,
    ArchiveMissing,
    ArchiveReadOnly,
    ArchiveTooNew,
    ArchiveUnwritable,
    ForgetIncomplete,
)
from storage.sqlite.connect import connect
from storage.sqlite.readers import Readers

SHOWN_SECONDS = 2.0
CHECKPOINT_SECONDS = 30

log = logging.getLogger(__name__)


@dataclass
class Change:
    """An open write transaction, and what to do once it is committed or given up."""

    connection: Connection
    committed: list[Callable[[], None]] = field(default_factory=list)
    undone: list[Callable[[], None]] = field(default_factory=list)


class Store:
    """The open database. All that the archive is made of is built on `read` and `write`."""

    def __init__(self, directory: Path, *, read_only: bool, cipher: Cipher = PLAIN) -> None:
        self.directory = directory
        self.cipher = cipher
        self.read_only = read_only
        self.writing = threading.RLock()
        # Held by whatever copies or erases vectors, so that no copy escapes an erasure. Taken before `writing`.
        self.rewriting = threading.RLock()
        # Called once after each commit, when everything that follows it in memory has been done.
        self.published: list[Callable[[], None]] = []
        # Cleared from a commit until that is done.
        self._shown = threading.Event()
        self._shown.set()
        # How often something was forgotten, or allowed again; see `count_forgetting`.
        self.forgettings = 0
        self.closed = False
        path = directory / DATABASE
        if not read_only and not path.exists():
            private(path).close()
        self._readers = Readers()
        opened: dict[str, Any] = {"module": cipher.driver, "unlock": cipher.unlock}
        self._writer = None if read_only else connect(path, writes=True, create=True, **opened)
        if self._writer is not None:
            with clear_errors(directory):
                self._writer.connect().close()  # creates the file
        self._reader = connect(path, writes=False, still=read_only and is_still(directory), **opened)
        # The system drops SQLite's locks when any descriptor of its file is closed: this one stays until the end.
        self.file = path.open("rb" if read_only else "r+b", buffering=0)

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent, committed view of the database."""
        self._check_open()
        try:
            with self._readers.one(), clear_errors(self.directory), self._reader.connect() as connection:
                yield connection
        except ArchiveDamaged:
            # A page read while another process was writing it (`encryption.pages`) is whole again the next time.
            self._reader.dispose()
            raise

    @contextlib.contextmanager
    def write(self, *, relaxed: bool = False) -> Iterator[Change]:
        """One transaction: all of it is committed, or nothing. Raises ArchiveFull, ArchiveReadOnly.

        relaxed: for what may be lost to a power cut (not to a kill), like "this file is being read": the commit does
        not wait for the disk. Later commits wait for it too, so nothing that rests on it can outlive it.
        """
        self._check_open()
        if self._writer is None:
            raise ArchiveReadOnly(
                "The memory was opened for reading only. Stop the other Doppel, or do this there."
            )
        with self.writing, self._writer.connect() as connection:
            change = Change(connection)
            raw: Any = connection.connection.driver_connection
            raw.execute(f"PRAGMA synchronous = {'NORMAL' if relaxed else 'FULL'}")
            try:
                with clear_errors(self.directory), connection.begin():
                    yield change
                    durable.step("commit")
                    self._shown.clear()
            except Exception:
                self._shown.set()
                for undo in reversed(change.undone):
                    undo()
                raise
            durable.step("committed")
            try:
                for follow in change.committed:
                    follow()
            finally:
                for publish in self.published:
                    publish()
                self._shown.set()

    def wait_until_shown(self, seconds: float = SHOWN_SECONDS) -> None:
        """Until memory has what the database has, at most so long: between the two a changed file would have neither its old
        vectors' text nor its new text's vectors."""
        self._shown.wait(seconds)

    def count_forgetting(self) -> None:
        """Makes what was read before now unfit to be committed. Called under `writing`, once it is forgotten."""
        self.forgettings += 1

    def _check_open(self) -> None:
        if self.closed:
            raise ArchiveReadOnly("The memory has been closed; open it again.")

    def empty_log(self) -> None:
        """Moves the write-ahead log into the database, empties it, and cleans the pages (see `pages`).

        Readers hold the log for the moment of a query only; this waits for such a moment. Raises ForgetIncomplete.
        """
        assert self._writer is not None
        with self.writing:
            until = time.monotonic() + CHECKPOINT_SECONDS
            while not checkpoint(self._writer):
                if time.monotonic() > until:
                    raise ForgetIncomplete(
                        "It is forgotten for every question, but another program is reading the memory's "
                        "database, so its log could not be emptied. Close that program and start Doppel again."
                    )
                time.sleep(0.01)
            durable.step("clean pages")
            self.cipher.clean_pages(self.file, self._readers.none(until))
            self._writer.dispose()  # its connections may have cached pages as they were

    def close(self) -> None:
        self._reader.dispose()
        if self._writer is not None:
            self._writer.dispose()
        self.file.close()


def checkpoint(writer: Engine) -> bool:
    """Empties the write-ahead log; False while a reader still needs it."""
    with writer.connect() as connection:
        raw: Any = connection.connection.driver_connection
        busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


@contextlib.contextmanager
def clear_errors(directory: Path) -> Iterator[None]:
    """Says what a full disk (SQLite's word for it or the system's) and a damaged database mean for the user."""
    try:
        with durable.full_disk(directory / DATABASE):
            yield
    except DatabaseError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            raise durable.full(directory / DATABASE) from error
        if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY):
            _say_why(directory, error)
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            lost = code == sqlite3.SQLITE_NOTADB and not (directory / KEY_FILE).exists()
            raise ArchiveDamaged(
                f"{directory / DATABASE} is damaged. Restore a backup of the memory, or move {directory} away and let "
                "Doppel read your files again."
                + (f" If it had a passphrase, its {KEY_FILE} is missing: a backup has it." if lost else "")
            ) from error
        raise


def _say_why(directory: Path, error: DatabaseError) -> None:
    """SQLite has one word for whatever a disk refuses: a used-up quota, a limit on files, a defect. The disk has more.

    Raises ArchiveFull, ArchiveUnwritable.
    """
    try:
        with durable.full_disk(directory / DATABASE):
            durable.probe(directory, DATABASE_FILES)
    except OSError as refused:
        if refused.errno == errno.EROFS:
            raise ArchiveUnwritable(
                f"The disk of {directory} can only be read now. Nothing was lost: what was being added is not in the memory "
                "yet. Check the disk, and start Doppel again when it can be written."
            ) from error


def migration_config() -> Config:
    config = Config()
    config.set_main_option(
        "script_location", str(Path(__file__).parents[1] / "migrations").replace("%", "%%")
    )
    return config


def migrate(store: Store) -> None:
    """Brings the database to the newest schema, in one transaction. Raises ArchiveTooNew."""
    config = migration_config()
    with store.write() as change:
        config.attributes["connection"] = change.connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise too_new(store.directory) from error


def check_schema(store: Store) -> None:
    """For reading only: raises ArchiveMissing, ArchiveTooNew or ArchiveError if the schema is not today's."""
    script = ScriptDirectory.from_config(migration_config())
    try:
        with store.read() as connection:
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
    return stamp(datetime.datetime.now(datetime.UTC))


def stamp(moment: datetime.datetime) -> str:
    """As rows have it: stamps sort as their moments do."""
    return moment.astimezone(datetime.UTC).isoformat(timespec="microseconds")
