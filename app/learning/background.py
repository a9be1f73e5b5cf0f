"""Everything that turns files into memories in the background, started and stopped together: watcher, ingest, schedule,
and the encoding anew for another model.

Knows the archive and the models' encoders; it answers nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.health import Health
from app.learning.ingest import Encoder, Ingest
from app.learning.progress import Progress
from app.learning.reencode import Reencoding
from app.learning.throttle import Throttle
from app.model.switch import ModelSwitch
from app.parsing.isolated import iter_isolated
from app.parsing.items import Limits
from app.passages.file_passages import Read, Reader
from app.passages.forgotten import leave_out
from app.passages.split import split
from app.settings import Settings
from app.upkeep.jobs import standing_jobs
from app.upkeep.schedule import Schedule
from app.watching.scan import Scan
from app.watching.watcher import Watcher
from storage.archive import Archive
from storage.records import Source

if TYPE_CHECKING:
    from app.model.answerer import Answerer


class Background:
    def __init__(
        self, archive: Archive, settings: Settings, models: ModelSwitch, health: Health | None = None
    ) -> None:
        self._health = health or Health()
        self._archive = archive
        self._settings = settings
        self._models = models
        self._throttle = Throttle(settings)
        self._scanning = threading.Lock()
        self._watcher: Watcher | None = None
        self._ingest: Ingest | None = None
        self.schedule = Schedule(
            archive, standing_jobs(archive, settings, self.look, self._scanning), self._health
        )
        self._reencoding: Reencoding | None = None
        self.paused = False

    @property
    def running(self) -> bool:
        return self._ingest is not None

    def start(self) -> None:
        """Watch the sources and learn until `stop`; nothing happens where it runs already.

        Raises ModelMissing, ModelUnusable.
        """
        if self.running:
            return
        ingest = self._worker(self._models.present()[0], self._settings, self._throttle)
        watcher = Watcher(
            self._archive, self._settings, wake=self._wake, lock=self._scanning, health=self._health
        )
        self._ingest, self._watcher = ingest, watcher
        if self.paused:
            ingest.pause()
        ingest.start()
        watcher.start()
        self.schedule.start()
        self.follow()

    def follow(self) -> None:
        """Let the model that the settings name take over in the background, once its bank is whole."""
        if self._reencoding is not None:
            self._reencoding.stop()
        reencoding = Reencoding(
            self._archive, self._settings, self._models, self._worker_at_rest, self._throttle
        )
        self._reencoding = reencoding
        if self.paused:
            reencoding.pause()
        reencoding.start()

    def follow_now(self, report: Callable[[], None]) -> None:
        """The same, where nothing runs in the background; returns when the new model answers.

        Raises DoppelError or ArchiveError; then the old one goes on.
        """
        settings = _hurried(self._settings)
        Reencoding(self._archive, settings, self._models, self._nobody_at_work, Throttle(settings)).run(
            report
        )

    def stop(self) -> None:
        """End after what is under way; the rest stays queued."""
        # First of all, as it may be changing the worker.
        if self._reencoding is not None:
            self._reencoding.stop()
        self._reencoding = None
        self.schedule.stop()
        watcher, ingest = self._watcher, self._ingest
        self._watcher = self._ingest = None
        if watcher is not None:
            watcher.stop()
        if ingest is not None:
            ingest.stop()

    def pause(self) -> None:
        self.paused = True
        for worker in (self._ingest, self._reencoding):
            if worker is not None:
                worker.pause()

    def resume(self) -> None:
        self.paused = False
        for worker in (self._ingest, self._reencoding):
            if worker is not None:
                worker.resume()

    def rescan(self, source: Source) -> None:
        """Have a source looked at soon, where watching is on."""
        if self._watcher is not None:
            self._watcher.rescan(source.id)

    def look(self, source: Source | None = None) -> None:
        """Have a source, or every one, compared with what is known: soon where watching is on, else now."""
        if self._watcher is not None:
            self._watcher.rescan(None if source is None else source.id)
            return
        for each in self._archive.sources.rows() if source is None else [source]:
            if each.state != "paused":
                Scan(self._archive, each, exclude=[self._settings.home], lock=self._scanning).all()

    def progress(self) -> Progress | None:
        return self._ingest.progress() if self._ingest is not None else None

    @property
    def problem(self) -> str:
        """Why another model cannot take over, or ""."""
        return self._reencoding.problem if self._reencoding is not None else ""

    def wait_until_known(self, timeout: float) -> bool:
        """Wait until all that has been noticed is known or recorded as unreadable; False on time-out."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            watcher, ingest = self._watcher, self._ingest
            if watcher is None or ingest is None:
                return True
            if watcher.settled() and ingest.wait_idle(timeout=0.5) and watcher.settled():
                return True
            time.sleep(0.02)
        return False

    def learn_now(self, path: Path, source: Source) -> None:
        """Scan one path of a source and return when all of it is known or recorded as unreadable."""
        Scan(self._archive, source, exclude=[self._settings.home], lock=self._scanning).some([path])
        if self._ingest is not None:
            self._wake()
            # Another worker may take its place meanwhile.
            while self._ingest is not None and not self._ingest.wait_idle(timeout=1.0):
                pass
            return
        settings = _hurried(self._settings)
        worker = self._worker(self._models.present()[0], settings, Throttle(settings))
        worker.start()
        try:
            while not worker.wait_idle(timeout=3600):
                pass
        finally:
            worker.stop()

    def _wake(self) -> None:
        if self._ingest is not None:
            self._ingest.wake()

    @contextmanager
    def _worker_at_rest(self) -> Iterator[None]:
        """No file is learned and no memory changed; then learning goes on, with the model that answers by then."""
        with self._models.changing:
            if self._ingest is not None:
                self._ingest.stop()
            try:
                yield
            finally:
                self._ingest = self._worker(self._models.present()[0], self._settings, self._throttle)
                if self.paused:
                    self._ingest.pause()
                self._ingest.start()

    @contextmanager
    def _nobody_at_work(self) -> Iterator[None]:
        with self._models.changing:
            yield

    def _worker(self, answerer: Answerer, settings: Settings, throttle: Throttle) -> Ingest:
        encoder = Encoder(answerer.encode, answerer.model.fingerprint)
        # A batch holds a step for each device that encodes.
        most = min(settings.batch_tokens * self._models.encoders, 1_000_000)
        settings = replace(settings, batch_tokens=most)
        return Ingest(
            self._archive, settings, self._reader(answerer, settings), encoder, throttle, self._health
        )

    def reader(self) -> Reader:
        """How a file becomes passages now. Raises ModelMissing, ModelUnusable."""
        return self._reader(self._models.present()[0], self._settings)

    def _reader(self, answerer: Answerer, settings: Settings) -> Reader:
        return Reader(
            _read(settings, "text"),
            lambda item, label: split(item, answerer.count_tokens, settings.max_tokens, label=label),
            self._archive.documents.holds_elsewhere,
            partial(leave_out, self._archive),
            lambda source_id: _read(settings, self._archive.sources.row(source_id).pictures),
        )


def _read(settings: Settings, pictures: str) -> Read:
    """How files are read of a source whose pictures are wanted so."""
    limits = Limits(
        ocr_pages=settings.ocr_pages if pictures != "none" else 0,
        photos=pictures == "all",
        pictures_a_minute=settings.pictures_a_minute,
        speech_model=settings.speech_model,
        speech_minutes=settings.speech_minutes,
        attached_programs=settings.attached_programs,
    )
    return partial(
        iter_isolated, seconds=settings.read_seconds, megabytes=settings.read_memory_mb, limits=limits
    )


def _hurried(settings: Settings) -> Settings:
    """Somebody waits for this: no resting for other programs."""
    return replace(settings, throttle=False, nice=0)
