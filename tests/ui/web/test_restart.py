"""A page that is open while Doppel is started anew: it goes on by itself, with what was typed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from tests.ui.web.fake_twin import FakeTwin
from ui.web.server import Address, bind, web_app

pytestmark = pytest.mark.e2e


@contextmanager
def serving(twin: FakeTwin, port: int | None, token: str) -> Iterator[Address]:
    listener = bind("127.0.0.1", port or 0, exposed=False)
    address = Address("127.0.0.1", listener.getsockname()[1], token)
    app = web_app(twin, address)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield address
    server.should_exit = True
    thread.join(20)
    listener.close()


def typed(page: Page) -> None:
    page.fill("#question textarea", "a question half ty")
    page.get_by_role("tab", name="Sources").click()
    page.fill("#source-path", "/home/ada/half a pa")


def test_the_page_goes_on_after_a_restart_and_what_was_typed_is_there(browser: Browser) -> None:
    twin, context = FakeTwin.filled(), browser.new_context()
    page = context.new_page()
    with serving(twin, None, "first") as address:
        page.goto(address.url)
        page.wait_for_selector("#talk .talk")
        typed(page)
        page.evaluate("window.before = true")
    expect(page.locator("#lost")).to_contain_text("not running")
    with serving(twin, address.port, "second"):
        page.wait_for_function("!window.before", timeout=60_000)
        expect(page.locator("#source-path")).to_have_value("/home/ada/half a pa")
        page.get_by_role("tab", name="Chat").click()
        expect(page.locator("#question textarea")).to_have_value("a question half ty")
        page.fill("#question textarea", "Who moved to Porto?")
        page.press("#question textarea", "Enter")
        expect(page.locator("#talk .answer")).to_contain_text("Mara moved")
        expect(page.locator("#lost")).to_be_hidden()
    context.close()


def test_a_browser_that_is_signed_out_says_so_and_goes_on_when_it_is_signed_in_again(
    browser: Browser,
) -> None:
    twin, context = FakeTwin.filled(), browser.new_context()
    page = context.new_page()
    with serving(twin, None, "first") as address:
        page.goto(address.url)
        page.wait_for_selector("#talk .talk")
        page.fill("#question textarea", "Who moved to Porto?")
        page.get_by_role("tab", name="Settings").click()
        expect(page.locator("#signed-in")).to_contain_text("this one")
        page.get_by_role("button", name="Sign out everywhere").click()
        expect(page.locator("#lost")).to_contain_text("signed out")
        assert context.request.get(f"http://127.0.0.1:{address.port}/").status == 403
        page.evaluate("window.before = true")
        context.new_page().goto(address.url)
        page.wait_for_function("!window.before", timeout=60_000)
        page.get_by_role("tab", name="Chat").click()
        expect(page.locator("#question textarea")).to_have_value("Who moved to Porto?")
        page.press("#question textarea", "Enter")
        expect(page.locator("#talk .answer")).to_contain_text("Mara moved")
    context.close()
