"""Rules for days that are said without their year: "on July 1", "am 1. Juli", "le 1er juillet", "7月1日", "10月1日至5日".

They are of the one year that is said elsewhere in the question, or mean the last such day up to today, as a month without
its year does; in what is asked about plans ("What do I have on December 5?") the next one, if it is near.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from app.dates.patterns import MONTH, Rule, compiled, month_number, month_zh
from app.dates.spans import Period

MONTH_ZH = r"(?<![年月日\d十])(\d\d?|十[一二]?|[一二三四五六七八九])月"
DAY_ZH = r"(\d\d?|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]"
_DIGITS_ZH = "〇一二三四五六七八九"
# Months that are everyday words as well: "may 5 people come?", "a march 10 miles long".
_WORDS = frozenset(("may", "march", "mar", "dec", "sept", "jan", "mai", "okt", "oct"))


_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d%]|[.,]\d)")
NEAR = 90  # days ahead that a plan may lie
_PLANS = re.compile(
    r"\b(?:will|upcoming|planned|scheduled|due|do (?:i|we) have|(?:am|are) (?:i|we)|is there|are there|what(?: i|')s on"
    r"|steht|stehen|habe ich|haben wir|gibt es|geplant|findet|wird|fällig|muss|müssen"
    r"|prévue?s?|sera|y a-t-il|ai-je|j'ai|avons-nous|dois)\b|安排|要做|将|会有|有什么|有没有|打算|计划|要去|到期",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:did|(?-i:was)|were|had|happened|said|war|waren|hatte|hatten|wurde|wurden|passiert|ge\w{2,}(?:t|en)|était|étaient|passée?"
    r"|eu|fait)\b|了|过|发生|当时|那天",
    re.IGNORECASE,
)


def day_zh(written: str) -> int:
    """二十八 as 28."""
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    return (10 * (_DIGITS_ZH.index(tens) if tens else 1) if ten else 0) + (
        _DIGITS_ZH.index(ones) if ones else 0
    )


def last_such(month: int, number: int, today: date) -> date:
    """The last day of that month and number up to today. Raises ValueError where no year has it."""
    for year in range(today.year, max(today.year - 8, 1), -1):
        if (month, number) == (2, 29) and not _leap(year):
            continue
        if (on := date(year, month, number)) <= today:
            return on
    raise ValueError(f"no year has a day {number} in month {month}")


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _day(match: re.Match[str], month: int, number: int, today: date) -> Period:
    years = set(_YEAR.findall(match.string))
    if len(years) == 1:
        on = date(int(years.pop()), month, number)
        return Period(on, on)
    ahead = last_such(month, number, today + timedelta(days=NEAR))
    planned = ahead > today and _PLANS.search(match.string) and not _PAST.search(match.string)
    on = ahead if planned else last_such(month, number, today)
    return Period(on, on)


def _from_to(months: tuple[int, int], days: tuple[int, int], today: date) -> Period:
    """From one day to another, the later of which is the last such day up to today."""
    last = last_such(months[1], days[1], today)
    return Period(last_such(months[0], days[0], last), last)


def _named(match: re.Match[str], month: str, number: str, today: date) -> Period | None:
    small = month.islower() and month.rstrip(".") in _WORDS
    return (
        None
        if small and not _LED.search(match.group())
        else _day(match, month_number(month), int(number), today)
    )


# What says of a word that is written small that it is a month.
_LED = re.compile(r"^(?:on|le|du|au|am|vom|zum)\s|\d(?:st|nd|rd|th|er|\.)|\d\s+mai\b", re.IGNORECASE)

DAYS_OF_YEAR: list[Rule] = [
    (
        compiled(rf"{MONTH_ZH}{DAY_ZH}"),
        lambda m, t: _day(m, month_zh(m[1]), day_zh(m[2]), t),
    ),
    (
        compiled(
            rf"{MONTH_ZH}{DAY_ZH}?(?:到|至|[–—~-])(?:(\d\d?|十[一二]?|[一二三四五六七八九])月)?{DAY_ZH}"
        ),
        lambda m, t: (
            _from_to((month_zh(m[1]), month_zh(m[3] or m[1])), (day_zh(m[2]), day_zh(m[4])), t)
            if m[2]
            else None
        ),
    ),
    (
        compiled(
            rf"\b(?:on\s+|am\s+|le\s+|du\s+|vom\s+|zum\s+)?(?:the\s+)?(?<![\d.,:/-])(\d\d?)(?:st|nd|rd|th|er|\.)?\s+(?:of\s+)?"
            rf"{MONTH}(?!\w|,?\s*\d\d\d\d)"
        ),
        lambda m, t: _named(m, m[2], m[1], t),
    ),
    (
        compiled(
            rf"\b(?:on\s+)?{MONTH}\s+(?:the\s+)?(\d\d?)(?:st|nd|rd|th)?(?![\w%:€$]|[.,]\d|,?\s+(?:19|20)\d\d(?!\d))"
        ),
        lambda m, t: _named(m, m[1], m[2], t),
    ),
    (
        compiled(r"\b(?:am|vom|zum|seit dem|ab dem|nach dem|vor dem)\s+(\d\d?)\.\s?(\d\d?)\.(?!\s?\d)"),
        lambda m, t: _day(m, int(m[2]), int(m[1]), t),
    ),
]
