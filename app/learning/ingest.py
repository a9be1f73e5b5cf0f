"""The worker that turns queued files into memories: read, encode, commit, each in threads of its own.

reader threads ──passages──▶ lanes ──▶ encoder thread ──finished files──▶ committer thread

* Parsing of the next files and the commit of the last ones overlap with encoding, which is nearly all of the
  cost.
* Batches go across files, up to `batch_tokens`. A batch is not waited for: what is there is encoded, and
  while that runs the next one gathers. A file saved within the last minute overtakes a backlog.
* A text that the bank has encoded before (a copied file) or that comes twice in a batch is not encoded again.
* What one batch finished is committed together: many small files share a transaction and a segment.
* Large files are committed in parts: memory stays bounded, and a kill costs a part, not the file.
* A batch that cannot be encoded is tried file by file, so that one bad file never takes others with it.
* With nothing else to do, documents that the bank lacks (another model, a damaged segment) are encoded.

The encoder is passed in; nothing here knows a model. What becomes of each file is the queue's.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from app.health import Health
from app.learning.lanes import Closed, Lanes
from app.learning.missing import Encode, Missing
from app.learning.progress import Meter, Progress
from app.learning.queue import FileQueue
from app.learning.throttle import Throttle, lower_priority
from app.model.allocator import hand_back
from app.passages.file_passages import Fresh, Job, Reader, new_passages
from app.settings import Settings
from app.supervised import Supervised
from storage.archive import Archive
from storage.records import Draft

log = logging.getLogger(__name__)

PART_TOKENS = 65_536
PREFETCH = 64
IDLE_SECONDS = 0.5
LOOK_SECONDS = 60.0


@dataclass(frozen=True)
class Encoder:
    """What encodes, and the bank (the fingerprint of the model) that its encodings belong to."""

    encode: Encode
    bank: str


Piece = tuple[Job, Draft | None]
"""A passage on its way to the encoder; None says that all of the file has been read."""


class Ingest:
    """Works through an archive's queue from `start` to `stop`. The bank must exist in the archive."""

    def __init__(
        self,
        archive: Archive,
        settings: Settings,
        reader: Reader,
        encoder: Encoder,
        throttle: Throttle | None = None,
        health: Health | None = None,
    ) -> None:
        self._health = health or Health()
        self._archive = archive
        self._settings = settings
        self._reader = reader
        self._encoder = encoder
        self._throttle = throttle or Throttle(settings)
        self._queue = FileQueue(archive, encoder.bank, settings.home, self._health)
        self._lanes: Lanes[Piece] = Lanes(2 * settings.batch_tokens)
        self._commits: queue.Queue[list[tuple[Job, Fresh, bool]] | None] = queue.Queue(maxsize=16)
        self._meter = Meter()
        self._stopping = threading.Event()
        self._running = threading.Event()  # cleared while paused
        self._running.set()
        self._work = threading.Event()
        self._waiting = ""
        self._current = ""
        self._missing = Missing(archive, encoder.bank, encoder.encode)
        self._lacks = True  # documents without encodings may exist
        self._looked = 0.0
        self._holds = False  # free memory that encoding left behind
        readers = [self._thread(self._read_next, f"read-{n}", "reading") for n in range(settings.readers)]
        self._upstream = [*readers, self._thread(self._encode_next, "encode", "encoding")]
        self._committer = self._thread(self._commit_next, "commit", "committing", lower=False)

    def start(self) -> None:
        """Begin with what is queued; what was in work when Doppel ended, or failed for a passing reason, is queued again."""
        self._queue.recover(failed=True)
        for thread in (*self._upstream, self._committer):
            thread.start()

    def stop(self) -> None:
        """Stop after the batch and the commits under way; the rest stays queued."""
        self._stopping.set()
        self._running.set()
        self._work.set()
        self._lanes.close()
        for thread in self._upstream:
            thread.join()
        self._commits.put(None)
        self._committer.join()
        self._queue.recover()

    def _thread(self, step: Callable[[], bool], name: str, part: str, *, lower: bool = True) -> Supervised:
        return Supervised(
            step,
            name=f"doppel-{name}",
            part=part,
            health=self._health,
            stopping=self._stopping if lower else threading.Event(),
            begin=partial(lower_priority, self._settings.nice) if lower else lambda: None,
        )

    def wake(self) -> None:
        """Files were queued: look now instead of at the next turn."""
        self._queue.wake()
        self._work.set()

    def pause(self) -> None:
        """Stop reading and encoding after what is under way."""
        self._waiting = "paused"
        self._running.clear()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._waiting = ""
        self._running.set()

    def wait_idle(self, timeout: float = 60.0) -> bool:
        """Wait until all that can be known now is known; False if that takes longer."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            if self._queue.idle() and not self._lacks:
                return True
            time.sleep(0.02)
        return False

    def progress(self) -> Progress:
        """Where ingestion stands, for the interface."""
        counts = self._archive.files.counts()
        queued = counts["queued"] + counts["reading"] + counts["encoding"]
        return Progress(
            queued=queued,
            done=counts["known"],
            failed=counts["failed"],
            skipped=counts["skipped"],
            current=self._current if queued else "",
            tokens_per_second=self._meter.rates()[1],
            eta_seconds=self._meter.eta(queued),
            waiting=self._waiting if queued else "",
        )

    def _read_next(self) -> bool:
        self._running.wait()
        if self._stopping.is_set():
            return False
        job = self._queue.take()
        if job is None:
            self._work.wait(IDLE_SECONDS)
            self._work.clear()
            return True
        try:
            self._read(job)
        except Closed:
            return False
        return True

    def _read(self, job: Job) -> None:
        """Send the new passages of one file to the encoder. Raises Closed when the worker stops."""
        self._current = job.path.name
        try:
            if not self._queue.begin(job):
                self._meter.note(files=1)
                return
            for draft in new_passages(job, self._reader):
                if job.failure is not None:
                    break
                self._lanes.put((job, draft), draft.tokens, job.fast)
            self._queue.encoding(job)
        except Closed:
            raise
        except Exception as error:
            job.failure = error
        self._lanes.put((job, None), 0, job.fast)

    def _encode_next(self) -> bool:
        self._running.wait()
        self._wait_for_charger()
        if self._stopping.is_set():
            return False
        try:
            batch, jobs = self._gather()
        except Closed:
            return False
        if not jobs:
            self._encode_missing()
            self._rest()
            return True
        began = time.monotonic()
        self._encode_batch(batch)
        worked = time.monotonic() - began
        self._pass_on(jobs)
        self._stopping.wait(self._throttle.rest_after(worked))
        return True

    def _gather(self) -> tuple[list[tuple[Job, Draft]], list[Job]]:
        """What is there, up to a batch, and the jobs it touches. What was just saved is not filled up with
        others.

        Raises Closed.
        """
        batch: list[tuple[Job, Draft]] = []
        jobs: dict[Job, None] = {}
        tokens = 0
        piece = self._lanes.take(IDLE_SECONDS)
        while piece is not None:
            job, draft = piece
            jobs[job] = None
            if draft is None:
                job.all_read = True
            elif job.failure is None:
                batch.append((job, draft))
                tokens += draft.tokens
            if tokens >= self._settings.batch_tokens:
                break
            piece = self._lanes.take(0.0, only_fast=job.fast)
        return batch, list(jobs)

    def _encode_batch(self, batch: Sequence[tuple[Job, Draft]]) -> None:
        """Give every job its encodings, or its failure."""
        try:
            self._encode(batch)
        except Exception as error:
            by_job: dict[Job, list[tuple[Job, Draft]]] = defaultdict(list)
            for job, draft in batch:
                by_job[job].append((job, draft))
            for job, pieces in by_job.items():
                if len(by_job) == 1:
                    job.failure = error
                else:
                    self._encode_batch(pieces)

    def _encode(self, batch: Sequence[tuple[Job, Draft]]) -> None:
        if not batch:
            return
        self._holds = True
        ids = self._archive.commits.reserve_ids(len(batch))
        drafts = [replace(draft, id=id) for id, (_, draft) in zip(ids, batch, strict=True)]
        by_text = self._archive.commits.encodings_of(
            [draft.content_hash for draft in drafts], self._encoder.bank
        )
        new = {draft.content_hash: draft for draft in drafts if draft.content_hash not in by_text}
        if new:
            encodings = self._encoder.encode([(draft.id, draft.text) for draft in new.values()])
            by_text |= zip(new, encodings, strict=True)
        for (job, _), draft in zip(batch, drafts, strict=True):
            job.encoded.append((draft, by_text[draft.content_hash]))
            job.encoded_tokens += draft.tokens
        self._meter.note(tokens=sum(draft.tokens for draft in drafts))

    def _pass_on(self, jobs: Sequence[Job]) -> None:
        """Have those committed that are done, and of others a part if that has grown large."""
        ready = [job for job in jobs if job.all_read or job.encoded_tokens >= PART_TOKENS]
        if ready:
            self._commits.put([(job, job.take_encoded(), job.all_read) for job in ready])

    def _commit_next(self) -> bool:
        entries = self._commits.get()
        if entries is None:
            return False
        finished = [(job, fresh) for job, fresh, last in entries if last]
        self._queue.finish(finished)
        self._meter.note(files=len(finished))
        for job, fresh, last in entries:
            if not last and job.failure is None:
                try:
                    self._queue.commit_part(job, fresh)
                except Exception as error:
                    job.failure = error
        return True

    def _encode_missing(self) -> None:
        """Encode some of the documents that the bank has no encoding of; look for such only now and then."""
        if not self._lacks and time.monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        if not self._lacks:
            self._missing.refused.clear()  # what could not be encoded may be by now
        try:
            self._lacks = self._missing.some(
                PREFETCH, worked=lambda _, tokens: self._meter.note(tokens=tokens)
            )
            self._holds = self._holds or self._lacks
        except Exception as error:
            log.warning("documents without encodings could not be encoded: %s", type(error).__name__)
            self._health.failed("encoding again", error)
            self._lacks = False
            return
        if self._missing.refused:
            self._health.failed("encoding again", next(iter(self._missing.refused.values())))
        else:
            self._health.well("encoding again")

    def _rest(self) -> None:
        """With the queue dry, not after each file: what is free is soon asked for again while there are more."""
        if self._holds and not self._lacks and self._queue.idle():
            self._holds = not hand_back()

    def _wait_for_charger(self) -> None:
        while not self._stopping.is_set() and self._throttle.must_wait():
            self._waiting = "The battery is low; Doppel goes on when the charger is connected."
            self._stopping.wait(IDLE_SECONDS)
        if self._running.is_set():
            self._waiting = ""
