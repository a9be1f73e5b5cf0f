"""The archive: one data directory with everything Doppel remembers.

`doppel.db` (SQLite) holds text and rows, `bank/` the segments of encoded documents, `doppel.lock` says who writes.
Any number of threads may use one Archive; every method is one short transaction, and what it returns is detached.

It is put together from parts over one `Store`: `sources` and their `files`, `commits` (documents on their way in) and
`documents`, `banks` of encodings, `chats`, `people`, `summaries`, `settings`, the `audit` trail, `derived` files,
`forgetting` and what was `forgotten`.
"""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path
from types import TracebackType

from sqlalchemy import select

from storage import durable
from storage.audit import AuditTrail
from storage.banks import Banks, discard
from storage.chats import Chats
from storage.commits import Commits
from storage.compact import compact, crowded
from storage.derived import Derived
from storage.directory import DATABASE, KEY_FILE, claim, close_to_others, strays
from storage.documents import Documents
from storage.encryption.cipher import cipher_of
from storage.encryption.convert import finish_converting, refuse_while_converting
from storage.encryption.key import DataKey, fitting
from storage.errors import ArchiveMissing
from storage.feedback import Feedback
from storage.files import Files
from storage.forget import Forgetting
from storage.forgotten import ForgottenWords
from storage.full_text.index import prepare_full_text
from storage.loading import load_banks, verify_banks
from storage.lock import Lock
from storage.people import People
from storage.records import Recovery
from storage.settings import KeptSettings
from storage.sources import Sources
from storage.sqlite import schema
from storage.sqlite.store import Store, check_schema, migrate
from storage.summaries import Summaries
from storage.trash import Trash

SETTLING_STEPS = 8

log = logging.getLogger(__name__)


class Archive:
    """Open it with `Archive.open`, close it with `close` or as a context manager."""

    recovery: Recovery

    def __init__(self, store: Store, lock: Lock | None = None) -> None:
        self._lock = lock
        self.store = store
        self.banks = Banks(store)
        self.sources = Sources(store, self.banks)
        self.files = Files(store, self.banks)
        self.commits = Commits(store, self.banks)
        self.documents = Documents(store, self.banks)
        self.trash = Trash(store, self.banks, self.documents)
        self.chats = Chats(store)
        self.feedback = Feedback(store)
        self.people = People(store)
        self.summaries = Summaries(store)
        self.settings = KeptSettings(store)
        self.audit = AuditTrail(store)
        self.derived = Derived(store.directory, store.cipher, read_only=store.read_only)
        self.forgotten = ForgottenWords(store)
        self.forgetting = Forgetting(store, self.banks, self.documents, self.derived)

    @property
    def directory(self) -> Path:
        return self.store.directory

    @property
    def read_only(self) -> bool:
        return self.store.read_only

    @classmethod
    def open(cls, directory: Path, *, read_only: bool = False, key: DataKey | None = None) -> Archive:
        """Opens, creates and migrates the archive in `directory`, and repairs what a crash left.

        For writing there is one process at a time: raises ArchiveLocked. With `read_only`, nothing is locked or
        changed, and another process may write meanwhile; raises ArchiveMissing if there is nothing to read. Raises
        ArchiveTooNew, ArchiveFull, ArchiveUnwritable, and ArchiveError for a directory that is not Doppel's.

        key: of an encrypted archive (`encryption.key`); raises ArchiveProtected without it, KeyDamaged for another's.
        """
        if read_only:
            return cls._open_to_read(directory, key)
        claim(directory)
        lock = Lock(directory)
        with contextlib.ExitStack() as failing:
            failing.callback(lock.release)
            finish_converting(directory)
            durable.finish_rewriting(directory)
            store = Store(directory, read_only=False, cipher=cipher_of(directory, fitting(directory, key)))
            failing.callback(store.close)
            migrate(store)
            with store.write() as change:
                prepare_full_text(change.connection)
            archive = cls(store, lock)
            archive._recover()
            close_to_others(directory)
            failing.pop_all()
        return archive

    @classmethod
    def _open_to_read(cls, directory: Path, key: DataKey | None) -> Archive:
        refuse_while_converting(directory)
        if not (directory / DATABASE).exists():
            raise ArchiveMissing(f"There is no memory in {directory} yet. `doppel ingest PATH` starts one.")
        with contextlib.ExitStack() as failing:
            store = Store(directory, read_only=True, cipher=cipher_of(directory, fitting(directory, key)))
            failing.callback(store.close)
            check_schema(store)
            archive = cls(store)
            archive.recovery = Recovery(damaged_segments=load_banks(store, archive.banks))
            failing.pop_all()
        return archive

    def close(self) -> None:
        """Waits for a running change; the archive cannot be used afterwards."""
        with self.store.writing:
            if self.store.closed:
                return
            self.store.closed = True
            self.store.close()
            self.banks.in_memory.clear()
            if self._lock is not None:
                self._lock.release()

    def compact(self, steps: int = 1) -> int:
        """Takes up to so many steps of compaction, each about a second at most; how many there were to take."""
        return compact(self.store, self.banks, steps)

    def settle(self) -> None:
        """Merges where many segments have come since it was last done; for whoever commits time and again, after a commit.

        What fails is left to the next time: what was committed stands.
        """
        if crowded(self.banks):
            try:
                self.compact(SETTLING_STEPS)
            except Exception as error:
                log.warning("segments could not be merged: %s", type(error).__name__)

    def verify(self) -> int:
        """Compares every live document's vectors with their digest; how many were damaged. See `verify_banks`."""
        return verify_banks(self.store, self.banks)

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _recover(self) -> None:
        removed = self._remove_strays()
        damaged = load_banks(self.store, self.banks)
        finished = self.forgetting.finish()
        active = self.banks.active()
        self.recovery = Recovery(
            stray_files=removed,
            damaged_segments=damaged,
            documents_to_encode=self.banks.count_to_encode(active.fingerprint) if active else 0,
            requeued_files=self.files.requeue_interrupted(),
            finished_forgetting=finished,
        )
        if self.recovery != Recovery():
            log.info("archive opened with repairs: %s", self.recovery)

    def _remove_strays(self) -> int:
        """Files that a crash left: in the bank directory those that no row knows, and a key file that is not whole."""
        with self.store.read() as connection:
            known = set(connection.scalars(select(schema.segments.c.name)))
        found = strays(self.banks.directory, known)
        for path in found:
            discard(path)
        if found:
            durable.sync_directory(self.banks.directory)
        key = self.directory / f"{KEY_FILE}{durable.PARTIAL}"
        if key.is_file():
            # It keeps the data key behind a passphrase that was never taken up.
            durable.overwrite(key, [(0, key.stat().st_size)])
            durable.remove(key)
            found.append(key)
        return len(found)
