"""Who reads the database in this process: for the one thing that must not happen under a reader's eyes.

Reading waits only while somebody else has it alone, or is about to, which lasts for a few page writes. A reader may read
again inside.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

from storage.errors import ForgetIncomplete

PATIENCE, PAUSE = 0.2, 0.05  # seconds; a reader may itself wait for one who has not begun


class Readers:
    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._within = threading.local()
        self._count = 0
        self._wanted = False

    @contextlib.contextmanager
    def one(self) -> Iterator[None]:
        """Around reading."""
        depth = getattr(self._within, "depth", 0)
        with self._changed:
            if not depth:
                self._changed.wait_for(lambda: not self._wanted)
            self._count += 1
        self._within.depth = depth + 1
        try:
            yield
        finally:
            self._within.depth -= 1
            with self._changed:
                self._count -= 1
                self._changed.notify_all()

    @contextlib.contextmanager
    def none(self, until: float) -> Iterator[None]:
        """While nobody reads; waits for it until that time (monotonic), one at a time. Raises ForgetIncomplete."""
        with self._changed:
            while not self._is_free():
                if time.monotonic() > until:
                    raise ForgetIncomplete(
                        "It is forgotten for every question, but the memory's database was read without a pause, so its "
                        "pages could not be cleaned. Start Doppel again."
                    )
                self._changed.wait(PAUSE)
        try:
            yield
        finally:
            with self._changed:
                self._wanted = False
                self._changed.notify_all()

    def _is_free(self) -> bool:
        self._wanted = True
        if not self._changed.wait_for(lambda: not self._count, PATIENCE):
            self._wanted = False
            self._changed.notify_all()
        return self._wanted
