"""Periods that memories know: found by the line that says when it was, in whatever language; nothing is guessed."""

from __future__ import annotations

from datetime import date

import pytest

from app.asking import route
from app.asking.events import event_in, placed
from app.asking.question import understand
from app.dates.spans import EARLIEST
from tests.app.asking.shelf import Shelf, document, run

TODAY = date(2025, 9, 20)
MOVE = document(1, "Umzug von Kiel nach Lund, alles im Lieferwagen.", date="2018-05-12", title="Umzug")
BEFORE = document(2, "The goat ate the curtain.", date="2016-03-01")
AFTER = document(3, "The heron came to the pond.", date="2020-03-01")


@pytest.mark.parametrize(
    ("text", "way", "event"),
    [
        ("What happened before we moved?", "before", "we moved"),
        ("Where did I work when I lived in Kiel?", "during", "I lived in Kiel"),
        ("Was geschah während der Renovierung?", "during", "der Renovierung"),
        ("Was war vor dem Umzug?", "before", "dem Umzug"),
        ("Wo war ich, als ich in Kiel wohnte?", "during", "ich in Kiel wohnte"),
        ("Que s'est-il passé après le mariage ?", "after", "le mariage"),
        ("Où travaillais-je quand j'habitais à Lyon ?", "during", "j'habitais à Lyon"),
        ("搬家之前发生了什么？", "before", "搬家"),
        ("装修期间发生了什么？", "during", "装修"),
    ],
)
def test_the_event_is_seen(text: str, way: str, event: str) -> None:
    found = event_in(text)
    assert found is not None and (found.way, found.text) == (way, event)


@pytest.mark.parametrize(
    "text",
    [
        "When did we move?",
        "What came before?",
        "Wann war der Umzug?",
        "Quand est-ce que c'était ?",
        "昨天做了什么？",
    ],
)
def test_what_names_no_event_is_left(text: str) -> None:
    assert event_in(text) is None


@pytest.mark.parametrize(
    ("question", "said", "unsaid"),
    [
        ("What happened before we moved?", "goat", "heron"),
        ("Was ist nach dem Umzug passiert?", "heron", "goat"),
        ("Que s'est-il passé avant le déménagement ?", "goat", "heron"),
        ("搬家之后发生了什么？", "heron", "goat"),
    ],
)
def test_a_timeline_is_told_relative_to_it(question: str, said: str, unsaid: str) -> None:
    shelf = Shelf([MOVE, BEFORE, AFTER])
    shelf.found_always = [1]
    understood = placed(understand(question, TODAY), shelf, TODAY)
    assert understood.period is not None and understood.kind == "timeline"
    text = run(route.answer(understood, shelf))[0]
    assert said in text and unsaid not in text


def test_what_went_on_for_a_while_has_a_first_and_a_last_day() -> None:
    notes = [
        document(n, "Renovation of the mill: dust.", date=day)
        for n, day in enumerate(("2012-01-01", "2019-02-01", "2019-05-01", "2019-09-30"), start=1)
    ]
    understood = placed(
        understand("What happened during the renovation of the mill?", TODAY), Shelf(notes), TODAY
    )
    assert understood.period is not None
    assert (understood.period.first, understood.period.last) == (date(2019, 2, 1), date(2019, 9, 30))


def test_without_a_dated_line_there_is_no_period() -> None:
    for shelf in (Shelf([BEFORE]), Shelf([document(1, MOVE.text, source="mtime", date="2018-05-12")])):
        assert placed(understand("What happened before we moved?", TODAY), shelf, TODAY).period is None


def test_a_period_that_is_named_counts_first() -> None:
    understood = placed(understand("What happened in 2016 before we moved?", TODAY), Shelf([MOVE]), TODAY)
    assert understood.period is not None and understood.period.first != EARLIEST


def test_a_question_for_one_thing_is_read_from_all_times() -> None:
    shelf = Shelf([MOVE, BEFORE, AFTER])
    shelf.found_always = [1]
    assert placed(understand("How high was the rent before we moved?", TODAY), shelf, TODAY).period is None
