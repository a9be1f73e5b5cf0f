"""The archive: one data directory with everything Doppel remembers.

`doppel.db` (SQLite) holds text and rows, `bank/` the segments of encoded documents, `doppel.lock` says who writes.
Any number of threads may use one Archive; every method is one short transaction, and what it returns is detached.

The class is put together from the modules of its tables: `files` (sources, files), `documents`, `banks`, `chats`
(conversations, settings, audit) and `forget`.
"""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path
from types import TracebackType

from sqlalchemy import select

from storage import durable
from storage.banks import discard
from storage.compact import Compaction
from storage.errors import ArchiveMissing
from storage.lock import Lock
from storage.records import Recovery
from storage.search import prepare_full_text
from storage.sqlite import schema
from storage.sqlite.store import DATABASE, check_schema, migrate

log = logging.getLogger(__name__)


class Archive(Compaction):
    """Open it with `Archive.open`, close it with `close` or as a context manager."""

    recovery: Recovery
    _lock: Lock | None = None

    @classmethod
    def open(cls, directory: Path, *, read_only: bool = False) -> Archive:
        """Opens, creates and migrates the archive in `directory`, and repairs what a crash left.

        For writing there is one process at a time: raises ArchiveLocked. With `read_only`, nothing is locked or
        changed, and another process may write meanwhile; raises ArchiveMissing if there is nothing to read. Raises
        ArchiveTooNew, ArchiveFull.
        """
        if read_only:
            return cls._open_to_read(directory)
        (directory / "bank").mkdir(parents=True, exist_ok=True)
        lock = Lock(directory)
        with contextlib.ExitStack() as failing:
            failing.callback(lock.release)
            archive = cls(directory, read_only=False)
            failing.callback(archive._close_database)
            archive._lock = lock
            migrate(archive)
            with archive._write() as change:
                prepare_full_text(change.connection)
            archive._recover()
            failing.pop_all()
        return archive

    @classmethod
    def _open_to_read(cls, directory: Path) -> Archive:
        if not (directory / DATABASE).exists():
            raise ArchiveMissing(f"There is no memory in {directory} yet. `doppel ingest PATH` starts one.")
        with contextlib.ExitStack() as failing:
            archive = cls(directory, read_only=True)
            failing.callback(archive._close_database)
            check_schema(archive)
            archive.recovery = Recovery(damaged_segments=archive.load_banks())
            failing.pop_all()
        return archive

    def close(self) -> None:
        """Waits for a running change; the archive cannot be used afterwards."""
        with self._writing:
            if self._closed:
                return
            self._closed = True
            self._close_database()
            self._banks.clear()
            if self._lock is not None:
                self._lock.release()

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _recover(self) -> None:
        strays = self._remove_strays()
        damaged = self.load_banks()
        finished = self.finish_forgetting()
        active = self.active_bank()
        self.recovery = Recovery(
            stray_files=strays,
            damaged_segments=damaged,
            documents_to_encode=self.count_documents_to_encode(active.fingerprint) if active else 0,
            requeued_files=self.requeue_interrupted(),
            finished_forgetting=finished,
        )
        if self.recovery != Recovery():
            log.info("archive opened with repairs: %s", self.recovery)

    def _remove_strays(self) -> int:
        """Files in the bank directory that no row knows: written, but never committed, or given up."""
        with self._read() as connection:
            known = set(connection.scalars(select(schema.segments.c.name)))
        strays = [p for p in self.bank_directory.iterdir() if p.name not in known]
        for path in strays:
            discard(path)
        if strays:
            durable.sync_directory(self.bank_directory)
        return len(strays)
