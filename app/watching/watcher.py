"""Watches the sources: file events become queued files, and nothing that events missed stays unseen.

* Operating-system events (watchdog) name paths. A path is looked at once it is stable (`stability`), by a
  scan of just that path, and what the scan finds is queued. What an event said is not believed, only that it
  came: so atomic saves, renames and whole-folder moves need no cases of their own.
* A full rescan of a source covers what no event told: at start, when its disk comes back, after a burst in
  which the system may have dropped events, and at every look at a polling source.
* Polling is our own rescan at an interval, not watchdog's PollingObserver: that one holds a snapshot of the
  whole tree in memory, and the archive already is one. The pause grows with the time a look takes.
* inotify gives a limited number of watches. Where they run out, the source is polled too and its row says how
  to raise the limit. watchdog swallows that error below the root, so a watch on a folder of our own is tried.
* A root that goes away, or is replaced by another folder, is noticed within LOOK_SECONDS.

It reads no file and encodes nothing; it only calls `wake` when the queue has grown.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import queue
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from app.health import Health
from app.settings import Settings
from app.supervised import Supervised
from app.watching import roots
from app.watching.events import EVENTS, Event, Handler
from app.watching.scan import Scan, ScanReport
from app.watching.stability import Look, Stability
from app.watching.tree import identity, state_of
from storage.archive import Archive
from storage.records import Source

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
PROBE_SECONDS = 60.0
NEVER = -1e9
BURST_EVENTS = 4000
"""Far below the 16,384 events that Linux holds before it drops some."""
LIMIT = (
    "The system allows no more watched folders, so Doppel looks every {seconds:.0f} s instead of at once. "
    "To raise the limit: sudo sysctl fs.inotify.max_user_watches=1048576"
)

NO_EVENTS = "The system reports no changes for this folder, so Doppel looks every {seconds:.0f} s."

Key = tuple[int, str]
"""Source id and path."""


@dataclass
class _Watched:
    """A source the watcher looks after. `watch` is None while it has no events."""

    source: Source
    watch: ObservedWatch | None = None
    root: tuple[int, int] | None = None
    """Device and inode of the watched folder; None if none is there."""
    stale: bool = True
    """The watch may be on a folder that is not the root any more."""
    polled: bool = False
    failed: bool = False
    """Something could not be looked at since the last rescan began: another is due."""
    tries: int = 0
    """How often in a row it did."""
    next_poll: float = 0.0
    rescan: Future[None] | None = None
    again: bool = False


class Watcher:
    """Watches every active source of an archive from `start` to `stop`.

    `wake` is called after files were queued, moved or removed. `lock` is held while a scan compares, for callers that
    scan too.
    """

    def __init__(
        self,
        archive: Archive,
        settings: Settings,
        wake: Callable[[], None] = lambda: None,
        observer: Callable[[], BaseObserver] = Observer,
        lock: threading.Lock | None = None,
        health: Health | None = None,
    ) -> None:
        self._archive = archive
        self._health = health or Health()
        self._settings = settings
        self._lock = lock or threading.Lock()
        self._wake = wake
        self._observer = observer()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._stability: Stability[Key] = Stability(_look, quiet=settings.quiet_seconds)
        self._watched: dict[int, _Watched] = {}
        self._seen: set[int] = set()
        self._burst = 0
        self._stopping = threading.Event()
        self._took_up = threading.Event()
        self._wanted: set[int] = set()
        self._looked = self._probed = NEVER
        self._rescans = ThreadPoolExecutor(1, thread_name_prefix="doppel-rescan")
        self._make = observer
        self._thread = Supervised(
            self._next,
            name="doppel-watch",
            part="watching",
            health=self._health,
            stopping=self._stopping,
        )

    def start(self) -> None:
        """Begin to watch; what changed before is found by a rescan of every source."""
        self._observer.start()
        self._thread.start()

    def stop(self) -> None:
        """Stop watching; returns when no scan runs any more."""
        self._stopping.set()
        self._thread.join()
        self._rescans.shutdown(wait=True, cancel_futures=True)
        self._observer.stop()
        self._observer.join()

    def rescan(self, source_id: int | None = None) -> None:
        """Have a source, or every source, compared as a whole soon. A source just added is taken up too."""
        ids = [source_id] if source_id is not None else [source.id for source in self._archive.sources.rows()]
        for each in ids:
            self._events.put((each, []))

    def settled(self) -> bool:
        """True if every source is taken up, no path waits for its quiet time and no rescan is under way."""
        return (
            self._took_up.is_set()
            and self._events.empty()
            and not len(self._stability)
            and not self._wanted
            and all(w.rescan is None or (w.rescan.done() and not w.again) for w in self._watched.values())
        )

    def _next(self) -> bool:
        if self._stopping.is_set():
            return False
        self._step()
        return True

    def _step(self) -> None:
        """Take the events that came, scan the paths that are stable, look after the sources."""
        self._take_events()
        self._scan_ready()
        now = time.monotonic()
        if now - self._looked >= LOOK_SECONDS:
            self._looked = now
            self._look_after_sources()
        if now - self._probed >= PROBE_SECONDS:
            self._probed = now
            self._poll_if_limited(self._watched.values())

    def _take_events(self) -> None:
        """Wait for an event, but not past the next thing to do; then take all there are."""
        check = self._stability.next_check()
        timeout = 0.5 if check is None else min(0.5, max(0.02, check))
        try:
            event = self._events.get(timeout=timeout)
            while True:
                self._take(event)
                event = self._events.get_nowait()
        except queue.Empty:
            return

    def _take(self, event: Event) -> None:
        source_id, paths = event
        watched = self._watched.get(source_id)
        if not paths:
            self._want(source_id)
        changed: list[Key] = []
        for path in paths:
            if watched is not None and path == watched.source.path == _folder(path):
                watched.stale = True  # the root itself was deleted or moved, and its watch with it
                self._looked = NEVER
            else:
                changed.append((source_id, path))
        self._burst += len(changed)
        # Both ends of a move at once: looked at by itself, the old place would count as deleted.
        self._stability.touch(*changed)

    def _want(self, source_id: int) -> None:
        """Have a source rescanned at the next step."""
        self._wanted.add(source_id)
        self._looked = NEVER

    def _scan_ready(self) -> None:
        ready: dict[int, list[Path]] = defaultdict(list)
        for source_id, path in self._stability.ready():
            ready[source_id].append(Path(path))
        for source_id, paths in ready.items():
            watched = self._watched.get(source_id)
            if watched is not None:
                self._scan_paths(watched, paths)
        if not len(self._stability):
            if self._burst >= BURST_EVENTS:
                for source_id in self._watched:
                    self._want(source_id)
            self._burst = 0

    def _scan_paths(self, watched: _Watched, paths: list[Path]) -> None:
        try:
            report = self._scan(watched.source).some(paths)
            self._tell_unseen(watched, report)
        except Exception as error:
            self._failed(watched, error)
            watched.failed, watched.next_poll = True, time.monotonic() + LOOK_SECONDS
            return
        if report.missing or not report.complete:
            watched.failed, watched.next_poll = True, time.monotonic() + LOOK_SECONDS
        if report.changes:
            self._wake()

    def _scan(self, source: Source) -> Scan:
        return Scan(
            self._archive,
            source,
            exclude=[self._settings.home],
            lock=self._lock,
            settle=lambda path: self._events.put((source.id, [str(path)])),
            quiet=self._settings.quiet_seconds,
        )

    def _revive(self) -> None:
        """Begin anew with the system's events if a thread that passes them on has ended."""
        emitters = getattr(self._observer, "emitters", ())
        if self._observer.is_alive() and all(emitter.is_alive() for emitter in emitters):
            return
        with contextlib.suppress(Exception):
            self._observer.stop()
        self._observer = self._make()
        self._observer.start()
        for watched in self._watched.values():
            watched.watch, watched.stale = None, True

    def _look_after_sources(self) -> None:
        """Take up new sources and roots that came back, drop what was removed, start rescans that are due."""
        self._revive()
        sources = self._archive.sources.rows()
        rows = {source.id: source for source in sources if _is_watched(source)}
        for gone in set(self._watched) - set(rows):
            self._unwatch(self._watched.pop(gone))
        for removed in self._seen - {source.id for source in sources}:
            roots.drop(self._archive, removed)
        self._seen = {source.id for source in sources}
        wanted, self._wanted = self._wanted, set()
        for source_id, source in rows.items():
            watched = self._watched.setdefault(source_id, _Watched(source))
            watched.stale |= (source.ignore, source.polling) != (
                watched.source.ignore,
                watched.source.polling,
            )
            watched.source = source
            root = identity(Path(_folder(source.path)))
            if watched.stale or root != watched.root:
                self._unwatch(watched)
                self._watch(watched, root)
                wanted.add(source_id)
            if (watched.polled or watched.failed) and time.monotonic() >= watched.next_poll:
                wanted.add(source_id)
            if source_id in wanted:
                self._start_rescan(watched)
        self._took_up.set()

    def _watch(self, watched: _Watched, root: tuple[int, int] | None) -> None:
        """Ask for the events of a source whose root is there; poll it if there are none to be had."""
        source, watched.root, watched.polled = watched.source, root, watched.source.polling
        watched.stale = False
        if root is None or source.polling:
            return
        handler = Handler(source, self._settings.home, self._events.put)
        folder = _folder(source.path)
        try:
            watched.watch = self._observer.schedule(
                handler, folder, recursive=folder == source.path, event_filter=EVENTS
            )
        except OSError as error:
            self._poll(watched, LIMIT if _is_limit(error) else NO_EVENTS)
            return
        self._poll_if_limited([watched])

    def _unwatch(self, watched: _Watched) -> None:
        if watched.watch is not None:
            watch, watched.watch = watched.watch, None
            self._observer.unschedule(watch)

    def _poll_if_limited(self, candidates: Iterable[_Watched]) -> None:
        """Poll sources as well once the system refuses watches: some of their folders may have none."""
        affected = [watched for watched in candidates if watched.watch is not None and not watched.polled]
        if affected and not self._can_watch_more():
            for watched in affected:
                self._poll(watched, LIMIT)

    def _can_watch_more(self) -> bool:
        with tempfile.TemporaryDirectory(prefix="doppel-watch-") as folder:
            try:
                self._observer.unschedule(self._observer.schedule(FileSystemEventHandler(), folder))
            except OSError as error:
                return not _is_limit(error)
        return True

    def _poll(self, watched: _Watched, message: str) -> None:
        watched.polled, watched.next_poll = True, time.monotonic() + self._settings.poll_seconds
        text = message.format(seconds=self._settings.poll_seconds)
        self._archive.sources.set_state(watched.source.id, watched.source.state, text)
        log.warning("source %s: %s", watched.source.id, text)

    def _start_rescan(self, watched: _Watched) -> None:
        if watched.rescan is not None and not watched.rescan.done():
            watched.again = True  # it may have passed the place that changed
            return
        watched.again = False
        watched.rescan = self._rescans.submit(self._rescan, watched)

    def _tell_unseen(self, watched: _Watched, report: ScanReport) -> None:
        if report.complete:
            if not watched.failed:
                self._health.well(_part(watched.source))
            return
        ((code, _),) = report.unseen.most_common(1)
        self._health.failed(
            _part(watched.source),
            f"{sum(report.unseen.values())} files or folders could not be looked at ({os.strerror(code)}). "
            "It is tried again.",
        )

    def _failed(self, watched: _Watched, error: Exception) -> None:
        log.warning("comparing source %s failed: %s", watched.source.id, type(error).__name__)
        self._health.failed(_part(watched.source), error)

    def _rescan(self, watched: _Watched) -> None:
        started = time.monotonic()
        watched.failed = False  # from here on only ever set: paths that fail meanwhile may be behind us
        try:
            report = self._scan(watched.source).all()
            watched.failed |= bool(report.missing) or not report.complete
            if report.changes:
                self._wake()
            self._tell_unseen(watched, report)
        except Exception as error:
            self._failed(watched, error)
            watched.failed = True
        now = time.monotonic()
        # What fails again and again is looked at ever more rarely.
        watched.tries = watched.tries + 1 if watched.failed else 0
        pause = LOOK_SECONDS * 2 ** min(watched.tries, 10) if watched.failed else self._settings.poll_seconds
        watched.next_poll = now + max(pause, 10 * (now - started))
        if watched.again:
            self.rescan(watched.source.id)


def _part(source: Source) -> str:
    return f"source {source.id}"


def _is_watched(source: Source) -> bool:
    """False for a source that the person paused, and for what was read once without being watched."""
    return source.state != "paused" and source.kind != "once"


def _look(key: Key) -> Look:
    """Size and mtime of a path, for the stability of what lies there."""
    try:
        status = os.lstat(key[1])
    except OSError:
        return None
    return state_of(status)


def _folder(path: str) -> str:
    """The folder to watch for a source: itself, or the one around a source that is a single file."""
    return str(Path(path).parent) if os.path.isfile(path) else path


def _is_limit(error: OSError) -> bool:
    """True for inotify's two limits: watches (ENOSPC) and instances (EMFILE)."""
    return error.errno in (errno.ENOSPC, errno.EMFILE)
