"""The answers that are being written, so that a page can stop the one it shows and the end of serving stops them all.

A person who opens another chat meanwhile does not see the answer any more, but it goes on and is kept. Who computes when is
the twin's (`app.model.line`, `app.model.in_flight`): closing it waits until nobody is inside the model.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass(eq=False)
class UnderWay:
    """chat_id: of the chat it belongs to, None while that is not kept yet; shown: whether its page shows it now; left: the
    page turned to another chat, and what was on its way of this one may have come after that."""

    chat_id: int | None
    cancel: threading.Event = field(default_factory=threading.Event)
    shown: bool = True
    left: bool = False

    def once_left(self) -> bool:
        """Whether the page turned away since this was asked last."""
        left, self.left = self.left, False
        return left


@dataclass
class Answering:
    """pages: the answers under way of each open page; opened: the chat that such a page turned to meanwhile."""

    pages: dict[str, list[UnderWay]] = field(default_factory=dict)
    opened: dict[str, int | None] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, page: str, chat_id: int | None) -> UnderWay:
        one = UnderWay(chat_id)
        with self._lock:
            self.pages.setdefault(page, []).append(one)
        return one

    def over(self, page: str, one: UnderWay) -> None:
        """Also where the page was closed in mid-answer: the model must not go on for nobody."""
        one.cancel.set()
        with self._lock:
            self.pages[page].remove(one)
            if not self.pages[page]:
                del self.pages[page]
                self.opened.pop(page, None)

    def look(self, page: str, chat_id: int | None) -> bool:
        """The page shows this chat from now on; whether an answer goes on that it does not show any more."""
        with self._lock:
            under_way = self.pages.get(page, [])
            for one in under_way:
                one.shown = chat_id is not None and one.chat_id == chat_id
                one.left = not one.shown
            if under_way:
                self.opened[page] = chat_id
            return any(one.left for one in under_way)

    def stop(self, page: str) -> None:
        """Cancel what the page shows."""
        with self._lock:
            for one in self.pages.get(page, ()):
                if one.shown:
                    one.cancel.set()

    def end(self) -> None:
        """Cancel every answer."""
        with self._lock:
            for one in [one for page in self.pages.values() for one in page]:
                one.cancel.set()
