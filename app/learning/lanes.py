"""Two bounded waiting lines in one: what a person just saved overtakes a backlog.

Each line holds a bounded weight (tokens), so whoever fills it waits for whoever empties it: that is the back
pressure between reading and encoding. It knows nothing of what it holds.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Closed(Exception):
    """The lanes were closed while waiting."""


class Lanes(Generic[T]):
    """Thread-safe; order is kept within a lane, and the fast lane is emptied first."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._lanes: dict[bool, deque[tuple[T, int]]] = {True: deque(), False: deque()}
        self._weight = {True: 0, False: 0}
        self._changed = threading.Condition()
        self._closed = False

    def put(self, thing: T, weight: int, fast: bool) -> None:
        """Add to the end of a lane, waiting while it is full. Raises Closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._weight[fast] < self._capacity)
            if self._closed:
                raise Closed
            self._lanes[fast].append((thing, weight))
            self._weight[fast] += weight
            self._changed.notify_all()

    def take(self, timeout: float, only_fast: bool = False) -> T | None:
        """The next thing, or None if none comes within `timeout` seconds. Raises Closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._next() is not None, timeout)
            if self._closed:
                raise Closed
            fast = self._next()
            if fast is None or (only_fast and not fast):
                return None
            thing, weight = self._lanes[fast].popleft()
            self._weight[fast] -= weight
            self._changed.notify_all()
            return thing

    def close(self) -> None:
        """Drop everything and send everyone home."""
        with self._changed:
            self._closed = True
            for lane in self._lanes.values():
                lane.clear()
            self._changed.notify_all()

    def _next(self) -> bool | None:
        """Which lane is next; None if both are empty."""
        return next((fast for fast in (True, False) if self._lanes[fast]), None)
