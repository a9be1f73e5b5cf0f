"""Questions under way, so that work in the background can wait for their end. Thread-safe."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Questions:
    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    @contextmanager
    def asked(self) -> Iterator[None]:
        """While a question is answered."""
        with self._changed:
            self._count += 1
        try:
            yield
        finally:
            with self._changed:
                self._count -= 1
                self._changed.notify_all()

    def wait_quiet(self) -> None:
        """Wait until no question is under way."""
        with self._changed:
            self._changed.wait_for(lambda: self._count == 0)
