"""Chats that were deleted a moment ago: gone from the list, erased for good when the time to undo it is over."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from app.errors import DoppelError

log = logging.getLogger(__name__)

SECONDS_TO_UNDO = 15.0


@dataclass
class Deleted:
    """`seconds`: how long it can be undone. Whoever ends the process calls `finish` first."""

    seconds: float = SECONDS_TO_UNDO
    _waiting: dict[int, tuple[threading.Timer, Callable[[], None]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def delete(self, chat_id: int, erase: Callable[[], None]) -> None:
        """Hide the chat now, `erase` it when the time is over."""
        timer = threading.Timer(self.seconds, self._erase, [chat_id])
        timer.daemon = True
        with self._lock:
            self._waiting[chat_id] = (timer, erase)
        timer.start()

    def undo(self, chat_id: int) -> bool:
        """Whether the chat could be brought back."""
        with self._lock:
            found = self._waiting.pop(chat_id, None)
        if found:
            found[0].cancel()
        return found is not None

    def hides(self, chat_id: int) -> bool:
        with self._lock:
            return chat_id in self._waiting

    def finish(self) -> None:
        """Erase all that waits, now."""
        for chat_id in list(self._waiting):
            self._erase(chat_id)

    def _erase(self, chat_id: int) -> None:
        with self._lock:
            found = self._waiting.get(chat_id)
        if found is None:
            return
        found[0].cancel()
        try:
            found[1]()
        except DoppelError as error:
            log.warning("a deleted chat could not be erased: %s", error)
        finally:
            # Hidden until it is gone: no moment in which it shows again.
            with self._lock:
                self._waiting.pop(chat_id, None)
