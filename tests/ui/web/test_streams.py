"""A page's event stream is never ended for want of pending events."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.web.fake_twin import FakeTwin
from ui.web.server import Address, web_app
from ui.web.streams import HeldOpen


def test_a_session_always_has_one_pending_event() -> None:
    pending = HeldOpen()
    pending["page"] = set()
    pending["page"].add("click")
    pending["page"].remove("click")
    assert len(pending["page"]) == 1
    pending["page"] -= {"click"}
    assert len(pending["page"]) == 1


def test_the_served_page_has_its_streams_held_open(monkeypatch: pytest.MonkeyPatch) -> None:
    mounted: list[Any] = []
    monkeypatch.setattr("ui.web.streams.hold_streams", mounted.append)
    web_app(FakeTwin.filled(), Address("127.0.0.1", 1, "t"))
    (blocks,) = mounted
    # Gradio keeps them where `hold_streams` puts its own.
    assert isinstance(blocks._queue.pending_event_ids_session, dict)
    assert "pending_event_ids_session" in vars(blocks._queue)
