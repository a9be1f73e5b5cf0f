"""The building blocks of the rules that read periods: patterns of words, and what the words count."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from app.dates.period_words import HOLIDAYS, MONTHS, NUMBERS, PARTS, SEASONS, STEPS, UNITS, WEEKDAYS, YEARS_ZH
from app.dates.spans import Period, part, season, step, year

Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], Period | None]]
"""What a period looks like, and which one a match is, as of today; None where it is none after all."""


def any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def latin(words: Iterable[str]) -> str:
    return any_of([word for word in words if word.isascii() or not word[0] > "\u3400"])


def han(words: Iterable[str]) -> str:
    return any_of([word for word in words if word[0] > "\u3400"])


YEAR = r"(?<![\w.,/-])((?:19|20)\d\d)(?![\w/-]|[.,]\d)"
# Beside a day and a month also what else would be taken for a number.
DATED_YEAR = r"(?<![\w.,/-])(1\d\d\d|20\d\d)(?![\w/-]|[.,]\d)"
MONTH = rf"({latin(MONTHS)})\b\.?"
COUNT = rf"(\d{{1,3}}|{latin(NUMBERS)})"
COUNT_ZH = rf"(\d{{1,3}}|十[一二]|{han(NUMBERS)}|几)"
UNIT = rf"({latin(UNITS)})\b"
UNIT_ZH = rf"({han(UNITS)})"
SEASON = rf"({latin(SEASONS)})\b"
STEP = rf"({latin(STEPS)})\b"
OF = r"(?:of|of the|in|im|des|de|d'|de l'|,|the)?\s*"
PART = rf"(?:\b({latin(PARTS)})(?:[ -]|\s+of\s+|\s+de\s+)\s*)?"
PART_ZH = rf"({han(PARTS)})?"
HAN_YEAR = rf"((?:19|20)\d\d年|{any_of(YEARS_ZH)})的?"
IN = r"\b(?:in|during|im|ende|anfang|mitte|en|au mois de|pendant|von|of|seit|since|depuis|until|bis|by)\s+"


def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def count(word: str) -> int:
    word = word.casefold()
    if word == "几":
        return 3
    return int(word) if word.isdecimal() else NUMBERS[word]


def month_number(word: str) -> int:
    return MONTHS[word.casefold().rstrip(".")]


def year_zh(word: str, today: date) -> int:
    return int(word[:4]) if word[:4].isdecimal() else today.year + YEARS_ZH[word]


def unit(word: str) -> str:
    return UNITS[word.casefold()]


def steps(word: str) -> int:
    return STEPS[word.casefold()]


def with_part(period: Period, word: str | None) -> Period:
    return part(period, word.casefold()) if word else period


def stepped_season(name: str, steps: int, today: date) -> Period:
    """The last summer is the last one that is over or under way, this summer the one of this year."""
    here = season(name, today.year)
    if steps >= 0:
        return season(name, today.year + steps)
    while here.last >= today:
        here = season(name, here.first.year - 1)
    return season(name, here.first.year + steps + 1)


def between(first: Period, last: Period) -> Period:
    return Period(min(first.first, last.first), max(first.last, last.last))


def year_pair(match: re.Match[str], today: date) -> Period:
    first = int(match[1])
    last = int(match[2]) if len(match[2]) == 4 else first // 100 * 100 + int(match[2])
    return between(year(first), year(last))


def winter_pair(match: re.Match[str], today: date) -> Period:
    return season(SEASONS[match[1].casefold()], int(match[2]))


def weekday(match: re.Match[str], today: date) -> Period:
    back = (today.weekday() - WEEKDAYS[match[1].casefold()]) % 7 or 7
    return step("day", -back, today)


def holiday(match: re.Match[str], today: date) -> Period:
    number, on, days = HOLIDAYS[match[1].casefold()]
    at = int(match[2]) if match[2] else today.year
    first = date(at, number, on)
    if not match[2] and first > today:
        first = date(at - 1, number, on)
    return Period(first, first + timedelta(days=days - 1))


def month_zh(word: str) -> int:
    return int(word) if word.isdecimal() else NUMBERS[word]


def days_of_months(match: re.Match[str]) -> Period:
    """From a day to a day: "28 July – 9 August 2022", "6.–8. Oktober 2023"."""
    first, before, last, after, number = match.groups()
    until = date(int(number), month_number(after), int(last))
    since = date(int(number), month_number(before or after), int(first))
    return Period(since if since <= until else since.replace(year=until.year - 1), until)
