"""The day that a relative word in an answer means."""

from __future__ import annotations

from datetime import date

import pytest

from app.asking.days.meant import days_meant, without_days
from app.asking.memory import Cited
from app.asking.question import understand
from app.asking.strategies.fact import answer
from tests.app.asking.shelf import Shelf, document, run

TODAY = date(2026, 1, 5)


def meant(text: str, said: str, **known: str) -> str | None:
    return days_meant(said, [Cited(document(1, text, **known))], "en")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("yesterday", "9 May 2023"),
        ("on Tuesday, the day before yesterday", "8 May 2023"),
        ("last Friday", "5 May 2023"),
        ("next Friday", "12 May 2023"),
        ("last weekend", "6–7 May 2023"),
        ("two weeks ago", "24–30 April 2023"),
        ("two years ago", "2021"),
        ("last year", "2022"),
        ("vorgestern", "8 May 2023"),
        ("la semaine dernière", "1–7 May 2023"),
        ("上周五", "5 May 2023"),
        ("昨晚", "9 May 2023"),
    ],
)
def test_a_relative_day_is_told_as_of_its_passage(said: str, days: str) -> None:
    assert meant(f"We saw the heron {said}.", said, date="2023-05-10") == days


@pytest.mark.parametrize(
    "said",
    ["on Friday", "in May", "a few days ago", "几天前", "yesterday, 9 May 2023", "am Morgen", "the pier"],
)
def test_what_may_mean_two_days_or_none_is_left_alone(said: str) -> None:
    assert meant(f"We saw the heron {said}.", said, date="2023-05-10") is None


def test_a_passage_without_a_day_of_its_own_tells_none() -> None:
    text = "We saw the heron yesterday."
    assert meant(text, "yesterday") is None
    assert meant(text, "yesterday", date="2023-05") is None
    assert meant(text, "yesterday", date="2023-05-10", source="mtime") is None
    assert days_meant("yesterday", [Cited(document(1, text, date="2023-05-10"), read=False)], "en") is None


def test_the_entry_of_a_journal_counts_before_the_day_of_its_file() -> None:
    text = "2023-05-02: The boat was painted yesterday.\n2023-05-20: Rain."
    assert meant(text, "painted yesterday", date="2023-05-20") == "1 May 2023"


def test_a_fact_says_the_day_behind_the_words_of_its_passage() -> None:
    shelf = Shelf([document(1, "Vera rang. The heron came back yesterday.", date="2023-05-10")])
    text, cited, _ = run(answer(understand("When did the heron come back?", TODAY), shelf))
    assert text.endswith("came back yesterday. (9 May 2023)") and cited == [1]


def test_the_words_of_the_passage_are_known_without_the_day() -> None:
    assert without_days("yesterday (9 May 2023)") == "yesterday"
    assert without_days("昨天 (2023年5月9日)") == "昨天"
    assert without_days("Dr Reed (our vet)") == "Dr Reed (our vet)"
    assert without_days("the room (free from 9 May 2023 until the end of the year)").endswith("year)")
