"""Threads that do not die: a step that fails is reported and tried again after a growing pause.

Nothing that a step can raise ends the thread; it ends when it is told to, or when a step says that there is nothing left.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from app.health import Health

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0


class Supervised(threading.Thread):
    """Takes step after step until `stopping` is set or a step returns False. part: what `health` calls it."""

    def __init__(
        self,
        step: Callable[[], bool],
        *,
        name: str,
        part: str,
        health: Health,
        stopping: threading.Event,
        begin: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._step = step
        self._begin = begin
        self._part = part
        self._health = health
        self._stopping = stopping

    def run(self) -> None:
        self._begin()
        pause = FIRST_PAUSE
        while True:
            try:
                if not self._step():
                    return
            except BaseException as error:  # SystemExit, too, would end the thread without a word
                self._failed(error)
                if self._stopping.wait(pause):
                    return
                pause = min(LONGEST_PAUSE, 2 * pause)
            else:
                pause = FIRST_PAUSE
                self._health.well(self._part)

    def _failed(self, error: BaseException) -> None:
        trouble = self._health.failed(self._part, error)
        if (
            trouble.times & (trouble.times - 1) == 0
        ):  # the first, second, fourth, … time: a log is no use when it is full
            log.warning("%s failed (%d times): %s", self._part, trouble.times, type(error).__name__)
