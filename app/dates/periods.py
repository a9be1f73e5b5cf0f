"""The period that a question asks about: its first and last day, from the words that say it, relative to today.

English, German, French and Chinese are read together, since a question may mix them ("in the Sommer of 2019"). Each rule
is a pattern and a function from its match to a period; the rule whose match is longest wins, so that "in March 2023" is a
month and not the year in it. "since", "before" and "after" in front of a date open the period towards one side.

What it does not do: resolve periods that only memories know ("before we moved"), hours, and calendars but the Gregorian.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from app.dates.days_of_year import DAYS_OF_YEAR
from app.dates.patterns import Rule
from app.dates.relative import RELATIVE
from app.dates.spans import EARLIEST, LATEST, Period
from app.dates.written import WRITTEN


def find_period(text: str, today: date) -> Period | None:
    """The period that a text names, None where it names none. Of several, the one that is said in most words."""
    return max(find_periods(text, today), key=lambda period: (len(period.said), -period.start), default=None)


def find_periods(text: str, today: date) -> list[Period]:
    """All periods that a text names, in their order; one that lies within another's words is left out."""
    matches = _matches(text, today, [*WRITTEN, *DAYS_OF_YEAR, *RELATIVE])
    return _apart(_opened(period, text, today) for period in matches)


def written_periods(text: str) -> list[Period]:
    """Those that mean the same on every day ("March 2023", not "last March"), as find_periods gives them."""
    return _apart(_matches(text, EARLIEST, WRITTEN))


def _apart(periods: Iterable[Period]) -> list[Period]:
    found: list[Period] = []
    for period in sorted(periods, key=lambda period: -len(period.said)):
        if not any(_overlap(period, other) for other in found):
            found.append(period)
    return sorted(found, key=lambda period: period.start)


def _matches(text: str, today: date, rules: Sequence[Rule]) -> Iterator[Period]:
    for pattern, read in rules:
        for match in pattern.finditer(text):
            try:
                period = read(match, today)
            except (ValueError, OverflowError):  # 31 February
                continue
            if period is not None:
                said = match.group()
                start = match.start() + len(said) - len(said.lstrip())
                yield replace(period, said=said.strip(), start=start)


def _overlap(left: Period, right: Period) -> bool:
    return left.start < right.start + len(right.said) and right.start < left.start + len(left.said)


_SINCE = re.compile(r"\b(?:since|seit|depuis|ab|from)\s+(?:the\s+|dem\s+|der\s+|le\s+|la\s+)?$", re.I)
_BEFORE = re.compile(
    r"\b(?:before|prior to|until|till|vor|bis|avant|jusqu'(?:à|en))\s+(?:the\s+|dem\s+|der\s+|le\s+|la\s+)?$",
    re.I,
)
_AFTER = re.compile(r"\b(?:after|nach|après)\s+(?:the\s+|dem\s+|der\s+|le\s+|la\s+)?$", re.I)
_BEFORE_ZH = re.compile(r"^\s*(?:以前|之前)")
_AFTER_ZH = re.compile(r"^\s*(?:以后|之后)")
_SINCE_ZH = re.compile(r"^\s*(?:以来|起)")


def _opened(period: Period, text: str, today: date) -> Period:
    """The period with the side opened that a word before or behind it opens."""
    before, behind = text[: period.start], text[period.start + len(period.said) :]
    if _SINCE.search(before) or _SINCE_ZH.search(behind):
        return replace(period, last=max(today, period.last))
    if _BEFORE.search(before) or _BEFORE_ZH.search(behind):
        until = _BEFORE.search(before)
        kept = until and re.match(r"(?i)until|till|bis|jusqu", until.group().strip())
        return replace(period, first=EARLIEST, last=period.last if kept else period.first - timedelta(days=1))
    if _AFTER.search(before) or _AFTER_ZH.search(behind):
        return replace(period, first=period.last + timedelta(days=1), last=LATEST)
    return period
