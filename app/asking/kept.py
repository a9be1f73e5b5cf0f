"""Summaries that were asked for before: given again as they were while every passage is as it was, else made anew.

Whether anything changed is asked of the passages themselves each time, so a kept summary is never older than the files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from app.asking.lines import Line, in_order, lines_of
from app.asking.question import Question
from storage.records import Document
from storage.summaries import KeptSummary, Part, Request


@dataclass(frozen=True)
class Change:
    """What is otherwise since a summary was kept: passages that are new, or say something else; and that are gone, or said
    something else.
    """

    came: int
    went: int


def made_by() -> str:
    return version("doppel")


def request_of(question: Question) -> Request:
    """What a summary is of: the same topic, period and language are the same request, however it is worded."""
    period = question.period
    days = (period.first.isoformat(), period.last.isoformat()) if period else (None, None)
    return Request(question.text, question.language, " ".join(sorted(question.topic)), *days)


def parts_of(documents: Sequence[Document], lines: Sequence[Line], question: Question) -> dict[int, Part]:
    """The passages that were gone through, with the places of the lines that were taken."""
    taken = {(line.document.id, line.text, line.period) for line in lines}
    cited = {line.document.id for line in lines}
    parts: dict[int, Part] = {}
    for document in documents:
        of = lines_of(document, question.period) if document.id in cited else []
        places = [at for at, line in enumerate(of) if (document.id, line.text, line.period) in taken]
        parts[document.id] = Part(state_of(document), tuple(places))
    return parts


def change(kept: KeptSummary, documents: Sequence[Document]) -> Change:
    """What changed since a summary was kept. documents: those that it would go through now."""
    same = sum(
        document.id in kept.parts and kept.parts[document.id].state == state_of(document)
        for document in documents
    )
    return Change(len(documents) - same, kept.passages - same)


def lines_again(kept: KeptSummary, documents: Sequence[Document], question: Question) -> list[Line]:
    """The lines of a summary of which nothing changed."""
    lines: list[Line] = []
    for document in documents:
        if places := kept.parts[document.id].lines:
            of = lines_of(document, question.period)
            lines += [of[at] for at in places if at < len(of)]
    return in_order(lines)


def state_of(document: Document) -> str:
    """A digest of what the lines of a passage are worked out from."""
    of = (document.text, document.date, document.date_last, document.date_source, document.path)
    return hashlib.sha256(repr(of).encode("utf-8", "surrogatepass")).hexdigest()
