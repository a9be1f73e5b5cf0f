"""The answers that are being written, so that a page can stop its own and the end of serving stops them all.

Who computes when is the twin's (`app.model.in_flight`): closing it waits until nobody is inside the model.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass
class Answering:
    """`cancels`: one event per page with an answer under way."""

    cancels: dict[str, threading.Event] = field(default_factory=dict)

    def end(self) -> None:
        """Cancel every answer."""
        for cancel in list(self.cancels.values()):
            cancel.set()
