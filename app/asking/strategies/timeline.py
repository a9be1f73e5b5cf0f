"""What was in a period, and what was done about something in it: every match, in order of time.

Code alone finds and orders; no model writes a word, so nothing can be made up. Each line is the file's, with its passage's
number behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.asking.language import Language
from app.asking.lines import Line, about, in_order, lines_of, telling
from app.asking.memory import Cited, Evidenced, Memory, Said
from app.asking.question import Question
from app.asking.texts import say
from app.dates.best import iso
from app.dates.phrases import phrases
from app.dates.spans import Period
from storage.records import Document

CANDIDATES = 400
SEARCHED = 8
MOST = 30  # lines shown
OF_ONE = 8  # lines of one passage, where there are many passages


def answer(question: Question, memory: Memory) -> Iterator[Said]:
    """Raises ValueError without a period."""
    if question.period is None:
        raise ValueError("a timeline needs a period")
    lines = gathered(question, question.period, memory)
    yield from told(lines, question.language)


def gathered(question: Question, period: Period, memory: Memory) -> list[Line]:
    """Every line about the question's topic in the period, in order of time."""
    documents: dict[int, Document] = {}
    for document in (*memory.dated(period, CANDIDATES), *memory.saying(phrases(period), CANDIDATES)):
        documents.setdefault(document.id, document)
    lines = [line for document in documents.values() for line in telling(lines_of(document, period))]
    if question.topic and lines:
        searched = memory.search(question.text, SEARCHED, list(documents))
        found = [hit.document.id for hit in searched if hit.document.id in documents]
        lines = about(lines, question.topic, found) or lines
    return in_order(_shared_out(lines))


def _shared_out(lines: Sequence[Line]) -> list[Line]:
    """At most so many of one passage that every passage gets its turn."""
    passages = len({line.document.id for line in lines})
    most = max(2, min(OF_ONE, MOST // max(1, passages))) if passages > 1 else MOST
    kept: list[Line] = []
    counts: dict[int, int] = {}
    for line in lines:
        counts[line.document.id] = counts.get(line.document.id, 0) + 1
        if counts[line.document.id] <= most or (line.period is not None and _day(line)):
            kept.append(line)
    return kept


def _day(line: Line) -> bool:
    return line.period is not None and line.period.first == line.period.last and len(line.text) < 200


def told(lines: Sequence[Line], language: Language) -> Iterator[Said]:
    """The lines as evidence and text; nothing where there are none."""
    shown = lines[:MOST]
    numbers: dict[int, int] = {}
    cited: list[Cited] = []
    for line in shown:
        if line.document.id not in numbers:
            cited.append(Cited(line.document))
            numbers[line.document.id] = len(cited)
    yield Evidenced(tuple(cited))
    for at, line in enumerate(shown):
        day = f"{iso(line.period)}: " if line.period and iso(line.period) not in line.text else ""
        yield ("\n" if at else "") + f"- {day}{line.text} [{numbers[line.document.id]}]"
    if len(lines) > MOST:
        yield "\n" + say("more", language, count=len(lines) - MOST)
