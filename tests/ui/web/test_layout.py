"""A long life at the page: 20 turns and 30 chats, at the widths of a desk, a small laptop and a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.ui.web.conftest import Visit
from tests.ui.web.fake_twin import FakeTwin

pytestmark = pytest.mark.e2e

WINDOWS = [(1440, 900), (1024, 768), (390, 844)]
CHATS, TURNS = 30, 20
# Whatever a click there would reach belongs to the element itself.
TAKES_CLICKS = """element => {
    const box = element.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const inside = x >= 0 && y >= 0 && x <= innerWidth && y <= innerHeight;
    return inside && element.contains(document.elementFromPoint(x, y));
}"""


def lived_in() -> FakeTwin:
    twin = FakeTwin.filled()
    for chat in range(1, CHATS + 1):
        for turn in range(TURNS if chat == 1 else 1):
            list(twin.ask(f"When was the apricot tree planted? ({chat}.{turn})", chat_id=chat))
    return twin


def assert_takes_clicks(*parts: Locator) -> None:
    for part in parts:
        expect(part).to_be_visible()
        # Panels slide and turns arrive: it has to become true, not to be so at once.
        part.page.wait_for_function(TAKES_CLICKS, arg=part.element_handle(), timeout=10_000)


def open_chats(page: Page) -> None:
    """Where the window is too narrow for the chats they are behind a button, which a page that is still drawn may miss."""
    page.wait_for_function(
        """() => {
            const button = document.querySelector("#show-chats");
            if (!button) return false;
            if (getComputedStyle(button).display === "none" || button.ariaExpanded === "true") return true;
            button.click();
            return false;
        }""",
        polling=300,
    )
    page.wait_for_timeout(300)


def boxes(page: Page) -> list[dict[str, float] | None]:
    fixed = (".brand", "#question textarea", "#ask", "[role=tab][data-tab-id=memory]")
    return [dict(page.locator(part).bounding_box() or {}) for part in fixed]


@pytest.mark.parametrize(("width", "height"), WINDOWS)
def test_nothing_is_covered_after_twenty_turns_and_thirty_chats(
    visit: Callable[..., Visit], width: int, height: int
) -> None:
    here = visit(lived_in(), width=width, height=height)
    page = here.page
    open_chats(page)
    expect(page.locator("#chats .chat")).to_have_count(CHATS)
    assert_takes_clicks(page.locator("#new-chat"))
    page.locator('#chats .chat[data-id="1"]').click()
    expect(page.locator("#talk .turn")).to_have_count(2 * TURNS)
    page.wait_for_timeout(400)
    newest = page.locator("#talk .turn").last
    assert_takes_clicks(newest.locator(".answer .cite").first)
    expect(newest.locator(".answer")).to_be_in_viewport(ratio=1)
    assert_takes_clicks(page.locator("#question textarea"), page.locator("#ask"))

    # One more, while the talk is already longer than the window.
    here.ask("Who moved to Porto?")
    expect(page.locator("#talk .turn")).to_have_count(2 * TURNS + 2)
    expect(page.locator("#talk .turn").last.locator(".answer")).to_contain_text("Porto")
    page.wait_for_timeout(400)
    expect(page.locator("#talk .turn").last.locator(".answer")).to_be_in_viewport(ratio=1)
    assert_takes_clicks(page.locator("#question textarea"), page.locator("#ask"))

    # The oldest is reached by scrolling the talk; a click on its source moves nothing else.
    page.locator("#talk").evaluate("talk => { talk.scrollTop = 0 }")
    first = page.locator("#talk .turn").first
    expect(first).to_be_in_viewport()
    before = boxes(page)
    page.locator("#talk .answer .cite").nth(1).click()
    expect(page.locator("#evidence .card.chosen")).to_be_in_viewport()
    page.wait_for_timeout(400)
    assert boxes(page) == before, "header, tabs or question box moved"
    expect(first).to_be_in_viewport()
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    assert_takes_clicks(page.locator("#question textarea"), page.locator("#ask"))
    assert page.evaluate("document.documentElement.scrollHeight") <= height, "the page itself scrolls"


def test_the_newest_words_stay_in_view_unless_one_scrolls_away(visit: Callable[..., Visit]) -> None:
    twin = lived_in()
    twin.delay = 0.12
    here = visit(twin, width=390, height=700)
    page = here.page
    open_chats(page)
    page.locator('#chats .chat[data-id="1"]').click()
    expect(page.locator("#talk .turn")).to_have_count(2 * TURNS)
    here.ask("When was the apricot tree planted?")
    expect(page.locator("#talk .turn")).to_have_count(2 * TURNS + 2)
    expect(page.locator("#talk .busy")).to_be_in_viewport()
    page.locator("#talk").evaluate("talk => { talk.scrollTop = 0 }")
    expect(page.locator("#talk .turn").last.locator(".answer")).to_contain_text("storm.")
    assert page.locator("#talk").evaluate("talk => talk.scrollTop") < 5


def test_a_switch_and_its_words_share_a_line_and_learning_leaves_room_for_tabs(
    visit: Callable[..., Visit],
) -> None:
    here = visit(width=1024, height=768)
    learning = here.page.locator("#learning span").bounding_box()
    assert learning is not None and learning["width"] <= 1024 - 740
    here.tab("Settings")
    switch = here.page.locator("#setting-forms label.tick")
    expect(switch).to_be_visible()
    box = switch.bounding_box()
    assert box is not None and box["width"] > 150
    # The box that stands before a memory in the list is not drawn before it.
    assert switch.evaluate("one => getComputedStyle(one, '::before').content") == "none"
