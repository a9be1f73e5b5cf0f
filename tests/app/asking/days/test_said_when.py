"""The day that a sentence tells, where a reader took the one above it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.asking.days.said_when import said_when
from app.asking.memory import Cited
from app.asking.question import understand
from app.asking.readings import Reading
from app.passages.file_passages import text_hash
from tests.app.asking.shelf import document

TODAY = date(2026, 1, 5)


def told(question: str, answer: str, text: str, day: str = "2024-06-17") -> str | None:
    headed = document(1, f"notes · {day}\n{text}", date=day)
    hit = Cited(replace(headed, body_hash=text_hash(text)))
    found = said_when(understand(question, TODAY), Reading(answer, (hit,), 0.9))
    return found.text if found else None


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        (
            "When did the oak seedlings arrive?",
            "Rain. The oak seedlings arrived yesterday, all fine.",
            "yesterday",
        ),
        (
            "Wann kommt der Ofenbauer Reimer?",
            "Der Ofenbauer Reimer kommt am 3. Juli 2024. Bis dann",
            "3. Juli 2024",
        ),
        ("Quand part le bateau de Nora ?", "Nora : mon bateau part samedi prochain.", "samedi prochain"),
        ("树苗什么时候收到的？", "树苗昨天收到，一共十棵。", "昨天"),
    ],
)
def test_the_sentence_with_the_questions_words_tells_the_day(question: str, text: str, said: str) -> None:
    assert told(question, "2024-06-17", text) == said


def test_a_day_that_the_passage_says_otherwise_stays() -> None:
    text = "The oak seedlings arrived yesterday."
    assert told("When did the oak seedlings arrive?", "12 June 2024", text) is None
    assert told("Where did the oak seedlings arrive?", "2024-06-17", text) is None


def test_two_sentences_that_tell_as_much_tell_nothing() -> None:
    text = "Two oak seedlings arrived yesterday. More oak seedlings arrived last Friday."
    assert told("When did the oak seedlings arrive?", "2024-06-17", text) is None


def test_a_sentence_about_half_of_it_is_not_enough() -> None:
    assert told("When did the oak seedlings arrive?", "2024-06-17", "The oak was cut yesterday.") is None


def test_what_is_no_time_gives_way_to_the_sentence() -> None:
    text = "The oak seedlings weigh 3 pounds. The oak seedlings arrived last week."
    assert told("When did the oak seedlings arrive?", "3 pounds", text) == "last week"
