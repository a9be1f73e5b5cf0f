"""The dated entries of a text: a journal's days, a diary's headings, the months of a garden list, the rows of a table.

A line that begins with a date, whatever marks stand before it, begins an entry, which goes to the next such line. A date
without its year takes the year of the entry before it, and at the first one that of what surrounds the text; where months
run backwards by half a year or more, a new year has begun. Nothing is guessed: without any year there is no date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.dates.patterns import MONTH, month_number
from app.dates.periods import written_periods
from app.dates.spans import Period, day, month

_MARKS = r"[\s>*#_|•·\-–—\[(]*(?:\[[ xX]\]\s*)?(?:TODO|DONE)?\s*[*_\[]*"
_DAY_MONTH = re.compile(
    rf"^{_MARKS}(\d\d?)(?:st|nd|rd|th|\.|er)?\s*(?:[–-]\s*\d\d?\.?\s*)?{MONTH}(?!\w)", re.I
)
_MONTH_DAY = re.compile(rf"^{_MARKS}{MONTH}\s+(\d\d?)(?:st|nd|rd|th)?(?![\d.]*\d)", re.I)
_DAY_NUMBERS = re.compile(rf"^{_MARKS}(\d\d?)\.(\d\d?)\.(?!\d)", re.I)
_MONTH_ALONE = re.compile(rf"^{_MARKS}{MONTH}(?=[\s:*_,.\-–]*(?:[:*]|$))", re.I)
_DAY_ZH = re.compile(rf"^{_MARKS}(\d\d?)月(?:(\d\d?)[日号])?")
_BEFORE_DATE = re.compile(rf"^{_MARKS}(?:\w+,?\s+)?$")
_SHORT_YEAR = re.compile(rf"^{_MARKS}(\d\d?)\.(\d\d?)\.(\d\d)(?!\d)")
_HEADING = re.compile(r"^(#{1,6}|\*{1,6}) ")


@dataclass(frozen=True)
class Entry:
    """A part of a text with the days it is about, None where none is known. start, end: characters of the text."""

    period: Period | None
    text: str
    start: int
    end: int


def entries(text: str, around: Period | None = None) -> list[Entry]:
    """The entries of a text in their order; what stands before the first is one of its own, with the days `around`.

    around: the days of what the text is part of; its year counts for dates that have none.
    """
    starts = list(_starts(text, around))
    if not starts or starts[0][0] > 0:
        starts.insert(0, (0, around))
    ends = [start for start, _ in starts[1:]] + [len(text)]
    return [
        Entry(period, text[start:end].strip("\n"), start, end)
        for (start, period), end in zip(starts, ends, strict=True)
        if text[start:end].strip()
    ]


def _starts(text: str, around: Period | None) -> Iterator[tuple[int, Period | None]]:
    """Where entries begin, with their days. A heading without a date ends an entry."""
    last, level = around, 0
    offset = 0
    for line in text.split("\n"):
        found = line_period(line, last, first=last is around)
        heading = _HEADING.match(line)
        if found is not None:
            last, level = found, len(heading[1]) if heading else 99
            yield offset, found
        elif heading and len(heading[1]) <= level:
            level = 0
            yield offset, around
        offset += len(line) + 1


def line_period(line: str, before: Period | None, *, first: bool = False) -> Period | None:
    """The days that a line begins with, None where it begins with no date.

    before: the entry above, or what surrounds the text where `first`.
    """
    written = written_periods(line[:80])
    if written and _BEFORE_DATE.match(line[: written[0].start]) and _exact(written[0]):
        return written[0]
    if short := _SHORT_YEAR.match(line):
        return _valid_day(2000 + int(short[3]), int(short[2]), int(short[1]))
    number, on = _month_and_day(line)
    if number is None or before is None:
        return None
    year = _year_of(number, before, first)
    if year is None:
        return None
    return month(year, number) if on is None else _valid_day(year, number, on)


def _exact(period: Period) -> bool:
    """A day or a month: a line that begins with a year only is more often a title."""
    return (period.last - period.first).days <= 31


def _month_and_day(line: str) -> tuple[int | None, int | None]:
    if found := _DAY_MONTH.match(line):
        return month_number(found[2]), int(found[1])
    if found := _MONTH_DAY.match(line):
        return month_number(found[1]), int(found[2])
    if found := _DAY_NUMBERS.match(line):
        return (int(found[2]), int(found[1])) if 1 <= int(found[2]) <= 12 else (None, None)
    if found := _MONTH_ALONE.match(line):
        return month_number(found[1]), None
    if found := _DAY_ZH.match(line):
        if not 1 <= int(found[1]) <= 12:
            return None, None
        return int(found[1]), int(found[2]) if found[2] else None
    return None, None


def _year_of(number: int, before: Period, first: bool) -> int | None:
    """The year of a month that is said without one."""
    if not first:
        return before.first.year + (before.first.month - number >= 6)
    if (before.last - before.first).days > 3 * 366:
        return None
    years = range(before.first.year, before.last.year + 1)
    inside = [
        year
        for year in years
        if before.first <= month(year, number).last and month(year, number).first <= before.last
    ]
    if inside:
        return inside[0]
    # A winter's notes begin before it and end after it.
    return before.last.year if number <= 6 else before.first.year


def _valid_day(year: int, number: int, on: int) -> Period | None:
    try:
        return day(year, number, on)
    except ValueError:
        return None
