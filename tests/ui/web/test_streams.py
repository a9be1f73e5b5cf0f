"""A page's event stream is never ended for want of pending events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.ui.web.conftest import Visit
from tests.ui.web.fake_twin import FakeTwin
from ui.web.server import Address, web_app
from ui.web.streams import PAGES_REMEMBERED, HeldOpen


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
    monkeypatch.setattr("ui.web.streams.one_stream", mounted.append)
    web_app(FakeTwin.filled(), Address("127.0.0.1", 1, "t"))
    (blocks,) = mounted
    # Gradio keeps them where `one_stream` puts its own.
    assert isinstance(blocks._queue.pending_event_ids_session, dict)
    assert "pending_event_ids_session" in vars(blocks._queue)
    assert blocks.state_holder.capacity == PAGES_REMEMBERED


@pytest.mark.e2e
def test_five_windows_of_one_browser_answer(visit: Callable[..., Visit]) -> None:
    here = visit()
    windows = [here.page, *(here.page.context.new_page() for _ in range(4))]
    for window in windows[1:]:
        window.goto(here.address.url.partition("?")[0])
    for window in windows:
        window.wait_for_selector("#question textarea:enabled")
        window.fill("#question textarea", "Who moved to Porto?")
        window.press("#question textarea", "Enter")
    for window in windows:
        expect(window.locator("#talk .answer")).to_contain_text("suitcase")
    assert not any("/heartbeat/" in url for url in here.requested)
