"""Days that are said without their year."""

from __future__ import annotations

from datetime import date

import pytest

from app.dates.days_of_year import day_zh
from app.dates.periods import find_period, find_periods

TODAY = date(2025, 10, 31)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("What happened on July 1?", "2025-07-01"),
        ("Where was I on the 1st of July?", "2025-07-01"),
        ("Was war am 1. Juli?", "2025-07-01"),
        ("Was war am 1.7.?", "2025-07-01"),
        ("Qu'est-ce qui s'est passé le 3 mai ?", "2025-05-03"),
        ("7月1日我做了什么？", "2025-07-01"),
        ("二月二十八日发生了什么？", "2025-02-28"),
        ("What did I do on December 5?", "2024-12-05"),
        ("12月8日清晨我去了哪里？", "2024-12-08"),
        ("29 February", "2024-02-29"),
    ],
)
def test_it_is_the_last_such_day(text: str, day: str) -> None:
    period = find_period(text, TODAY)
    assert period is not None and period.first == period.last == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text",
    [
        "What do I have on December 5?",
        "Was steht am 5. Dezember an?",
        "Qu'est-ce qui est prévu le 5 décembre ?",
        "12月5日有什么安排？",
    ],
)
def test_of_plans_it_is_the_next_one_if_that_is_near(text: str) -> None:
    period = find_period(text, TODAY)
    assert period is not None and period.first == date(2025, 12, 5)


def test_a_plan_of_the_far_future_is_the_last_such_day() -> None:
    period = find_period("What do I have on May 5?", TODAY)
    assert period is not None and period.first == date(2025, 5, 5)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("10月1日至10月5日", "2025-10-01", "2025-10-05"),
        ("10月1日到5日我在哪里", "2025-10-01", "2025-10-05"),
        ("12月30日至1月2日", "2024-12-30", "2025-01-02"),
    ],
)
def test_from_a_day_to_a_day(text: str, first: str, last: str) -> None:
    period = find_period(text, TODAY)
    assert period is not None and (period.first.isoformat(), period.last.isoformat()) == (first, last)


def test_the_year_may_be_said_elsewhere() -> None:
    period = find_periods("En 2005, où était la fête le 2 novembre ?", TODAY)[-1]
    assert period.first == period.last == date(2005, 11, 2)


def test_several_days_are_several_periods() -> None:
    found = find_periods("5月6日、5月8日和5月21日", TODAY)
    assert [period.first.day for period in found] == [6, 8, 21]


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("on 3 May 2020", 2020),
        ("May 5, 2021", 2021),
        ("2019年7月1日", 2019),
        ("去年7月1日", 2024),
        ("am 1.7.2018", 2018),
    ],
)
def test_a_year_that_is_said_counts(text: str, year: int) -> None:
    found = find_periods(text, TODAY)
    assert len(found) == 1 and found[0].first == found[0].last and found[0].first.year == year


@pytest.mark.parametrize(
    "text", ["Who may 5 people call?", "a march 10 miles long", "2月30日", "June 500", "May 5%"]
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert all(period.first != period.last for period in find_periods(text, TODAY))


def test_chinese_numbers_of_days() -> None:
    assert [day_zh(number) for number in ("7", "十", "十二", "二十", "三十一", "九")] == [
        7,
        10,
        12,
        20,
        31,
        9,
    ]
