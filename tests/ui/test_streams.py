"""A page's event stream is never ended for want of pending events."""

from __future__ import annotations

from tests.ui.fake_twin import FakeTwin
from ui.page import build
from ui.server import Address, web_app
from ui.streams import HeldOpen, hold_streams


def test_a_session_always_has_one_pending_event() -> None:
    pending = HeldOpen()
    pending["page"] = set()
    pending["page"].add("click")
    pending["page"].remove("click")
    assert len(pending["page"]) == 1
    pending["page"] -= {"click"}
    assert len(pending["page"]) == 1


def test_gradio_still_keeps_pending_events_where_they_are_held_open() -> None:
    blocks = build(FakeTwin.filled())  # type: ignore[arg-type]
    assert isinstance(blocks._queue.pending_event_ids_session, dict)
    hold_streams(blocks)
    assert isinstance(blocks._queue.pending_event_ids_session, HeldOpen)
    assert callable(web_app(FakeTwin.filled(), Address("127.0.0.1", 1, "t")))  # type: ignore[arg-type]
