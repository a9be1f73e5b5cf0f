"""Everything that turns files into memories in the background, started and stopped together: watcher, ingest, schedule.

Knows the archive and the model's encoder; it answers nothing.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.ingest import Encoder, Ingest
from app.intake import Reader
from app.jobs import standing_jobs
from app.progress import Progress
from app.reading.isolated import iter_isolated
from app.scan import Scan
from app.schedule import Schedule
from app.settings import Settings
from app.split import split
from app.watch import Watcher
from storage.archive import Archive
from storage.records import Source

if TYPE_CHECKING:
    from app.mind import Mind


class Learning:
    def __init__(self, archive: Archive, settings: Settings) -> None:
        self._archive = archive
        self._settings = settings
        self._scanning = threading.Lock()
        self._watcher: Watcher | None = None
        self._ingest: Ingest | None = None
        self._schedule: Schedule | None = None
        self.paused = False

    @property
    def running(self) -> bool:
        return self._ingest is not None

    def start(self, mind: Mind) -> None:
        """Watch the sources and learn until `stop`; nothing happens where it runs already."""
        if self.running:
            return
        ingest = self._worker(mind, self._settings)
        watcher = Watcher(self._archive, self._settings, wake=ingest.wake, lock=self._scanning)
        schedule = Schedule(self._archive, standing_jobs(self._archive, self._settings, watcher.rescan))
        self._ingest, self._watcher, self._schedule = ingest, watcher, schedule
        if self.paused:
            ingest.pause()
        ingest.start()
        watcher.start()
        schedule.start()

    def stop(self) -> None:
        """End after what is under way; the rest stays queued."""
        watcher, ingest, schedule = self._watcher, self._ingest, self._schedule
        self._watcher = self._ingest = self._schedule = None
        if schedule is not None:
            schedule.stop()
        if watcher is not None:
            watcher.stop()
        if ingest is not None:
            ingest.stop()

    def pause(self) -> None:
        self.paused = True
        if self._ingest is not None:
            self._ingest.pause()

    def resume(self) -> None:
        self.paused = False
        if self._ingest is not None:
            self._ingest.resume()

    def rescan(self, source: Source) -> None:
        """Have a source looked at soon, where watching is on."""
        if self._watcher is not None:
            self._watcher.rescan(source.id)

    def progress(self) -> Progress | None:
        return self._ingest.progress() if self._ingest is not None else None

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

    def learn_now(self, path: Path, source: Source, mind: Mind) -> None:
        """Scan one path of a source and return when all of it is known or recorded as unreadable."""
        Scan(self._archive, source, exclude=[self._settings.home], lock=self._scanning).some([path])
        if self._ingest is not None:
            self._ingest.wake()
            _finish(self._ingest)
            return
        # Somebody waits for this: no resting for other programs.
        worker = self._worker(mind, replace(self._settings, throttle=False, nice=0))
        worker.start()
        try:
            _finish(worker)
        finally:
            worker.stop()

    def _worker(self, mind: Mind, settings: Settings) -> Ingest:
        reader = Reader(
            partial(iter_isolated, seconds=settings.read_seconds, megabytes=settings.read_memory_mb),
            lambda item, label: split(item, mind.count_tokens, settings.max_tokens, label=label),
        )
        return Ingest(self._archive, settings, reader, Encoder(mind.encode, mind.model.fingerprint))


def _finish(worker: Ingest) -> None:
    while not worker.wait_idle(timeout=3600):
        pass
