"""A person looks at a passage in its file, from an answer and from the memory, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.ui.web.conftest import Visit
from tests.ui.web.fake_twin import FakeTwin

pytestmark = pytest.mark.e2e
Open = Callable[..., Visit]
WIDTHS = (1440, 1024, 390)


def open_first_source(here: Visit, width: int) -> None:
    here.ask("When was the apricot tree planted?")
    expect(here.page.locator("#evidence .card")).to_have_count(2)
    if width < 900:
        here.page.locator("#show-evidence").click()
    here.page.locator("#evidence").get_by_role("button", name="Show in its file").first.click()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_source_is_shown_in_its_file_and_put_away_by_escape(visit: Open, width: int) -> None:
    here = visit(width=width)
    open_first_source(here, width)
    sheet = here.page.locator("#viewer .sheet")
    expect(sheet).to_be_in_viewport()
    expect(sheet.locator(".passage")).to_have_count(2)
    expect(sheet.locator(".passage.here")).to_contain_text("planted behind the shed")
    expect(sheet).to_be_focused()
    assert here.page.evaluate("document.documentElement.scrollWidth") <= width
    if width >= 1200:
        edge = here.page.locator("#talk .answer").bounding_box()
        box = sheet.bounding_box()
        assert edge and box and edge["x"] + edge["width"] <= box["x"], "the sheet covers the answer"
    here.page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    assert here.problems == []


@pytest.mark.parametrize("width", WIDTHS)
def test_changes_and_the_folder_are_shown(visit: Open, width: int) -> None:
    here = visit(width=width)
    open_first_source(here, width)
    sheet = here.page.locator("#viewer .sheet")
    sheet.get_by_role("button", name="What changed since?").click()
    expect(sheet.locator("ins")).to_have_text("<b>felled</b>")
    sheet.get_by_role("button", name="Show in folder").click()
    expect(sheet.locator("ins")).to_have_count(0)
    assert here.twin.shown_in_folder == [1]
    sheet.get_by_role("button", name="Open in Memory").click()
    expect(here.page.locator("#memory-detail textarea")).to_be_visible()
    expect(sheet).to_have_count(0)
    assert here.problems == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_picture_is_shown_and_its_pages_turned(visit: Open, width: int) -> None:
    twin = FakeTwin.filled()
    twin.rows[1] = replace(twin.rows[1], path="/home/ada/scan.png")
    here = visit(twin, width=width)
    here.tab("Memory")
    here.page.get_by_role("button", name="Review memory 1").click()
    here.page.locator("#memory-detail").get_by_role("button", name="Show in its file").click()
    leaf = here.page.locator("#viewer img.leaf")
    expect(leaf).to_have_attribute("alt", "Page 1 of 3")
    here.page.wait_for_function("document.querySelector('#viewer img.leaf').naturalWidth > 0")
    here.page.get_by_role("button", name="Next page").click()
    expect(leaf).to_have_attribute("alt", "Page 2 of 3")
    here.page.locator("#viewer").get_by_role("button", name="Close").click()
    expect(leaf).to_have_count(0)
    assert here.problems == []


def test_what_a_hostile_file_says_is_text(visit: Open) -> None:
    here = visit()
    here.tab("Memory")
    here.page.get_by_role("button", name="Review memory 4").click()
    here.page.locator("#memory-detail").get_by_role("button", name="Show in its file").click()
    expect(here.page.locator("#viewer .passage")).to_contain_text("<script>window.hacked=1</script>")
    assert here.page.evaluate("window.hacked") is None
    assert not [url for url in here.requested if "evil" in url]
