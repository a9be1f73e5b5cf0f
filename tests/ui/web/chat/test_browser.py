"""A person narrows a question, sees its steps, and says what of the answer is right; at three widths."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from app.records import MemoryFilter
from tests.ui.web.conftest import Visit
from tests.ui.web.fake_twin import FakeTwin

pytestmark = pytest.mark.e2e
Open = Callable[..., Visit]
widths = pytest.mark.parametrize("width", (1440, 1024, 390))


@widths
def test_a_question_is_asked_of_a_part_of_the_memory(visit: Open, width: int) -> None:
    here = visit(width=width)
    scope = here.page.locator("#chat-scope .scope")
    scope.locator("summary").click()
    scope.get_by_label("Period").select_option("2021")
    expect(scope.locator("summary")).to_have_text("Only: 2021")
    scope.get_by_label("Person").select_option("mara")
    expect(scope.locator("summary")).to_contain_text("Mara")
    here.ask("When was the apricot tree planted?")
    expect(here.page.locator("#talk .answer")).to_contain_text("storm.")
    assert here.twin.scopes == [MemoryFilter(since="2021", until="2021~", person="mara")]
    scope.get_by_role("button", name="In the whole memory").click()
    expect(scope.locator("summary")).to_have_text("In the whole memory")
    here.ask("Who moved to Porto?")
    expect(here.page.locator("#talk .turn")).to_have_count(4)
    assert here.twin.scopes[-1] is None
    assert here.page.evaluate("document.documentElement.scrollWidth") <= width
    assert here.problems == []


@widths
def test_what_is_said_of_an_answer_is_kept(visit: Open, width: int) -> None:
    here = visit(width=width)
    here.ask("When was the apricot tree planted?")
    expect(here.page.locator("#talk .busy")).to_have_count(0)
    expect(here.page.locator("#evidence .card")).to_have_count(2)
    here.page.get_by_role("button", name="This is wrong").click()
    expect(here.page.get_by_role("button", name="Marked as wrong ✓")).to_be_visible()
    assert here.twin.judged == {1: {1: {"wrong": None}}}
    if width < 900:
        here.page.locator("#show-evidence").click()
    here.page.locator("#evidence").get_by_role("button", name="This is the passage").first.click()
    expect(here.page.locator("#evidence").get_by_role("button", name="This is the passage ✓")).to_have_count(
        1
    )
    assert here.twin.judged == {1: {1: {"passage": 1}}}
    assert here.problems == []


def test_the_steps_of_an_answer_are_shown_as_they_happen(visit: Open) -> None:
    here = visit(FakeTwin.filled(delay=0.4))
    here.ask("When was the apricot tree planted?")
    expect(here.page.locator("#talk .step")).to_contain_text("Found 2 passages in 1 files")
    expect(here.page.locator("#talk .busy")).to_contain_text("Writing")
    here.page.locator("#stop").click()
    expect(here.page.locator("#talk .step")).to_have_count(0)
