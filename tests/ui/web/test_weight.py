"""What a browser receives on its first visit, as it is sent."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.ui.web.conftest import Stand
from tests.ui.web.fake_twin import FakeTwin
from ui.web.server import Address

pytestmark = pytest.mark.e2e
KILOBYTES = 500


def test_the_page_is_light(browser: Browser, served: tuple[Stand, Address]) -> None:
    stand, address = served
    stand.twin = FakeTwin.filled()
    context = browser.new_context()
    page, received = context.new_page(), [0.0]
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on(
        "Network.loadingFinished", lambda sent: received.append(received.pop() + sent["encodedDataLength"])
    )
    page.goto(address.url)
    page.wait_for_selector("#question textarea:enabled")
    page.wait_for_load_state("load")
    page.wait_for_timeout(1000)
    context.close()
    assert 0 < received[0] / 1000 < KILOBYTES
