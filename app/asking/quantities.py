"""Numbers and days in an answer's words, as people of four languages write them."""

from __future__ import annotations

import re
from datetime import date

from app.asking.language import Language
from app.asking.texts import say
from app.dates.period_words import UNITS
from app.dates.periods import written_periods

_CODES = {"day": "d", "week": "w", "month": "mo", "year": "y"}
_OF_DATES = "日月"  # behind a number these name a day, they count nothing: 3月5日
TIME_UNITS = {word: _CODES[unit] for word, unit in UNITS.items() if word not in _OF_DATES}

_ALONE = r"(?<![^\W\u3400-\u9fff])(?<![.,])[-−]?"
NUMBER = re.compile(
    rf"{_ALONE}\d{{1,3}}(?:[.,'’\u00a0\u202f ]\d{{3}})+(?:[.,]\d{{1,2}})?(?!\d)|{_ALONE}\d+(?:[.,]\d+)?(?![\d])"
)


# Chinese numbers in characters, but for single ones, which mean other things as well ("一些", "十分").
HAN_NUMBER = re.compile(r"百分之[零〇一二两三四五六七八九十百]+|[零〇一二两三四五六七八九十百千万亿]{2,}")
_HAN_DIGITS = {digit: at for at, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_STEPS = {"十": 10, "百": 100, "千": 1000}
_HAN_GROUPS = {"万": 10_000, "亿": 100_000_000}


def han_number(written: str) -> float:
    """The value of a Chinese number in characters: 一万九千 as 19000, 二〇二四 as 2024."""
    if not set(written) & {*_HAN_STEPS, *_HAN_GROUPS}:
        return float("".join(str(_HAN_DIGITS[char]) for char in written))
    total, group, digit = 0, 0, 0
    for char in written:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
        elif char in _HAN_STEPS:
            group, digit = group + (digit or 1) * _HAN_STEPS[char], 0
        else:
            total, group, digit = (total + group + digit) * _HAN_GROUPS[char], 0, 0
    return float(total + group + digit)


def without_dates(text: str) -> str:
    """The text with spaces in place of the dates in it."""
    for period in written_periods(text):
        text = text[: period.start] + " " * len(period.said) + text[period.start + len(period.said) :]
    return text


def days_in(text: str) -> list[tuple[date, date]]:
    """The first and last day of every day and month that a text names."""
    return [
        (period.first, period.last)
        for period in written_periods(text)
        if (period.last - period.first).days <= 31
    ]


def number_of(written: str) -> float:
    plain = re.sub(r"['’\s  ]", "", written).replace("−", "-")
    comma, point = plain.rfind(","), plain.rfind(".")
    decimal = max(comma, point)
    if decimal < 0:
        return float(plain)
    behind = len(plain) - decimal - 1
    both = comma >= 0 and point >= 0
    # One separator with three digits behind it groups thousands, in every one of these languages more often than not.
    if not both and (behind == 3 or plain.count(plain[decimal]) > 1):
        return float(plain.replace(",", "").replace(".", ""))
    whole = re.sub(r"[.,]", "", plain[:decimal])
    return float(f"{whole}.{plain[decimal + 1 :]}")


def told_number(value: float, language: Language, *, money: bool = False) -> str:
    """A number as that language writes it; money: parts of a unit are told as hundredths."""
    text = f"{value:,.2f}" if value % 1 else f"{value:,.0f}"
    if value % 1 and not money:
        text = text.rstrip("0").rstrip(".")
    if language in ("de", "fr"):
        text = text.replace(",", "\x00").replace(".", ",").replace("\x00", "." if language == "de" else " ")
    return text


def told_distance(first: date, last: date, language: Language, unit: str = "") -> str:
    """How far two days lie apart: in days up to two months, in months up to three years, else in years.

    unit: in whole ones of which it is told instead: d, w, mo or y.
    """
    days = abs((last - first).days)
    early, late = min(first, last), max(first, last)
    months = (late.year - early.year) * 12 + late.month - early.month - (late.day < early.day)
    if unit == "w":
        return _told("week", days // 7, language)
    if unit == "d" or (not unit and days <= 62):
        return _told("day", days, language)
    if unit == "mo" or (not unit and months <= 36):
        return _told("month", months, language)
    return _told("year", months // 12, language)


def _told(unit: str, count: int, language: Language) -> str:
    return say(unit, language) if count == 1 else say(f"{unit}s", language, n=count)
