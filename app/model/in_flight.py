"""The one guard around answers: who may compute now, and when nobody does. Thread-safe.

All models of an archive share it: a second one that encodes in the background gives way to questions to the first, and the
process can end when nobody is inside the model's native code.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


class InFlight:
    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._questions = 0
        self._computing = threading.Lock()

    @contextmanager
    def asked(self) -> Iterator[None]:
        """While a question is answered."""
        with self._changed:
            self._questions += 1
        try:
            yield
        finally:
            with self._changed:
                self._questions -= 1
                self._changed.notify_all()

    def wait_quiet(self) -> None:
        """Wait until no question is under way."""
        with self._changed:
            self._changed.wait_for(lambda: self._questions == 0)

    @contextmanager
    def question(self) -> Iterator[None]:
        """While a question is answered in one step: it goes before what can wait."""
        with self.asked(), self._computing:
            yield

    @contextmanager
    def background(self) -> Iterator[None]:
        """While a model computes what can wait: not before all questions are answered."""
        self.wait_quiet()
        with self._computing:
            yield

    def answering(self, events: Iterator[T]) -> Iterator[T]:
        """The events of an answer, each computed alone; the question is under way until the last, or until it is left."""
        with self.asked():
            while True:
                with self._computing:
                    try:
                        event = next(events)
                    except StopIteration:
                        return
                yield event

    def rest(self, seconds: float = -1) -> bool:
        """Wait until no model computes, for ever or so many seconds; False if one still does.

        A process that ends while a thread is inside the model's native code is aborted.
        """
        if not self._computing.acquire(timeout=seconds):
            return False
        self._computing.release()
        return True
