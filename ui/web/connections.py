"""Connections of the web page, bounded in number and in patience.

Anybody on this computer can open a connection, and each takes a file descriptor that reading and learning need. One that
sends no whole request within SECONDS is closed, and when there are too many, those go that have waited longest without
ever having asked anything. A log line that repeats itself is counted, not written.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS = 10.0
MOST = 100
LINE_SECONDS = 60.0


class BoundedProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 connection with a deadline for the head of its first request, and a common bound."""

    waiting: ClassVar[dict[BoundedProtocol, None]] = {}
    """Connections that have not asked anything yet, the oldest first."""
    open: ClassVar[set[BoundedProtocol]] = set()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.open.add(self)
        self.waiting[self] = None
        self._deadline = self.loop.call_later(SECONDS, self._give_up)
        if len(self.open) > MOST:
            next(iter(self.waiting))._give_up()

    def handle_events(self) -> None:
        super().handle_events()
        if self.cycle is not None:  # a whole head has come
            self.waiting.pop(self, None)
            self._deadline.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        self.open.discard(self)
        self.waiting.pop(self, None)
        self._deadline.cancel()
        super().connection_lost(exc)

    def _give_up(self) -> None:
        self.waiting.pop(self, None)
        self.transport.abort()


class OncePerMinute(logging.Filter):
    """Lets a message through once in LINE_SECONDS, and says then how many there were meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        now, key = time.monotonic(), str(record.msg)[:200]
        at, swallowed = self._said.get(key, (-LINE_SECONDS, 0))
        if now - at < LINE_SECONDS:
            self._said[key] = (at, swallowed + 1)
            return False
        if len(self._said) > 1000:
            self._said.clear()
        self._said[key] = (now, 0)
        if swallowed:
            record.msg = f"{record.msg} (and {swallowed} times more in the last minute)"
        return True


def quiet_logs() -> None:
    """Applies it to what a flood of connections makes talk."""
    for name in ("asyncio", "uvicorn.error"):
        logging.getLogger(name).addFilter(OncePerMinute())


def protocol() -> dict[str, Any]:
    """Options for uvicorn."""
    return {"http": BoundedProtocol, "timeout_keep_alive": 20, "backlog": 64}
