"""Periods are read from questions in four languages, relative to a day."""

from __future__ import annotations

from datetime import date

import pytest

from app.dates.periods import EARLIEST, LATEST, find_period, find_periods

TODAY = date(2025, 9, 20)  # a Saturday

CASES = [
    ("What happened in March 2023?", "2023-03-01", "2023-03-31"),
    ("Was ist im März 2023 passiert?", "2023-03-01", "2023-03-31"),
    ("Que s'est-il passé en mars 2023 ?", "2023-03-01", "2023-03-31"),
    ("2023年3月发生了什么？", "2023-03-01", "2023-03-31"),
    ("去年三月我在哪里？", "2024-03-01", "2024-03-31"),
    ("去年十二月", "2024-12-01", "2024-12-31"),
    ("on 5 March 2023", "2023-03-05", "2023-03-05"),
    ("on March 5th, 2023", "2023-03-05", "2023-03-05"),
    ("am 5. März 2023", "2023-03-05", "2023-03-05"),
    ("am 05.03.2023", "2023-03-05", "2023-03-05"),
    ("le 1er mai 2021", "2021-05-01", "2021-05-01"),
    ("2023年3月5日", "2023-03-05", "2023-03-05"),
    ("2023-03", "2023-03-01", "2023-03-31"),
    ("What did I spend in 2024?", "2024-01-01", "2024-12-31"),
    ("2021年我在做什么", "2021-01-01", "2021-12-31"),
    ("from 2019 to 2021", "2019-01-01", "2021-12-31"),
    ("zwischen 2019 und 2021", "2019-01-01", "2021-12-31"),
    ("2019年到2021年", "2019-01-01", "2021-12-31"),
    ("last summer", "2025-06-01", "2025-08-31"),
    ("letzten Sommer", "2025-06-01", "2025-08-31"),
    ("l'été dernier", "2025-06-01", "2025-08-31"),
    ("去年夏天", "2024-06-01", "2024-08-31"),
    ("in the summer of 2022", "2022-06-01", "2022-08-31"),
    ("Sommer 2022", "2022-06-01", "2022-08-31"),
    ("été 2022", "2022-06-01", "2022-08-31"),
    ("winter 2020/21", "2020-12-01", "2021-02-28"),
    ("last winter", "2024-12-01", "2025-02-28"),
    ("yesterday", "2025-09-19", "2025-09-19"),
    ("gestern", "2025-09-19", "2025-09-19"),
    ("hier", "2025-09-19", "2025-09-19"),
    ("昨天", "2025-09-19", "2025-09-19"),
    ("avant-hier", "2025-09-18", "2025-09-18"),
    ("last week", "2025-09-08", "2025-09-14"),
    ("letzte Woche", "2025-09-08", "2025-09-14"),
    ("la semaine dernière", "2025-09-08", "2025-09-14"),
    ("上周", "2025-09-08", "2025-09-14"),
    ("上个月", "2025-08-01", "2025-08-31"),
    ("le mois dernier", "2025-08-01", "2025-08-31"),
    ("last month", "2025-08-01", "2025-08-31"),
    ("letztes Jahr", "2024-01-01", "2024-12-31"),
    ("l'année dernière", "2024-01-01", "2024-12-31"),
    ("前年", "2023-01-01", "2023-12-31"),
    ("letztes Jahr im Februar", "2024-02-01", "2024-02-29"),
    ("in March last year", "2024-03-01", "2024-03-31"),
    ("in March", "2025-03-01", "2025-03-31"),
    ("im November", "2024-11-01", "2024-11-30"),
    ("last November", "2024-11-01", "2024-11-30"),
    ("en mars dernier", "2025-03-01", "2025-03-31"),
    ("heute vor einem Jahr", "2024-09-20", "2024-09-20"),
    ("a year ago today", "2024-09-20", "2024-09-20"),
    ("去年的今天", "2024-09-20", "2024-09-20"),
    ("vor einem Jahr", "2024-08-01", "2024-10-31"),
    ("il y a deux mois", "2025-07-01", "2025-07-31"),
    ("three weeks ago", "2025-08-25", "2025-08-31"),
    ("三天前", "2025-09-17", "2025-09-17"),
    ("in the last 3 months", "2025-06-20", "2025-09-20"),
    ("in den letzten zwei Wochen", "2025-09-06", "2025-09-20"),
    ("ces trois derniers mois", "2025-06-20", "2025-09-20"),
    ("最近三个月", "2025-06-20", "2025-09-20"),
    ("last Christmas", "2024-12-24", "2024-12-26"),
    ("Weihnachten 2023", "2023-12-24", "2023-12-26"),
    ("last Monday", "2025-09-15", "2025-09-15"),
    ("early March 2023", "2023-03-01", "2023-03-11"),
    ("Ende März 2023", "2023-03-21", "2023-03-31"),
    ("since 2023", "2023-01-01", "2025-09-20"),
    ("seit März 2023", "2023-03-01", "2025-09-20"),
    ("depuis 2023", "2023-01-01", "2025-09-20"),
]


@pytest.mark.parametrize(("text", "first", "last"), CASES)
def test_a_period_is_read(text: str, first: str, last: str) -> None:
    period = find_period(text, TODAY)
    assert period is not None
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "Who is Mortimer?",
        "May I ask something?",
        "Was hat er vor dem Haus gemacht?",
        "How much is 2,450?",
        "Rechnung 2023-004",
        "Il y a un chat dans le jardin",
        "谁是林悦？",
        "the march to the sea",
        "version 20.24",
        "",
    ],
)
def test_no_period_is_made_up(text: str) -> None:
    assert find_period(text, TODAY) is None


def test_before_and_after_open_one_side() -> None:
    before, after = find_period("before 2019", TODAY), find_period("nach dem 5. März 2023", TODAY)
    assert before is not None and after is not None
    assert (before.first, before.last.isoformat()) == (EARLIEST, "2018-12-31")
    assert (after.first.isoformat(), after.last) == ("2023-03-06", LATEST)


def test_a_day_that_does_not_exist_is_no_day() -> None:
    period = find_period("on 31 February 2023", TODAY)
    assert period is not None and period.first.isoformat() == "2023-02-01"


def test_two_periods_are_found_in_their_order() -> None:
    found = find_periods("more in 2022 or in March 2024?", TODAY)
    assert [(p.first.year, p.last.month) for p in found] == [(2022, 12), (2024, 3)]


def test_a_time_behind_the_day_does_not_matter() -> None:
    period = find_period("in March 2023", TODAY)
    assert period is not None
    assert period.holds("2023-03-31T23:59:00+01:00")
    assert not period.holds("2023-04-01")
    assert not period.holds(None)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("7月下旬发生了什么？", (7, 21), (7, 31)),
        ("5月初我做了什么？", (5, 1), (5, 11)),
        ("2025年3月中旬", (3, 11), (3, 21)),
        ("今年八月底", (8, 21), (8, 31)),
    ],
)
def test_a_third_of_a_month_in_chinese(text: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    period = find_period(text, date(2025, 10, 31))
    assert period is not None and period.first.year == 2025
    assert (period.first.month, period.first.day) == first and (period.last.month, period.last.day) == last


def test_a_day_of_long_ago_is_a_day_but_a_bare_number_is_no_year() -> None:
    assert [period.first for period in find_periods("born August 17, 1877, died 3 May 1902", TODAY)] == [
        date(1877, 8, 17),
        date(1902, 5, 3),
    ]
    assert find_periods("1877 boxes", TODAY) == []
