"""A person puts the memory in order: people, what is said twice, what was removed, dates, pins, choices; at three widths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from app.twin.kept_summary import Summary
from tests.ui.web.conftest import Visit
from tests.ui.web.fake_twin import FakeTwin

pytestmark = pytest.mark.e2e
Open = Callable[..., Visit]
WIDTHS = (1440, 1024, 390)
widths = pytest.mark.parametrize("width", WIDTHS)


def fits(here: Visit, width: int) -> None:
    assert here.page.evaluate("document.documentElement.scrollWidth") <= width
    assert here.problems == []


def memories(here: Visit) -> Locator:
    return here.page.locator("#memory-table .memory")


def press(here: Visit, name: str) -> None:
    here.page.locator("#tabs").get_by_role("button", name=name, exact=True).first.click()


@widths
def test_chosen_memories_are_removed_and_brought_back(visit: Open, width: int) -> None:
    here = visit(width=width)
    here.tab("Memory")
    for id in (1, 2):
        here.page.get_by_role("button", name=f"Choose memory {id}").click()
    expect(here.page.locator(".ticked")).to_contain_text("2 chosen")
    press(here, "Remove")
    expect(memories(here)).to_have_count(2)
    assert set(here.twin.removed) == {1, 2}
    press(here, "Undo")
    expect(memories(here)).to_have_count(4)
    assert here.twin.removed == {}
    fits(here, width)


@widths
def test_what_is_removed_is_erased_with_a_proof_or_comes_back(visit: Open, width: int) -> None:
    here = visit(width=width)
    here.tab("Memory")
    here.page.get_by_role("button", name="Review memory 3").click()
    here.page.locator("#memory-detail").get_by_role("button", name="Remove").click()
    expect(memories(here)).to_have_count(3)
    here.page.get_by_role("button", name="Review memory 1").click()
    here.page.locator("#memory-detail").get_by_role("button", name="Remove").click()
    expect(memories(here)).to_have_count(2)
    here.page.locator("#memory-views").get_by_role("button", name="Removed").click()
    expect(here.page.locator(".removed")).to_have_count(2)
    here.page.get_by_role("button", name="Bring back").first.click()
    expect(here.page.locator(".removed")).to_have_count(1)
    press(here, "Erase all of it now…")
    expect(here.page.locator("#memory-other .confirm")).to_contain_text("1 removed memories")
    press(here, "Keep")
    expect(here.page.locator("#memory-other .confirm")).to_have_count(0)
    here.page.locator(".removed").get_by_role("button", name="Erase now").click()
    expect(here.page.locator("#memory-other")).to_contain_text("none of the 12 files")
    assert here.twin.removed == {} and len(here.twin.rows) == 3
    fits(here, width)


@widths
def test_what_is_said_twice_becomes_one(visit: Open, width: int) -> None:
    twin = FakeTwin.filled()
    twin.rows |= {5: replace(twin.rows[1], id=5), 6: replace(twin.rows[1], id=6)}
    here = visit(twin, width=width)
    here.tab("Memory")
    press(here, "Said twice")
    expect(here.page.locator(".same li")).to_have_count(3)
    press(here, "Keep one of each")
    expect(here.page.locator("#memory-other")).to_contain_text("2 memories are removed")
    expect(here.page.locator(".same")).to_have_count(0)
    press(here, "Undo")
    expect(here.page.locator(".same")).to_have_count(1)
    assert len(here.twin.rows) == 6
    fits(here, width)


@widths
def test_a_summary_is_kept_no_longer(visit: Open, width: int) -> None:
    twin = FakeTwin.filled()
    twin.summarised = [Summary(at, f"Summarise 202{at}", 37, "2025-03-01T10:00:00+00:00") for at in (4, 3)]
    here = visit(twin, width=width)
    here.tab("Memory")
    press(here, "Summaries")
    expect(here.page.locator("#memory-other .memories li").first).to_contain_text("Summarise 2024")
    here.page.locator("#memory-other").get_by_role("button", name="Delete").first.click()
    expect(here.page.locator("#memory-other .memories li")).to_have_count(1)
    assert [row.question for row in here.twin.summarised] == ["Summarise 2023"]
    fits(here, width)


@widths
def test_a_person_is_looked_up_corrected_and_followed_to_their_memories(visit: Open, width: int) -> None:
    here = visit(width=width)
    here.tab("Memory")
    press(here, "People")
    here.page.locator(".person").click()
    expect(here.page.locator(".who h2")).to_have_text("Mara <b>Voss</b>")
    here.page.locator(".telling select").select_option("role")
    here.page.fill(".telling input", "teacher")
    press(here, "Add")
    expect(here.page.locator(".known")).to_contain_text("teacher")
    here.page.get_by_role("button", name="Remove 0561 77 88").click()
    expect(here.page.locator(".known")).not_to_contain_text("0561")
    press(here, "Their memories")
    expect(memories(here)).to_have_count(1)
    expect(here.page.locator(".chip")).to_contain_text("Mara")
    press(here, "Forget all of these…")
    expect(here.page.locator("#memory-confirm")).to_contain_text("Their entries go, too")
    press(here, "Forget for good")
    expect(here.page.locator("#memory-note")).to_contain_text("Forgotten: 1 passages")
    here.page.get_by_role("button", name="Show memories of everybody").click()
    expect(memories(here)).to_have_count(3)
    fits(here, width)


@widths
def test_an_entry_is_removed_and_brought_back(visit: Open, width: int) -> None:
    here = visit(width=width)
    here.tab("Memory")
    press(here, "People")
    here.page.locator(".person").click()
    press(here, "Remove this entry")
    expect(here.page.locator(".person")).to_have_count(0)
    press(here, "Undo")
    expect(here.page.locator(".who h2")).to_contain_text("Mara")
    fits(here, width)


@widths
def test_dates_pins_and_this_day(visit: Open, width: int) -> None:
    here = visit(width=width)
    here.tab("Memory")
    here.page.locator(".then").click()
    detail = here.page.locator("#memory-detail")
    expect(detail.locator("textarea")).to_have_value(here.twin.rows[2].text)
    detail.locator(".dating input").fill("soon")
    detail.get_by_role("button", name="Correct the date").click()
    expect(here.page.locator("#memory-note")).to_contain_text("2021-04-12")
    detail.locator(".dating input").fill("2020-10-02")
    detail.get_by_role("button", name="Correct the date").click()
    expect(detail).to_contain_text("The date is corrected")
    assert here.twin.rows[2].date == "2020-10-02"
    detail.get_by_role("button", name="Pin", exact=True).click()
    expect(here.page.locator("#memory-table .pinned")).to_have_count(1)
    assert here.twin.marked == {2}
    fits(here, width)


def test_a_forgotten_file_is_let_in_again(visit: Open, tmp_path: Path) -> None:
    here = visit()
    here.tab("Memory")
    here.page.locator("#memory-views").get_by_role("button", name="Removed").click()
    here.page.fill(".allow input", str(tmp_path / "typo"))
    press(here, "Let in again")
    expect(here.page.locator("#memory-note")).to_contain_text("does not exist")
    here.page.fill(".allow input", str(tmp_path))
    press(here, "Let in again")
    expect(here.page.locator("#memory-other")).to_contain_text("may come in again")
    assert here.twin.allowed == [tmp_path]


def test_an_unsaved_edit_outlives_a_reload(visit: Open) -> None:
    here = visit()
    here.tab("Memory")
    here.page.get_by_role("button", name="Review memory 3").click()
    here.page.locator("#memory-detail textarea").fill("half a sente")
    here.page.on("dialog", lambda dialog: dialog.accept())
    here.page.reload()
    expect(here.page.locator("#memory-detail textarea")).to_have_value("half a sente")


def test_by_keyboard_alone(visit: Open) -> None:
    here = visit()
    here.tab("Memory")
    here.page.get_by_role("button", name="Choose memory 1").focus()
    here.page.keyboard.press("Space")
    expect(here.page.locator(".ticked")).to_contain_text("1 chosen")
    here.page.locator("#memory-views").get_by_role("button", name="People").focus()
    here.page.keyboard.press("Enter")
    expect(here.page.locator(".person")).to_be_visible()
