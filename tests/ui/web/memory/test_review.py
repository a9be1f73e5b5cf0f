"""A person finds what is remembered, corrects it and has it forgotten, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.ui.web.conftest import Visit
from tests.ui.web.fake_twin import FakeTwin

pytestmark = pytest.mark.e2e


Open = Callable[..., Visit]


def test_a_memory_is_found_corrected_and_brought_back(visit: Open) -> None:
    here = visit()
    first = here.twin.rows[3].text
    here.tab("Memory")
    expect(here.page.locator("#memory-table .memory")).to_have_count(4)
    here.page.fill("#memory-filters input", "suitcase")
    expect(here.page.locator("#memory-table .memory")).to_have_count(1)
    here.page.get_by_role("button", name="Review memory 3").click()
    text = here.page.locator("#memory-detail textarea")
    expect(text).to_have_value(first)
    text.fill("Mara moved to Lisbon with the suitcase.")
    here.page.locator("#memory-detail").get_by_role("button", name="Save").click()
    expect(here.page.locator("#memory-detail")).to_contain_text("Saved")
    expect(here.page.locator("#memory-table .edited")).to_be_visible()
    assert here.twin.rows[3].text == "Mara moved to Lisbon with the suitcase."
    here.page.get_by_text("Earlier versions").click()
    here.page.get_by_role("button", name="Bring back").first.click()
    expect(text).to_have_value(first)
    assert here.twin.rows[3].text == first


def test_an_unsaved_edit_is_still_there_after_looking_elsewhere(visit: Open) -> None:
    here = visit()
    here.tab("Memory")
    here.page.get_by_role("button", name="Review memory 3").click()
    text = here.page.locator("#memory-detail textarea")
    text.fill("half a sente")
    here.page.get_by_role("button", name="Review memory 1").click()
    expect(text).to_have_value(here.twin.rows[1].text)
    here.page.get_by_role("button", name="Review memory 3").click()
    expect(text).to_have_value("half a sente")


def test_forgetting_asks_first_and_shows_the_proof(visit: Open) -> None:
    here = visit()
    here.tab("Memory")
    here.page.get_by_role("button", name="Review memory 1").click()
    here.page.get_by_role("button", name="Forget the whole file…").click()
    expect(here.page.locator("#memory-confirm")).to_contain_text("everything from garden.md")
    expect(here.page.locator("#memory-confirm")).to_contain_text("2 passages of 1 files")
    assert len(here.twin.rows) == 4
    here.page.get_by_role("button", name="Forget for good").click()
    expect(here.page.locator("#memory-note")).to_contain_text("Forgotten: 2 passages")
    expect(here.page.locator("#memory-note")).to_contain_text("none of the 12 files")
    expect(here.page.locator("#memory-table .memory")).to_have_count(2)
    assert set(here.twin.rows) == {3, 4}


def test_all_that_matches_a_search_is_forgotten_at_once(visit: Open) -> None:
    here = visit()
    here.tab("Memory")
    here.page.fill("#memory-filters input", "apricot")
    expect(here.page.locator("#memory-table .memory")).to_have_count(2)
    here.page.get_by_role("button", name="Forget all of these…").click()
    here.page.get_by_role("button", name="Keep").click()
    expect(here.page.locator("#memory-confirm .confirm")).to_have_count(0)
    here.page.get_by_role("button", name="Forget all of these…").click()
    here.page.get_by_role("button", name="Forget for good").click()
    expect(here.page.locator("#memory-note")).to_contain_text("Forgotten: 2 passages")
    assert set(here.twin.rows) == {3, 4}


def test_the_timeline_narrows_to_a_year_and_a_month(visit: Open) -> None:
    here = visit()
    here.tab("Memory")
    here.page.locator("#memory-timeline").get_by_role("button", name="2021").click()
    expect(here.page.locator("#memory-table .memory")).to_have_count(2)
    here.page.locator("#memory-timeline").get_by_role("button", name="Oct").click()
    expect(here.page.locator("#memory-table .memory")).to_have_count(1)
    expect(here.page.locator("#memory-table")).to_contain_text("October storm")
    here.page.locator("#memory-timeline").get_by_role("button", name="Without a date").click()
    expect(here.page.locator("#memory-table .memory")).to_have_count(1)


def test_a_note_is_added(visit: Open) -> None:
    here = visit()
    here.tab("Memory")
    here.page.get_by_text("Add a note").click()
    here.page.fill("#memory-add textarea", "The key lies under the third pot.")
    here.page.get_by_role("button", name="Remember", exact=True).click()
    expect(here.page.locator("#memory-note")).to_contain_text("Remembered")
    assert here.twin.rows[5].text == "The key lies under the third pot."


def test_long_memories_are_paged(visit: Open) -> None:
    twin = FakeTwin.filled()
    twin.rows = {i: replace(twin.rows[1], id=i) for i in range(1, 61)}
    here = visit(twin)
    here.tab("Memory")
    expect(here.page.locator(".paging .facts")).to_have_text("1–25 of 60")
    here.page.get_by_role("button", name="Next").click()
    expect(here.page.locator(".paging .facts")).to_have_text("26–50 of 60")
    here.page.get_by_role("button", name="Next").click()
    expect(here.page.locator(".paging .facts")).to_have_text("51–60 of 60")
    expect(here.page.get_by_role("button", name="Next")).to_have_count(0)
    here.page.get_by_role("button", name="Previous").click()
    expect(here.page.locator(".paging .facts")).to_have_text("26–50 of 60")
