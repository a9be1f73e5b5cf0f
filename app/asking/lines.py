"""The lines of passages that answer "what was": each with its days and the passage it stands in.

A passage gives its dated entries, and inside entries that are older or undated the sentences that name a day or month
themselves. Of a passage that is dated as a whole (a mail, minutes) its own lines count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.asking.memory import own_words
from app.asking.plain import plain
from app.asking.topic import share
from app.dates.best import CHANGED, date_period, name_period
from app.dates.entries import entries
from app.dates.periods import written_periods
from app.dates.spans import LATEST, Period
from storage.records import Document

_SENTENCE = re.compile(r"\n+|(?<=[.!?])\s+(?=[A-ZÄÖÜÀ-Þ\d„\"“])|(?<=[。！？])")
_MONTH_DAYS = 31


@dataclass(frozen=True)
class Line:
    """Something that a passage says. period: the days it is about, None where nothing tells."""

    text: str
    period: Period | None
    document: Document


def lines_of(document: Document, period: Period | None = None) -> list[Line]:
    """The lines of a passage, in its order; with a period only those about days in it."""
    around = days_of(document)
    body = own_words(document)
    found: list[Line] = []
    for entry in entries(body, around):
        if period is None or (entry.period and _inside(entry.period, period)):
            found += _pieces(entry.text, entry.period, document)
        elif entry.period is None or not _apart(entry.period, period):
            found += _mentioning(entry.text, period, document)
    return found


def days_of(document: Document) -> Period | None:
    """The days that a passage is about as a whole, None where only the day its file was changed is known."""
    if document.date_source != CHANGED and (period := date_period(document.date)):
        return period
    return name_period(document.path.rsplit("/", 1)[-1]) if document.path else None


def _inside(days: Period, period: Period) -> bool:
    """Whether days belong to a period: all of them, or at least some where they are no longer than a month."""
    if period.first <= days.first and days.last <= period.last:
        return True
    return (days.last - days.first).days < _MONTH_DAYS and not _apart(days, period)


def _apart(left: Period, right: Period) -> bool:
    return left.last < right.first or right.last < left.first


def _pieces(text: str, period: Period | None, document: Document) -> list[Line]:
    """An entry in one piece if it is short, else by its lines."""
    whole = plain(text, 2000)
    if len(whole) <= 280:
        return [Line(whole, period, document)] if whole else []
    pieces = [plain(piece, 280) for piece in _SENTENCE.split(text)]
    joined: list[str] = []
    for piece in pieces:
        if not piece:
            continue
        if joined and len(joined[-1]) + len(piece) < 200:
            joined[-1] = f"{joined[-1]} {piece}"
        else:
            joined.append(piece)
    return [Line(piece, period, document) for piece in joined]


def _mentioning(text: str, period: Period, document: Document) -> Iterator[Line]:
    for sentence in _SENTENCE.split(text):
        named = [p for p in written_periods(sentence) if _inside(p, period)]
        if named:
            yield Line(plain(sentence), named[0], document)


def in_order(lines: Iterable[Line]) -> list[Line]:
    """By their first day, undated ones last, each text once."""
    once: dict[str, Line] = {}
    for line in lines:
        once.setdefault(line.text.casefold(), line)
    return sorted(once.values(), key=lambda line: line.period.first if line.period else LATEST)


def about(lines: Sequence[Line], topic: Sequence[str], found: Sequence[int]) -> list[Line]:
    """The lines about a topic: that say one of its words, themselves or by what they stand under, or stand in a passage
    that a search for the question found."""
    if not topic:
        return list(lines)
    return [
        line
        for line in lines
        if share(topic, f"{line.text} {heading_of(line.document)}") > 0 or line.document.id in found
    ]


def heading_of(document: Document) -> str:
    """What a passage stands under: its file, title, place and author, for matching words."""
    path = document.path.rsplit("/", 2)[-2:] if document.path else []
    return " ".join([*path, document.title, document.place, document.author])
