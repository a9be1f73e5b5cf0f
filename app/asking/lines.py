"""The lines of passages that answer "what was": each with its days and the passage it stands in.

A passage gives its dated entries, and inside entries that are older or undated the sentences that name a day or month
themselves. Of a passage that is dated as a whole (a mail, minutes) its own lines count.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.asking.memory import own_words
from app.asking.plain import LONGEST, blocks, in_sentences, plain, shortened
from app.asking.topic import share
from app.dates.best import CHANGED, date_period, name_period
from app.dates.entries import entries
from app.dates.periods import written_periods
from app.dates.spans import LATEST, Period
from storage.records import Document

PIECE = 160  # characters up to which sentences share a line
BESIDE = 2
INSTEAD = 5
_MONTH_DAYS = 31
# Whom a mail is to, how it greets; a heading or a signature of one word.
_FORMAL = re.compile(
    r"(?:to|cc|bcc|an|à|收件人|抄送|发件人): ?[^@\n]{0,60}@\S+|(?:my )?(?:dear|hi|hello|hey|hallo|liebe[rs]?"
    r"|sehr geehrte[rs]?|chère?s?|bonjour|salut|亲爱的|你好|您好)\b[^.?:：]{0,40}[,!，！]?",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?:(?![\u3040-\u9fff])[^\W\d_])+\.?")


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
        else:
            found += _mentioning(entry.text, period, document)
    return found


def days_of(document: Document) -> Period | None:
    """The days that a passage is about as a whole, None where only the day its file was changed is known."""
    if document.date_source != CHANGED and (period := date_period(document.date)):
        return period
    return name_period(document.path.rsplit("/", 1)[-1]) if document.path else None


def telling(lines: Sequence[Line]) -> list[Line]:
    """The lines of a passage that say something; all where none does. A word is a heading where more of its day follows."""
    said = [
        line
        for line, after in itertools.zip_longest(lines, lines[1:])
        if not _FORMAL.fullmatch(line.text)
        and not (_WORD.fullmatch(line.text) and after and after.period == line.period)
    ]
    return said or list(lines)


def _inside(days: Period, period: Period) -> bool:
    """Whether days belong to a period: all of them, or at least some where they are no longer than a month."""
    if period.first <= days.first and days.last <= period.last:
        return True
    return (days.last - days.first).days < _MONTH_DAYS and days.meets(period)


def _pieces(text: str, period: Period | None, document: Document) -> list[Line]:
    """An entry in one piece if it is short, else by its paragraphs and points, long ones by their sentences."""
    whole = plain(text, 2000)
    if len(whole) <= LONGEST:
        return [Line(whole, period, document)] if whole else []
    pieces = (piece for block in blocks(text) for piece in in_sentences(block, PIECE))
    return [Line(shortened(piece, LONGEST), period, document) for piece in pieces]


def _mentioning(text: str, period: Period, document: Document) -> Iterator[Line]:
    for block in blocks(text):
        for sentence in in_sentences(block, PIECE):
            named = [p for p in written_periods(sentence) if _inside(p, period)]
            if named:
                yield Line(shortened(sentence, LONGEST), named[0], document)


def in_order(lines: Iterable[Line]) -> list[Line]:
    """By their first day, undated ones last, each text once."""
    once: dict[str, Line] = {}
    for line in lines:
        once.setdefault(line.text.casefold(), line)
    once = {text: line for text, line in once.items() if any(char.isalpha() for char in text)}
    return sorted(once.values(), key=lambda line: line.period.first if line.period else LATEST)


def about(lines: Sequence[Line], topic: Sequence[str], found: Sequence[int]) -> list[Line]:
    """The lines about a topic: those that say one of its words, themselves or by what they stand under, and those of the
    passages that a search for the question puts first, whose words may be of another language.

    found: passages of the search, the best first; more of them count where no line says a word of the topic.
    """
    saying = {id(line) for line in lines if share(topic, f"{line.text} {heading_of(line.document)}") > 0}
    first = set(found[:BESIDE] if saying else found[:INSTEAD])
    return [line for line in lines if id(line) in saying or line.document.id in first]


def heading_of(document: Document) -> str:
    """What a passage stands under: its file, title, place and author, for matching words."""
    path = document.path.rsplit("/", 2)[-2:] if document.path else []
    return " ".join([*path, document.title, document.place, document.author])


def with_heading(document: Document) -> str:
    """A passage behind what it stands under, for matching words."""
    return f"{heading_of(document)} {document.text}"
