"""Keeps Gradio's event stream of a page open between events.

Gradio 6.31 ends a page's stream when its last pending event is done. A click that arrives between that decision and the
page's learning of it is queued for a stream that no longer exists, and its answer never comes. A page that always has
one pending event keeps its stream until it is closed.

A browser opens six connections to one address, for all its windows together. Gradio's heartbeat would be a second stream of
each page, so that the third window waited for ever; it only tells when a page's state may go, which a bound does here.
"""

from __future__ import annotations

from typing import Any

HELD = "held-open"
PAGES_REMEMBERED = 200  # what the pages used last have open; a page says something every few seconds


class HeldOpen(dict[str, set[str]]):
    """Pending event ids by session; every session has one more that never ends."""

    def __setitem__(self, session: str, pending: set[str]) -> None:
        super().__setitem__(session, pending | {HELD})


def one_stream(blocks: Any) -> None:
    """Apply it to mounted Gradio blocks, before the first page is served."""
    blocks._queue.pending_event_ids_session = HeldOpen()
    blocks.config["connect_heartbeat"] = False
