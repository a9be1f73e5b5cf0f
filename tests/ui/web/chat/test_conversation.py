"""A person asks, reads, stops, and keeps conversations, in a real browser."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.ui.web.conftest import Visit
from tests.ui.web.fake_twin import FakeTwin

pytestmark = pytest.mark.e2e


Open = Callable[..., Visit]


def menu(here: Visit, item: str) -> None:
    here.page.locator("#chat-head summary").click()
    here.page.locator("#chat-head").get_by_role("button", name=item, exact=True).click()


def test_a_question_is_answered_as_it_is_written_with_numbered_evidence(visit: Open) -> None:
    here = visit(FakeTwin.filled(delay=0.15))
    here.ask("When was the apricot tree planted?")
    answer = here.page.locator("#talk .answer")
    expect(answer).to_contain_text("The apricot")
    assert "October storm" not in answer.inner_text(), "the answer came in one piece, not streamed"
    expect(answer).to_contain_text("October storm.")
    cards = here.page.locator("#evidence .card")
    expect(cards).to_have_count(2)
    expect(cards.nth(0)).to_contain_text("garden.md")
    expect(cards.nth(0)).to_contain_text("Spring · 12 Apr 2021")
    expect(cards.nth(0).locator("mark").first).to_have_text("apricot")
    expect(cards.nth(1).locator(".outdated")).to_be_visible()
    expect(here.page.locator("#chats .chat")).to_have_count(1)
    assert here.problems == []


def test_a_citation_shows_its_passage_also_for_an_older_answer(visit: Open) -> None:
    here = visit()
    here.ask("When was the apricot tree planted?")
    expect(here.page.locator("#evidence .card")).to_have_count(2)
    here.ask("Who moved to Porto?")
    expect(here.page.locator("#evidence .card")).to_have_count(1)
    here.page.get_by_role("button", name="Show source 2 garden.md").click()
    chosen = here.page.locator("#evidence .card.chosen")
    expect(chosen).to_contain_text("October storm")


def test_a_long_passage_opens_where_it_matches(visit: Open) -> None:
    twin = FakeTwin.filled()
    twin.edit_memory(1, "Some line.\n" * 60 + "The apricot tree was planted in April.\n" + "More.\n" * 60)
    here = visit(twin)
    here.ask("When was the apricot tree planted?")
    expect(here.page.locator("#evidence mark.best").first).to_be_in_viewport()


def test_a_sample_question_is_asked_by_one_click(visit: Open) -> None:
    here = visit()
    here.page.get_by_role("button", name="Who moved to Porto?").click()
    expect(here.page.locator("#talk .answer")).to_contain_text("Mara moved to Porto")


def test_stop_ends_the_answer(visit: Open) -> None:
    here = visit(FakeTwin.filled(delay=0.4))
    here.ask("When was the apricot tree planted?")
    expect(here.page.locator("#talk .answer")).to_contain_text("The")
    here.page.locator("#stop").click()
    expect(here.page.locator("#ask")).to_be_visible(timeout=6_000)
    expect(here.page.locator("#talk .busy")).to_have_count(0)
    assert "storm" not in here.page.locator("#talk .answer").inner_text()


def test_chats_are_kept_reopened_and_deleted(visit: Open) -> None:
    here = visit()
    here.ask("Who moved to Porto?")
    expect(here.page.locator("#chats .chat")).to_have_count(1)
    here.page.locator("#new-chat").click()
    expect(here.page.locator("#talk .sample")).to_have_count(2)
    here.page.locator("#chats .chat").click()
    expect(here.page.locator("#talk .answer")).to_contain_text("Mara moved")
    expect(here.page.locator("#evidence .card")).to_have_count(1)
    menu(here, "Delete this chat")
    expect(here.page.locator("#chats .chat")).to_have_count(0)
    here.page.get_by_role("button", name="Undo").click()
    expect(here.page.locator("#talk .answer")).to_contain_text("Mara moved")
    menu(here, "Delete this chat")
    expect(here.page.locator("#chats .chat")).to_have_count(0)
    # The page of these tests waits but a moment before it erases.
    until = time.monotonic() + 20
    while here.twin.kept and time.monotonic() < until:
        here.page.wait_for_timeout(100)
    assert here.twin.kept == {}


def test_chats_are_renamed_pinned_found_and_exported(visit: Open) -> None:
    here = visit()
    for question in ("Who moved to Porto?", "When was the apricot tree planted?"):
        here.page.locator("#new-chat").click()
        expect(here.page.locator("#talk .sample")).to_have_count(2)
        here.ask(question)
        expect(here.page.locator("#talk .answer")).to_contain_text("1")
    menu(here, "Rename")
    here.page.locator(".renaming input").fill("The <b>tree</b>")
    here.page.keyboard.press("Enter")
    expect(here.page.locator("#chat-head h2")).to_have_text("The <b>tree</b>")
    menu(here, "Pin")
    expect(here.page.locator("#chats h3").first).to_have_text("Pinned")
    expect(here.page.locator("#chats .chat").first).to_contain_text("The <b>tree</b>")
    with here.page.expect_download() as saved:
        menu(here, "Export as Markdown")
    assert saved.value.suggested_filename == "The b tree b.md"
    assert "## When was the apricot tree planted?" in saved.value.path().read_text(encoding="utf-8")
    here.page.fill("#chat-search input", "porto")
    expect(here.page.locator("#chats .chat")).to_have_count(1)
    expect(here.page.locator("#chats .chat")).to_contain_text("Who moved to Porto?")


def test_an_answer_is_asked_again_its_question_edited_and_both_copied(visit: Open) -> None:
    here = visit()
    here.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    here.ask("Who moved to Porto?")
    expect(here.page.locator("#talk .turn")).to_have_count(2)
    here.page.get_by_role("button", name="Copy", exact=True).click()
    here.page.wait_for_function("navigator.clipboard.readText().then(text => text.includes('suitcase.'))")
    assert "1" not in here.page.evaluate("navigator.clipboard.readText()"), "marks are no words of the answer"
    here.page.get_by_role("button", name="Ask again").click()
    expect(here.page.locator("#talk .turn")).to_have_count(4)
    here.page.locator("#talk .asked").last.hover()
    here.page.get_by_role("button", name="Edit").last.click()
    expect(here.page.locator("#question textarea")).to_have_value("Who moved to Porto?")


def test_what_is_typed_outlives_answers_and_reloads(visit: Open) -> None:
    here = visit(FakeTwin.filled(delay=0.2))
    here.ask("When was the apricot tree planted?")
    expect(here.page.locator("#talk .busy")).to_be_visible()
    here.page.keyboard.type("And what of the suitcase?")
    here.page.keyboard.press("Enter")
    expect(here.page.locator("#talk .answer")).to_contain_text("storm.")
    expect(here.page.locator("#talk .busy")).to_have_count(0)
    expect(here.page.locator("#question textarea")).to_have_value("And what of the suitcase?")
    here.page.wait_for_function("location.search.includes('chat=')")
    here.page.reload()
    expect(here.page.locator("#talk .answer")).to_contain_text("storm.")
    expect(here.page.locator("#question textarea")).to_have_value("And what of the suitcase?")


def test_an_internal_failure_gives_the_question_back(visit: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    here = visit()
    monkeypatch.setattr(here.twin, "ask", lambda *args, **options: iter([1 / 0]))
    here.ask("Who moved to Porto?")
    expect(here.page.locator("#chat-note")).to_contain_text("Doppel failed to answer")
    expect(here.page.locator("#question textarea")).to_have_value("Who moved to Porto?")


def test_a_chat_is_remembered_only_when_the_person_says_so(visit: Open) -> None:
    here = visit()
    here.ask("Who moved to Porto?")
    expect(here.page.locator("#chats .chat")).to_have_count(1)
    assert len(here.twin.rows) == 4
    menu(here, "Remember this chat")
    expect(here.page.locator("#chat-note")).to_contain_text("Remembered.")
    assert here.twin.rows[5].from_chat
    here.tab("Memory")
    here.page.get_by_role("button", name="Review memory 5").click()
    expect(here.page.locator("#memory-detail")).to_contain_text("saved from a chat")
