"""Clicks that come faster than they are answered: each is answered, in order; what must not happen twice does not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect

from app.records import Message
from app.upkeep.records import JobStatus
from tests.ui.web.conftest import Visit
from tests.ui.web.fake_twin import FakeTwin
from ui.web.answering import Answering, UnderWay
from ui.web.chat import suggested

pytestmark = pytest.mark.e2e

Open = Callable[..., Visit]
SLOW = 0.5
QUICK = 0.15  # between two clicks of a hand


def slowly(monkeypatch: pytest.MonkeyPatch, twin: FakeTwin, name: str) -> list[Any]:
    """Makes a method of the twin slow; the calls it gets."""
    real, calls = getattr(twin, name), []

    def late(*args: Any, **options: Any) -> Any:
        calls.append(args)
        time.sleep(SLOW)
        return real(*args, **options)

    monkeypatch.setattr(twin, name, late)
    return calls


def quickly(here: Visit, *selectors: str) -> None:
    """Clicks them all within one turn of the browser, once they are there and before any is answered."""
    for selector in selectors:
        here.page.wait_for_selector(selector)
    here.page.evaluate(
        "selectors => selectors.forEach(one => document.querySelector(one).click())", list(selectors)
    )


def test_the_chat_chosen_last_is_open(visit: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    twin = FakeTwin.filled()
    twin.kept = {
        n: [Message("user", f"Question {n}"), Message("assistant", f"Answer {n}")] for n in (1, 2, 3)
    }
    here = visit(twin)
    calls = slowly(monkeypatch, twin, "messages")
    quickly(here, "#chats [data-id='1']", "#chats [data-id='2']", "#chats [data-id='3']")
    expect(here.page.locator("#talk .answer")).to_have_text("Answer 3")
    assert [args[0] for args in calls] == [1, 2, 3]


def ends_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers stand for a while before the event that wrote them is over."""
    over = Answering.over

    def late(answering: Answering, page: str, one: UnderWay) -> None:
        time.sleep(SLOW)
        over(answering, page, one)

    monkeypatch.setattr(Answering, "over", late)


def test_citations_clicked_as_soon_as_the_answer_stands_are_shown_in_order(
    visit: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends_late(monkeypatch)
    here = visit()
    questions = "When was the apricot tree planted?", "Was the apricot tree planted in October?"
    for turns, question in enumerate(questions, start=1):
        here.ask(question)
        expect(here.page.locator("#talk .turn .answer .cite[data-number='2']")).to_have_count(turns)
        expect(here.page.locator("#evidence .card")).to_have_count(2)
        expect(here.page.locator("#talk .busy")).to_have_count(0)
        for number in (1, 2):
            quickly(here, f"#talk .turn:last-child .answer .cite[data-number='{number}']")
            here.page.wait_for_timeout(QUICK * 1000)
        here.page.wait_for_timeout(2 * SLOW * 1000)
        expect(here.page.locator("#evidence .card.chosen")).to_contain_text("October storm")


def test_every_switch_of_the_settings_is_answered(visit: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    twin = FakeTwin.filled()
    twin.standing = [JobStatus(name, name, True, None, None, None, True) for name in ("one", "two", "three")]
    here = visit(twin)
    here.tab("Settings")
    expect(here.page.locator("#job-table tbody tr")).to_have_count(3)
    slowly(monkeypatch, twin, "switch_job")
    quickly(here, *(f"#job-table [data-event=switch][data-id='{at}']" for at in (0, 1, 2)))
    expect(here.page.locator("#job-table").get_by_role("button", name="Switch")).to_have_count(3)
    expect(here.page.locator("#setting-note")).to_contain_text("three is off.")
    assert [job.on for job in twin.standing] == [False, False, False]


def test_the_source_asked_about_last_is_asked_about(visit: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    twin = FakeTwin.filled()
    twin.watched.append(replace(twin.watched[0], id=2, path="/home/ada/second"))
    here = visit(twin)
    here.tab("Sources")
    expect(here.page.locator("#source-table tbody tr")).to_have_count(2)
    slowly(monkeypatch, twin, "sources")
    quickly(here, *(f"#source-table [data-event=keep][data-id='{id}']" for id in (1, 2)))
    expect(here.page.locator("#source-confirm")).to_contain_text("/home/ada/second")


def test_pages_of_a_document_are_leafed_through_as_often_as_clicked(
    visit: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = FakeTwin.filled()
    twin.rows[1] = replace(twin.rows[1], path="/home/ada/scan.png")
    here = visit(twin)
    here.page.evaluate("window.doppel.fire.viewer('look', {id: 1})")
    expect(here.page.locator("#viewer .sheet")).to_be_visible()
    calls = slowly(monkeypatch, twin, "facsimile")
    here.page.evaluate("[2, 3].forEach(page => window.doppel.fire.viewer('leaf', {id: 1, page}))")
    here.page.evaluate("window.doppel.fire.viewer('shut', {})")
    expect(here.page.locator("#viewer .sheet")).to_have_count(0)
    here.page.wait_for_timeout(3 * SLOW * 1000)
    expect(here.page.locator("#viewer .sheet")).to_have_count(0)
    assert [args[1] for args in calls] == [2, 3]


def test_a_question_and_a_note_are_not_sent_twice(visit: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    here = visit(FakeTwin.filled(delay=0.1))
    expect(here.page.locator("#talk .sample")).to_have_count(2)
    quickly(here, "#talk .sample:nth-child(1)", "#talk .sample:nth-child(2)", "#ask")
    expect(here.page.locator("#talk .answer")).to_contain_text("storm")
    expect(here.page.locator("#talk .busy")).to_have_count(0)
    assert len(here.twin.scopes) == 1
    here.tab("Memory")
    here.page.get_by_text("Add a note").click()
    here.page.fill("#memory-add textarea", "The key lies under the third pot.")
    slowly(monkeypatch, here.twin, "add_note")
    quickly(here, "#memory-add form button.act", "#memory-add form button.act")
    expect(here.page.locator("#memory-note")).to_contain_text("Remembered")
    here.page.wait_for_timeout(2 * SLOW * 1000)
    assert [row.text for row in here.twin.rows.values()].count("The key lies under the third pot.") == 1


def test_another_chat_is_opened_while_an_answer_goes_on(visit: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    ends_late(monkeypatch)
    twin = FakeTwin.filled(delay=0.4)  # an answer outlasts the click also on a busy machine
    twin.kept = {9: [Message("user", "An old question"), Message("assistant", "An old answer")]}
    here = visit(twin)
    here.ask("When was the apricot tree planted?")
    expect(here.page.locator("#talk .answer")).to_contain_text("apricot")
    here.page.locator("#chats .chat").click()
    expect(here.page.locator("#talk .answer")).to_have_text("An old answer")
    expect(here.page.locator("#chat-note")).to_contain_text("goes on")
    # The answer is kept in its own chat, and does not come up in this one.
    expect(here.page.locator("#chats .chat")).to_have_count(2)
    expect(here.page.locator("#talk .answer")).to_have_text("An old answer")
    here.ask("Who moved to Porto?")
    expect(here.page.locator("#talk .answer").last).to_contain_text("suitcase")
    expect(here.page.locator("#talk .busy")).to_have_count(0)
    here.page.locator("#chats .chat", has_text="apricot").click()
    here.page.wait_for_timeout(2 * SLOW * 1000)
    expect(here.page.locator("#talk .answer")).to_contain_text("storm")
    assert here.problems == []


def test_stop_works_while_a_question_waits(visit: Open) -> None:
    twin = FakeTwin.filled()
    twin.ahead = threading.Event()
    here = visit(twin)
    here.ask("Who moved to Porto?")
    expect(here.page.locator("#talk .busy")).to_contain_text("questions before it: 2")
    here.page.locator("#stop").click()
    expect(here.page.locator("#chat-note")).to_contain_text("Stopped.")
    expect(here.page.locator("#question textarea")).to_have_value("Who moved to Porto?")
    assert twin.kept == {}
    twin.ahead.set()
    here.page.press("#question textarea", "Enter")
    expect(here.page.locator("#talk .answer")).to_contain_text("Mara moved")


def test_questions_are_suggested_of_what_is_known(visit: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggested, "SECONDS_KEPT", 0.0)
    twin = FakeTwin.filled()
    twin.suggested = ["Who is <b>Mara</b>?"]
    here = visit(twin)
    here.page.get_by_role("button", name="Who is <b>Mara</b>?").click()
    expect(here.page.locator("#talk .asked")).to_contain_text("Who is <b>Mara</b>?")
