"""The best date of a passage, where its own file says none outright: from its headings, its first lines, its names.

A date is ISO 8601 and as exact as what says it: "2023-06-11", "2023-06", "2017". Its source says where it comes from, so
that a person can judge it. The last resort is the day the file was changed, which every copy of it moves; such a date
orders memories, but no period is searched by it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime

from app.dates.entries import entries, line_period
from app.dates.periods import written_periods
from app.dates.spans import Period, month, year

HEADING = "heading"
TEXT = "text"
FILE_NAME = "file name"
FOLDER_NAME = "folder name"
CHANGED = "mtime"

_HEAD = 12  # lines of a text among which its own date stands
_DATELINE = 70  # characters of a line that gives the date of a letter,
_BESIDE = 45  # at most so many of them beside the date

_SLASHES = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(?:\d{4}|\d{2})(?![\d/])")
_DIGITS_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_DIGITS_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.](0[1-9]|1[0-2])(?![\d])")
_YEARS = re.compile(r"(?<![\d])((?:19|20)\d\d)\s?[-/–_]\s?((?:19|20)?\d\d)(?!\d)")
_YEAR = re.compile(r"(?<![\d])((?:19|20)\d\d)(?!\d)")


def fallback_date(
    headings: Sequence[str], body: str, name: str, folders: Sequence[str], mtime_ns: int | None = None
) -> tuple[str | None, str]:
    """(date, source) of a passage whose file says no date: (None, "") where nothing tells.

    headings: above it, outermost first; name: of its file, folders: above that, both as on disk, outermost first.
    """
    above = next(filter(None, map(text_period, reversed(headings))), None)
    if above and _exact(above):
        return iso(above), HEADING
    around = above or name_period(name) or next(filter(None, map(name_period, reversed(folders))), None)
    for heading in reversed(headings):
        if around and (days := line_period(heading, around, first=True)):
            return iso(days), HEADING
    first = next(
        (entry.period for entry in entries(body, around) if entry.period not in (None, around)), None
    )
    if stated := stated_day(body):
        return stated, TEXT
    if found := first or _dateline(body):
        return iso(found), TEXT
    if above:
        return iso(above), HEADING
    if found := name_period(name):
        return iso(found), FILE_NAME
    for folder in reversed(folders):
        if found := name_period(folder):
            return iso(found), FOLDER_NAME
    if mtime_ns is not None:
        return datetime.fromtimestamp(mtime_ns / 1e9, UTC).date().isoformat(), CHANGED
    return None, ""


def _exact(period: Period) -> bool:
    return (period.last - period.first).days <= 31


_LABEL = re.compile(
    r"^\W*(?:date|datum|\w+datum|stand|日期|时间)\b\s*[:：]?|^\W*(?:日期|时间)[:：]"
    r"|\b(?:stand|as of)\s+(?=(?:\w+ )?(?:19|20)\d\d)",
    re.I,
)
_BIRTH = re.compile(
    r"\b(?:bday|birthday|born|geboren|geburtstag|geb\.|née?|naissance|anniversaire)|生日|出生", re.I
)


def stated_day(body: str) -> str | None:
    """The day or month that a line of a text is labelled with ("Date : 11 février 2020", "Stand Juni 2017", "日期：…"): what
    the writer says outright, where a program's note of when it was saved may say otherwise."""
    for line in body.split("\n")[:_HEAD]:
        found = written_periods(line) if len(line) <= _DATELINE and _LABEL.match(line) else []
        if len(found) == 1 and _exact(found[0]):
            return iso(found[0])
    return None


def _dateline(body: str) -> Period | None:
    """The day of a line that says little else: "Kiel, den 3. Mai 2020", "Date: 5 March 2023", "成都，2025年7月2日"."""
    for line in body.split("\n"):
        if _BIRTH.search(line):
            continue
        found = written_periods(line) if len(line) <= _DATELINE and not _either_day(line) else []
        if len(found) == 1 and found[0].first == found[0].last and len(line) - len(found[0].said) <= _BESIDE:
            return found[0]
    return None


def _either_day(line: str) -> bool:
    """Whether a line has a day that means another one elsewhere ("05/03/2024")."""
    return any(max(int(one[1]), int(one[2])) <= 12 and one[1] != one[2] for one in _SLASHES.finditer(line))


def last_day(body: str, date: str | None) -> str | None:
    """The last day of a text's dated entries, None where they end on its date or are none."""
    periods = [entry.period for entry in entries(body, date_period(date)) if entry.period]
    last = max((period.last.isoformat() for period in periods), default=None)
    return last if last and date and last > date[:10] and len(periods) > 1 else None


def text_period(text: str) -> Period | None:
    """The days that a heading or title names: the most exact of those it names, else their whole span."""
    found = written_periods(text)
    if not found:
        return None
    return min(found, key=lambda period: (period.last - period.first, period.start))


def name_period(name: str) -> Period | None:
    """The days that the name of a file or folder carries: "2023-06 Tom", "Saison 2017", "winter 2020-21"."""
    if found := _DIGITS_DAY.search(name):
        try:
            on = date(*(int(part) for part in found.groups()))
            return Period(on, on)
        except ValueError:
            pass
    spoken = re.sub(r"(?<=\D)[-_.](?=\D)", " ", name)
    if (period := text_period(spoken)) and (period.last - period.first).days < 300:
        return period
    if found := _YEARS.search(name):
        first, last = int(found[1]), found[2]
        until = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
        if first < until <= first + 30 and not (len(last) == 2 and int(last) <= 12):
            return Period(year(first).first, year(until).last)
    if found := _DIGITS_MONTH.search(name):
        return month(int(found[1]), int(found[2]))
    if found := _YEAR.search(name):
        return year(int(found[1]))
    return None


def iso(period: Period) -> str:
    """The first day of a period, as exact as the period: a day, a month or a year."""
    first = period.first.isoformat()
    if (period.last - period.first).days >= 300:
        return first[:4]
    whole_months = period.first.day == 1 and (period.last - period.first).days >= 27
    return first[:7] if whole_months else first


def date_period(stamp: str | None) -> Period | None:
    """The days of a date in ISO 8601, whole or cut to its month or year; None where it is none."""
    try:
        if not stamp:
            return None
        if len(stamp) == 4:
            return year(int(stamp))
        if len(stamp) == 7:
            return month(int(stamp[:4]), int(stamp[5:]))
        on = date.fromisoformat(stamp[:10])
        return Period(on, on)
    except ValueError:
        return None
