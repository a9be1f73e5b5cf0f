"""The line in which questions wait: one is answered at a time, in the order in which they were asked. Thread-safe.

Without it the steps of all answers under way would take turns, so that each of twenty takes as long as all of them, and each
holds its passages meanwhile. Who is slow to take what was answered (a program that stopped listening) is gone past: the
model's own guard (`app.model.in_flight`) still lets one compute at a time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from app.errors import Stopped, TooManyQuestions

MOST = 32
SECONDS_PER_LOOK = 0.25
PATIENCE = 5.0  # seconds that an answer waits to be taken before the next question begins


@dataclass(eq=False)
class Place:
    """idle_since: when what was answered last was handed over and not come back for; None while it is worked on."""

    idle_since: float | None = None

    @contextmanager
    def handing_over(self) -> Iterator[None]:
        """While whoever asked has the word."""
        self.idle_since = time.monotonic()
        try:
            yield
        finally:
            self.idle_since = None

    def holds_up(self) -> bool:
        return self.idle_since is None or time.monotonic() - self.idle_since < PATIENCE


@dataclass
class Line:
    """most: questions that may be under way, waiting ones included."""

    most: int = MOST
    _places: list[Place] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def joined(self) -> Iterator[Place]:
        """The last place, until it is left. Raises TooManyQuestions."""
        place = Place()
        with self._changed:
            if len(self._places) >= self.most:
                raise TooManyQuestions(
                    f"{self.most} questions are waiting already. Ask again when some are answered."
                )
            self._places.append(place)
        try:
            yield place
        finally:
            with self._changed:
                self._places.remove(place)
                self._changed.notify_all()

    def waiting(self, place: Place, cancelled: Callable[[], bool]) -> Iterator[int]:
        """How many questions are before this one, whenever that changes and now and then, until there is none.

        Raises Stopped once it is cancelled.
        """
        while ahead := self._ahead(place):
            with place.handing_over():
                yield ahead
            with self._changed:
                self._changed.wait(SECONDS_PER_LOOK)
            if cancelled():
                raise Stopped("Stopped before it was answered.")

    def _ahead(self, place: Place) -> int:
        with self._changed:
            return sum(other.holds_up() for other in self._places[: self._places.index(place)])
