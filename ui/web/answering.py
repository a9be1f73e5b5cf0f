"""The answers that are being written, so that a page can stop its own and the end of serving stops them all."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass
class Answering:
    """`cancels`: one event per page with an answer under way; `step`: held while the model computes."""

    cancels: dict[str, threading.Event] = field(default_factory=dict)
    step: threading.Lock = field(default_factory=threading.Lock)

    def steps(self, events: Iterator[T]) -> Iterator[T]:
        """`events`, each computed while `step` is held."""
        while True:
            with self.step:
                try:
                    event = next(events)
                except StopIteration:
                    return
            yield event

    def end(self, seconds: float) -> bool:
        """Cancel every answer and wait until the model rests; False if it still computes after `seconds`.

        A process that ends while another thread is inside the model's native code is aborted.
        """
        for cancel in list(self.cancels.values()):
            cancel.set()
        if not self.step.acquire(timeout=seconds):
            return False
        self.step.release()
        return True
