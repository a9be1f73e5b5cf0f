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
    text = "Ordered on 12 June 2024. The oak seedlings arrived yesterday."
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


DIARY = "## 2024-06-12\nBread baked.\n\n## 2024-06-17\nRain. {}\n\n## 2024-06-20\nThe oak seedlings died on Monday."


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("The oak seedlings arrived yesterday.", "yesterday"),
        ("The oak seedlings arrived.", None),
        ("The oak seedlings arrived today.", None),
        ("The oak seedlings arrive on 3 July.", "3 July"),
        ("The oak seedlings arrived, the roses come tomorrow or on 3 July.", None),
    ],
)
def test_the_day_over_an_entry_of_a_diary_gives_way_too(line: str, said: str | None) -> None:
    assert told("When did the oak seedlings arrive?", "2024-06-17", DIARY.format(line), day="2024-06") == said


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        ("Wann kommt der Ofenbauer Reimer?", "Der Ofenbauer Reimer kommt am 3. Juli ab 7:30 Uhr.", "3. Juli"),
        ("Quand part le bateau de Nora ?", "Nora : mon bateau part le 1er août.", "1er août"),
        ("树苗什么时候收到的？", "树苗七月三日收到，一共十棵。", "七月三日"),
        ("When does the oak bloom?", "The oak blooms from May 3 or so, tomorrow at the latest.", None),
        ("When do the oak seedlings arrive?", "Of the oak seedlings 10 may arrive dry.", None),
    ],
)
def test_a_day_without_its_year_is_one_too(question: str, text: str, said: str | None) -> None:
    assert told(question, "2024-06-17", text) == said


def test_a_sentence_tells_where_a_number_is_made_up() -> None:
    text = "The oak seedlings arrived on 3 July 2024, as many as were ordered. The roses came, white and red ones, "
    text += "on 9 August 2024."
    assert told("When did the oak seedlings arrive?", "9 July 2024", text) == "3 July 2024"
