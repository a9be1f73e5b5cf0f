"""When a changed path may be read: after a quiet time, and with the same size and time of change twice.

Pure bookkeeping: the clock and the look at the file are passed in, so tests need neither a file system nor
sleep. It does not know what a path is, who reports events or what happens to a path that is ready.

* Every event restarts the quiet time of its path.
* Ready means quiet, and `look` (size and mtime, or None if the path is gone) gave the same answer as at the
  last event: programs that write through mmap or over a network raise no events while the file still grows.
* A path that never becomes quiet (a log) is handed out after `patience` all the same; whoever reads it checks
  for changes while reading.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Look = tuple[int, int] | None
"""Size in bytes and mtime in nanoseconds, or None for a path that is not there."""

Key = TypeVar("Key", bound=Hashable)


@dataclass
class _Waiting:
    first_event: float
    last_change: float
    seen: Look


class Stability(Generic[Key]):
    """Paths that wait for their quiet time. Not thread-safe: one thread owns it."""

    def __init__(
        self,
        look: Callable[[Key], Look],
        *,
        quiet: float = 0.5,
        patience: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look = look
        self._quiet = quiet
        self._patience = patience
        self._clock = clock
        self._waiting: dict[Key, _Waiting] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def touch(self, *paths: Key) -> None:
        """Note an event on paths; those that nothing else happens to become ready together."""
        now = self._clock()
        for path in paths:
            seen = self._look(path)
            waiting = self._waiting.get(path)
            if waiting is None:
                self._waiting[path] = _Waiting(now, now, seen)
            else:
                waiting.last_change, waiting.seen = now, seen

    def ready(self) -> list[Key]:
        """Take out and return the paths that may be read now, in the order of their first event."""
        now = self._clock()
        done = []
        for path, waiting in self._waiting.items():
            if now - waiting.last_change < self._quiet:
                continue
            seen = self._look(path)
            if seen == waiting.seen or now - waiting.first_event >= self._patience:
                done.append(path)
            else:
                waiting.last_change, waiting.seen = now, seen
        for path in done:
            del self._waiting[path]
        return done

    def next_check(self) -> float | None:
        """Seconds until a path may become ready; None if none waits."""
        if not self._waiting:
            return None
        soonest = min(waiting.last_change for waiting in self._waiting.values()) + self._quiet
        return max(0.0, soonest - self._clock())
