"""All of something: every line that belongs to what is asked for, in order of time.

Which passages are meant is said by the search; which of their points, by how many of the question's words they or the
headings over them have. Code alone gathers, so nothing is made up; what a search does not find is not listed.
"Which tomatoes survived?" may ask for all lines about them or for a word in one: where they stand in one file and a reading
is sure of it, the word answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.asking.everyday.abroad import senses, told_of
from app.asking.language import language_of
from app.asking.lines import Line, days_of, heading_of, in_order
from app.asking.memory import Cited, Evidenced, Memory, Said, own_words
from app.asking.plain import blocks, plain
from app.asking.question import Question
from app.asking.readings import Reading, whole
from app.asking.strategies.fact import favoured
from app.asking.strategies.timeline import gathered, told
from app.asking.topic import share
from app.dates.entries import entries
from app.dates.spans import Period
from storage.records import Document

SEARCHED, SAYING = 24, 100
HALF = 0.5  # of what is asked
NEAR = 0.6  # share of the best point's share of the topic's words that another one needs
INSTEAD = 3
MOST_OF_ONE = 20
TITLE = 60  # characters
SHORT = 80  # characters: a name or a few, not a sentence
_SENTENCE = re.compile(r"[.!?;。！？；|]\s*$|[:：]\s*\S|\|")


def answer(question: Question, memory: Memory) -> Iterator[Said]:
    if question.period is not None:
        lines = gathered(question, question.period, memory)
        lines = nearest(question, lines) or lines
    else:
        lines = in_order(collected(question, pool(question, memory), memory))
    lines = under_titles(lines, question.period)
    if question.bound:
        lines = [line for line in lines if question.bound.holds(line.text)]
    files = {line.document.file_id for line in lines}
    if not question.every and len(files) == 1 and (said := _read(question, files.pop(), memory)):
        yield Evidenced(said.cited, said.agreement)
        yield said.text
        return
    yield from told(lines, question.language)


def _read(question: Question, file: int | None, memory: Memory) -> Reading | None:
    """A short and sure reading from this file."""
    reading = whole(memory.read(question.text, favoured(question.period, memory)))
    short = reading.sure and len(reading.text) <= SHORT
    source = reading.source if short else None
    return reading if source is not None and source.document.file_id == file else None


def pool(question: Question, memory: Memory) -> list[Cited]:
    """The passages that a list may be of: those that the search finds, and all that say one of the question's words. A
    search that is made for one answer shows little of each file, a list may stand in many passages of one."""
    found = memory.search(question.text, SEARCHED)
    known = {hit.document.id for hit in found}
    said = memory.saying(question.topic, SAYING) if question.topic else []
    return [*found, *(Cited(document) for document in said if document.id not in known)]


def collected(question: Question, found: Sequence[Cited], memory: Memory) -> list[Line]:
    """The points of the found passages that have most of the question's words, themselves or by what they stand under; where
    none has half of them, those in other languages that speak of more."""
    points = _all_points(found)
    near = nearest(question, points)
    most = max((_share(question, line) for line in near), default=0.0)
    if most < HALF and (abroad := _abroad(question, most, memory)):
        return abroad
    # Asked in other words: what the search puts first.
    return near or [line for hit in found[:INSTEAD] for line in _points(hit.document)]


def _abroad(question: Question, most: float, memory: Memory) -> list[Line]:
    """The points of passages in other languages that speak of at least half of what is asked, and of more than `most`."""
    sought = senses(question.text, question.language)
    hits = [
        hit
        for hit in (memory.across(question.text, SEARCHED) if sought else [])
        if language_of(own_words(hit.document)) != question.language
    ]
    lines = _all_points(hits)
    told_by = [told_of(sought, f"{line.text} {heading_of(line.document)}") for line in lines]
    best = max(told_by, default=0.0)
    if best < HALF or best <= most:
        return []
    return [line for line, part in zip(lines, told_by, strict=True) if part >= best]


def under_titles(lines: Sequence[Line], period: Period | None) -> list[Line]:
    """The lines, with what stands under a title in its place: "Books read in 2025" says nothing of what was read."""
    found: list[Line] = []
    for line in lines:
        below = _points(line.document)[1:] if _is_title(line) else []
        rest = [one for one in below if not (period and one.period) or one.period.meets(period)]
        found += rest if len(rest) > 1 else [line]
    return in_order(found) if len(found) > len(lines) else list(lines)


def _is_title(line: Line) -> bool:
    """Whether a line is the first of its passage and no sentence, a list or paragraphs below it."""
    first, *rest = own_words(line.document).strip().split("\n")
    return bool(rest) and plain(first) == line.text and len(first) <= TITLE and not _SENTENCE.search(first)


def nearest(question: Question, lines: Sequence[Line]) -> list[Line]:
    """The lines that have most of the question's words, and those with nearly as many; none where none has any."""
    parts = [_share(question, line) for line in lines]
    least = NEAR * max(parts, default=0.0)
    return [line for line, part in zip(lines, parts, strict=True) if part >= least > 0]


def _share(question: Question, line: Line) -> float:
    return share(question.topic, f"{line.text} {heading_of(line.document)}")


def _all_points(found: Sequence[Cited]) -> list[Line]:
    return [line for hit in found for line in _points(hit.document)]


def _points(document: Document) -> list[Line]:
    """What a passage is made of: its dated entries where there are several, else its paragraphs, points and rows."""
    days = days_of(document)
    parts = entries(own_words(document), days)
    if sum(part.period not in (None, days) for part in parts) > 1:
        cut = [(part.text, part.period) for part in parts]
        cut[0] = ("\n".join(_without_head(parts[0].text.split("\n"))), parts[0].period)
    else:
        cut = [(block, part.period) for part in parts for block in _without_head(blocks(part.text))]
    lines = [Line(plain(text), period, document) for text, period in cut]
    return [line for line in lines if any(char.isalpha() for char in line.text)][:MOST_OF_ONE]


def _without_head(rows: list[str]) -> list[str]:
    """The rows of a table without the names of its columns."""
    table = len(rows) > 1 and all(row.count("|") > 1 for row in rows[:2])
    return rows[1:] if table and not any(char.isdigit() for char in rows[0]) else rows
