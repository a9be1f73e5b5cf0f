"""The page as a whole, in a real Chromium over a fake twin: links, keyboard, and that nothing leaves the computer."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from app.records import FileStatus
from tests.ui.web.conftest import Visit
from tests.ui.web.fake_twin import HOSTILE, FakeTwin

pytestmark = pytest.mark.e2e


Open = Callable[..., Visit]


def test_back_stays_in_the_app_and_finds_chats_and_memories_again(visit: Open) -> None:
    here = visit()
    here.ask("Who moved to Porto?")
    expect(here.page.locator("#chats .chat")).to_have_count(1)
    chat = here.page.url
    here.page.locator("#evidence").get_by_role("button", name="Open in Memory").click()
    expect(here.page.locator("#memory-detail textarea")).to_have_value(here.twin.rows[3].text)
    memory = here.page.url
    here.tab("Sources")
    here.page.go_back()
    expect(here.page.locator("#memory-detail textarea")).to_be_visible()
    assert here.page.url == memory
    here.page.go_back()
    expect(here.page.locator("#talk .answer")).to_contain_text("Mara moved")
    assert here.page.url == chat
    here.page.goto(memory)
    expect(here.page.locator("#memory-detail textarea")).to_have_value(here.twin.rows[3].text)


def test_an_empty_memory_says_so(visit: Open) -> None:
    here = visit(FakeTwin())
    expect(here.page.locator("#talk")).to_contain_text("Nothing is remembered yet")
    here.ask("Anything?")
    expect(here.page.locator("#chat-note")).to_contain_text("doppel sources add PATH")
    expect(here.page.locator("#question textarea")).to_have_value("Anything?")


def test_hostile_text_stays_text_on_every_tab(visit: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    here = visit()
    monkeypatch.setattr(here.twin, "file_status", lambda path: FileStatus(HOSTILE, HOSTILE, HOSTILE))
    here.ask(f"Violin lesson {HOSTILE}")
    expect(here.page.locator("#talk .answer")).to_contain_text("<script>window.hacked=1</script>")
    expect(here.page.locator("#evidence blockquote")).to_contain_text("${window.hacked=4} {{7*7}}")
    here.tab("Memory")
    here.page.get_by_role("button", name="Review memory 4").click()
    expect(here.page.locator("#memory-detail textarea")).to_have_value(HOSTILE)
    here.page.get_by_role("button", name="Forget this passage…").click()
    here.tab("Sources")
    expect(here.page.locator("#file-list")).to_contain_text("onerror")
    assert here.page.evaluate("window.hacked") is None
    assert here.page.locator("main img, main iframe, main a[href*=evil]").count() == 0
    assert here.problems == []


def test_the_browser_asks_no_other_host_for_anything(visit: Open) -> None:
    here = visit()
    here.ask("Violin lesson notes")
    expect(here.page.locator("#evidence .card")).to_have_count(1)
    for name in ("Memory", "Sources", "Settings", "Chat"):
        here.tab(name)
        here.page.wait_for_timeout(300)
    hosts = {urlsplit(url).netloc for url in here.requested if not url.startswith(("data:", "blob:"))}
    assert hosts == {f"127.0.0.1:{here.address.port}"}
    assert len(here.requested) > 5
    # The token leaves the address bar, and nothing of a conversation is kept in the browser.
    assert "token" not in here.page.url
    kept = here.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "iolin" not in kept
    assert here.page.evaluate("indexedDB.databases().then(found => found.length)") == 0


def test_another_page_in_the_same_browser_gets_nothing(visit: Open, browser: Browser) -> None:
    here = visit()
    port = here.address.port
    other = here.page.context.new_page()
    other.goto("data:text/html,<p>elsewhere</p>")
    probe = """address => fetch(address, {credentials: 'include'}).then(a => 'read ' + a.status, () => 'refused')"""
    assert other.evaluate(probe, f"http://127.0.0.1:{port}/config") == "refused"
    stranger = browser.new_context().new_page()
    answer = stranger.goto(f"http://127.0.0.1:{port}/")
    assert answer is not None and answer.status == 403
    assert "doppel run" in stranger.content()


def test_the_printed_address_works_as_a_link_on_another_site(visit: Open, browser: Browser) -> None:
    here = visit()
    page = browser.new_context().new_page()
    page.goto("data:text/html,<p>a chat message</p>")
    page.evaluate("address => { location.href = address }", here.address.url)
    expect(page.locator("#talk")).to_contain_text("Ask your own files")
    assert page.url == f"http://127.0.0.1:{here.address.port}/"


@pytest.mark.parametrize("width", [1280, 420])
def test_it_fits_the_window(visit: Open, width: int) -> None:
    here = visit(width=width)
    here.ask("When was the apricot tree planted?")
    expect(here.page.locator("#evidence .card")).to_have_count(2)
    for name in ("Chat", "Memory", "Sources", "Settings"):
        here.tab(name)
        wide = here.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} px wide in a window of {width}"


def test_the_keyboard_reaches_question_citation_and_tabs(visit: Open) -> None:
    here = visit()
    expect(here.page.locator("#question textarea")).to_be_focused()
    here.page.keyboard.type("Who moved to Porto?")
    here.page.keyboard.press("Enter")
    expect(here.page.locator("#evidence .card")).to_have_count(1)
    here.page.locator("#talk .cite").first.focus()
    here.page.keyboard.press("Enter")
    expect(here.page.locator("#evidence .card.chosen")).to_have_count(1)
