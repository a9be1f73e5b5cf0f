"""Which file is next, and what became of it: the archive's side of ingestion.

* A file is claimed by one reader at a time. A file found changed gets a new revision, and what was read under
  an older one is dropped at its commit and read again: no change is lost, and no file is in work twice.
* A file whose content hash is the one already known is not read at all.
* A file that changes while it is read is read again later; after RESTLESS such rounds (a log) what was read
  is taken, and the next scan finds it changed once more.
* A failure is recorded with its reason, and what was known from the file before stays. One that may pass (no
  access, too little memory) is tried again after a growing pause for as long as it lasts, and at once when Doppel is
  started, the file is touched or somebody asks for it. One that cannot even be recorded (a full disk) is, later.
* A file in whose reading Doppel ended GIVE_UP times is given up.

It reads no text and knows no model. Thread-safe.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy.exc import OperationalError

from app.errors import NotRead, Skipped, Unreachable
from app.health import Health
from app.passages.file_passages import Fresh, Job, file_label
from app.watching.scan import PASSING, Scan, may_pass, read_again
from app.watching.tree import inside, state_of
from engine.files import sha256_of
from storage.archive import Archive
from storage.errors import ArchiveError, ArchiveFull, Forgotten, ForgottenMeanwhile, NotFound
from storage.records import File, FileCommit

log = logging.getLogger(__name__)

PREFETCH = 64
FAST_SECONDS = 60.0
RESTLESS = 3
GIVE_UP = 20
LEFT_OUT = "All that it says was forgotten before. To have it again: doppel memory allow FILE"
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 3600.0


class FileQueue:
    """Hands out files to read and records how each ended. `bank` is the fingerprint that encodings belong
    to.
    """

    def __init__(self, archive: Archive, bank: str, home: Path, health: Health) -> None:
        self._archive = archive
        self._bank = bank
        self._home = home
        self._lock = threading.Lock()
        self._next: deque[File] = deque()
        self._in_work: set[int] = set()
        self._later: dict[int, float] = {}
        self._tries: Counter[int] = Counter()
        self._failed: set[int] = (
            set()
        )  # recorded as failed; queued again by somebody else, they are eligible at once
        self._unrecorded: set[int] = set()  # their rows still say that they are in work
        self._recovered = True
        self._health = health

    def recover(self, *, failed: bool = False) -> None:
        """Queue what is not in work any more; also what failed for a reason that may have passed."""
        try:
            self._archive.files.requeue_interrupted()
            for file in self._archive.files.rows(state="failed") if failed else ():
                if may_pass(file):
                    self._archive.files.set_state(file.id, "queued")
            self._recovered = True
            self._works()
        except (ArchiveError, OSError, OperationalError) as error:
            self._recovered = False
            self._health.failed("queue", error)

    def _works(self) -> None:
        """What is queued and what became of it can be written down again, nothing is left that could not be."""
        if self._recovered and not self._unrecorded:
            self._health.well("queue")

    def wake(self) -> None:
        """The queue has changed: what was saved last is asked for anew."""
        with self._lock:
            self._next.clear()

    def idle(self) -> bool:
        """True if nothing is in work and nothing can be taken now."""
        with self._lock:
            if self._in_work or self._unrecorded:
                return False
            return not any(map(self._eligible, self._archive.files.next_queued(PREFETCH)))

    def take(self) -> Job | None:
        """Claim the next file; None if there is none now."""
        with self._lock:
            self._requeue_due()
            if not self._next:
                self._next.extend(self._archive.files.next_queued(PREFETCH))
            while self._next:
                file = self._next.popleft()
                if self._eligible(file):
                    job = self._claim(file)
                    if job is not None:
                        return job
        return None

    def begin(self, job: Job) -> bool:
        """Make the job fit the file as it is on disk; False if there is nothing to read. Raises OSError."""
        job.since = self._archive.forgotten.times()
        status = inside(Path(self._archive.sources.row(job.file.source_id).path), job.path)
        state, job.identity = state_of(status), (status.st_dev, status.st_ino)
        if state != (job.file.size, job.file.mtime_ns):
            self._archive.files.changed(job.file.id, *state)
            job.file = self._archive.files.set_state(job.file.id, "reading")
        job.content_hash = sha256_of(job.path)
        if job.content_hash == job.file.content_hash and job.file.documents:
            self._archive.files.set_state(job.file.id, "known", revision=job.file.revision)
            self._release(job)
            return False
        job.know(self._archive.documents.stored_passages(job.file.id))
        return True

    def encoding(self, job: Job) -> None:
        """All of the file is read; what is new in it waits to be encoded."""
        self._archive.files.set_state(job.file.id, "encoding", revision=job.file.revision)

    def commit_part(self, job: Job, fresh: Fresh) -> None:
        """Make some of a large file's new documents known, beside all it had."""
        self._commit(job, fresh, "encoding")
        self._archive.settle()

    def finish(self, finished: Sequence[tuple[Job, Fresh]]) -> None:
        """These files are read and encoded: make them known together, or have read again what changed meanwhile."""
        unchanged: list[tuple[Job, Fresh]] = []
        roots: dict[int, Path] = {}
        for job, fresh in finished:
            try:
                if job.failure is not None:
                    raise job.failure
                roots = roots or {source.id: Path(source.path) for source in self._archive.sources.rows()}
                if self._changed_meanwhile(job, roots):
                    self._release(job)
                else:
                    unchanged.append((job, fresh))
            except Exception as error:
                self.fail(job, error)
        self._make_known(unchanged)
        self._archive.settle()

    def _make_known(self, finished: Sequence[tuple[Job, Fresh]]) -> None:
        """Commit all in one transaction; if that fails, each by itself, so that no file takes others with it."""
        if not finished:
            return
        try:
            refusals = self._archive.commits.commit_files(
                [self._commit_of(job, fresh, "known") for job, fresh in finished], self._bank
            )
        except Exception as error:
            if len(finished) > 1:
                for one in finished:
                    self._make_known([one])
            else:
                self.fail(finished[0][0], error)
            return
        try:
            paths = self._archive.files.paths([job.file.id for job, _ in finished])
        except Exception as error:
            for job, _ in finished:
                self.fail(job, error)
            return
        for (job, fresh), refusal in zip(finished, refusals, strict=True):
            try:
                if refusal is not None:
                    raise refusal
                self._now_known(job, fresh, paths.get(job.file.id))
            except Exception as error:
                self.fail(job, error)
            finally:
                self._release(job)

    def _now_known(self, job: Job, fresh: Fresh, path: str | None) -> None:
        """path: where the file is by now, None if it is not known any more."""
        job.committed([draft for draft, _ in fresh])
        self._health.well("memory")
        if not job.to_keep():
            state, reason = (
                ("forgotten", LEFT_OUT) if job.left_out else ("skipped", "There is no text in it.")
            )
            self._set(job, state, reason)
        if path is not None and file_label(Path(path)) != file_label(job.path):
            read_again(self._archive, job.file.id)  # it was renamed on the way
        self._forgive(job)

    def fail(self, job: Job, error: Exception) -> None:
        """Record why a file was not read or encoded."""
        try:
            if isinstance(error, Skipped):
                job.drop_all()
                self._commit(job, [], "skipped")
                self._set(job, "skipped", error.reason)
            elif isinstance(error, Unreachable):
                self._try_again(job, error)
            elif isinstance(error, NotRead):
                self._set(job, "failed", error.reason)
            elif isinstance(error, ForgottenMeanwhile):
                self._archive.files.set_state(job.file.id, "queued")
            elif isinstance(error, Forgotten):
                self._set(job, "forgotten", str(error))
            elif isinstance(error, FileNotFoundError | NotADirectoryError):
                self._vanished(job)
            elif not isinstance(error, NotFound):
                self._try_again(job, error)
        except NotFound:
            log.debug("file %s was removed while in work", job.file.id)
        except Exception as unrecorded:
            self._record_later(job, unrecorded)
        finally:
            self._release(job)

    def _claim(self, file: File) -> Job | None:
        if file.attempts >= GIVE_UP:
            reason = f"Doppel ended {file.attempts} times while reading it. Save it anew to have it read."
            self._archive.files.set_state(file.id, "failed", reason, revision=file.revision)
            return None
        try:
            row = self._archive.files.set_state(file.id, "reading", revision=file.revision)
        except NotFound:
            return None
        if row.state != "reading" or row.revision != file.revision:
            return None
        self._in_work.add(row.id)
        return Job(row, fast=abs(time.time() - row.mtime_ns / 1e9) < FAST_SECONDS)

    def _eligible(self, file: File) -> bool:
        if file.id in self._in_work:
            return False
        return file.id in self._failed or self._later.get(file.id, 0.0) <= time.monotonic()

    def _release(self, job: Job) -> None:
        with self._lock:
            self._in_work.discard(job.file.id)

    def _commit_of(self, job: Job, fresh: Fresh, state: str) -> FileCommit:
        """What is kept, what is new, where the file stands."""
        return FileCommit(
            job.file.id,
            keep=job.to_keep(),
            add=[draft for draft, _ in fresh],
            encodings=[encoding for _, encoding in fresh],
            file_state=state,
            content_hash=job.content_hash if state == "known" else None,
            revision=job.file.revision,
            unread=None if state == "encoding" else job.unread(),
            since=job.since,
        )

    def _commit(self, job: Job, fresh: Fresh, state: str) -> None:
        """One transaction for one file. Raises what the archive raises or refuses it with."""
        (refusal,) = self._archive.commits.commit_files([self._commit_of(job, fresh, state)], self._bank)
        if refusal is not None:
            raise refusal
        job.committed([draft for draft, _ in fresh])

    def _changed_meanwhile(self, job: Job, roots: Mapping[int, Path]) -> bool:
        """True if the file on disk is another than was read, and is queued again for that. Raises OSError, NotFound.

        roots: where each source lies.
        """
        root = roots.get(job.file.source_id)
        if root is None:
            raise NotFound("The source of this file is gone.")
        status = inside(root, job.path)
        state = state_of(status)
        same = (status.st_dev, status.st_ino) == job.identity
        if same and state == (job.file.size, job.file.mtime_ns):
            return False
        with self._lock:
            self._tries[job.file.id] += 1
            if self._tries[job.file.id] >= RESTLESS:
                return False
            self._pause(job)
        self._archive.files.changed(job.file.id, *state)
        return True

    def _set(self, job: Job, state: str, reason: str) -> None:
        self._archive.files.set_state(job.file.id, state, reason, revision=job.file.revision)

    def _vanished(self, job: Job) -> None:
        """The file is not where it was. Its source may be unplugged, or it may be moving: look, a little
        later.
        """
        with self._lock:
            self._tries[job.file.id] += 1
            look = self._tries[job.file.id] >= RESTLESS
            self._pause(job)
        if look:
            source = self._archive.sources.row(job.file.source_id)
            Scan(self._archive, source, exclude=[self._home]).some([job.path])
        self._archive.files.set_state(job.file.id, "queued")

    def _try_again(self, job: Job, error: Exception) -> None:
        """A failure that is not the file's own: try again after a pause, but not for ever."""
        log.warning("file %s failed: %s", job.file.id, type(error).__name__)
        with self._lock:
            self._tries[job.file.id] += 1
            self._pause(job)
            self._failed.add(job.file.id)
        if isinstance(error, ArchiveError | OperationalError):
            self._health.failed("memory", error)
        what = error.reason if isinstance(error, Unreachable) else _named(error)
        self._set(job, "failed", f"{what}; {PASSING}")

    def _record_later(self, job: Job, error: Exception) -> None:
        """What became of a file cannot be written down now."""
        self._health.failed("queue", error)
        with self._lock:
            self._tries[job.file.id] += 1
            self._pause(job)
            self._unrecorded.add(job.file.id)

    def _pause(self, job: Job) -> None:
        seconds = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (self._tries[job.file.id] - 1))
        self._later[job.file.id] = time.monotonic() + seconds

    def _requeue_due(self) -> None:
        """Queue the failed files whose pause is over."""
        now = time.monotonic()
        for id in [id for id, due in self._later.items() if due <= now]:
            try:
                state = self._archive.files.row(id).state
                if state == "failed" or (id in self._unrecorded and state in ("reading", "encoding")):
                    self._archive.files.set_state(id, "queued")
            except NotFound:
                pass
            except Exception as error:
                self._later[id] = now + FIRST_PAUSE
                self._health.failed("queue", error)
                return
            del self._later[id]
            self._failed.discard(id)
            self._unrecorded.discard(id)
            self._works()

    def _forgive(self, job: Job) -> None:
        with self._lock:
            self._tries.pop(job.file.id, None)
            self._later.pop(job.file.id, None)
            self._failed.discard(job.file.id)
            self._unrecorded.discard(job.file.id)
        self._works()


def _named(error: Exception) -> str:
    if isinstance(error, ArchiveFull):
        return str(error)
    return error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
