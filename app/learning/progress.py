"""How far ingestion is, and how fast: what the interface shows while Doppel learns."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

WINDOW_SECONDS = 60.0


@dataclass(frozen=True)
class Progress:
    """`queued` counts files waiting or in work; `done`, `failed` and `skipped` all of the archive.

    current: name of a file in work, or "". eta_seconds: None while there is nothing to judge by.
    waiting: why nothing happens although files wait ("paused", "on battery…"), or "".
    """

    queued: int
    done: int
    failed: int
    skipped: int
    current: str
    tokens_per_second: float
    eta_seconds: float | None
    waiting: str


class Meter:
    """Rates over the last WINDOW_SECONDS of work, from notes that any thread may make."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._notes: deque[tuple[float, int, int]] = deque()  # when, files, tokens
        self._lock = threading.Lock()
        self._began = clock()

    def note(self, *, files: int = 0, tokens: int = 0) -> None:
        """So many files were finished, so many tokens encoded."""
        with self._lock:
            self._notes.append((self._clock(), files, tokens))

    def rates(self) -> tuple[float, float]:
        """Files and tokens per second."""
        with self._lock:
            now = self._clock()
            while self._notes and self._notes[0][0] < now - WINDOW_SECONDS:
                self._notes.popleft()
            seconds = max(1e-3, min(WINDOW_SECONDS, now - self._began))
            files = sum(note[1] for note in self._notes)
            tokens = sum(note[2] for note in self._notes)
        return files / seconds, tokens / seconds

    def eta(self, files: int) -> float | None:
        """Seconds that so many files will take at the present rate; None if none was finished lately."""
        rate, _ = self.rates()
        return files / rate if rate > 0 else None
