"""Keeps Gradio's event stream of a page open between events.

Gradio 6.31 ends a page's stream when its last pending event is done. A click that arrives between that decision and the
page's learning of it is queued for a stream that no longer exists, and its answer never comes. A page that always has
one pending event keeps its stream until it is closed.
"""

from __future__ import annotations

from typing import Any

HELD = "held-open"


class HeldOpen(dict[str, set[str]]):
    """Pending event ids by session; every session has one more that never ends."""

    def __setitem__(self, session: str, pending: set[str]) -> None:
        super().__setitem__(session, pending | {HELD})


def hold_streams(blocks: Any) -> None:
    """Apply it to mounted Gradio blocks, before the first page is served."""
    blocks._queue.pending_event_ids_session = HeldOpen()
