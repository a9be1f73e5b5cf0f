"""Two memories that say otherwise: the same question is read once more from another passage that is as much about it.

Of differently dated ones the newer answers and the older is mentioned with its date; where neither is known to be the newer,
both are shown and the answer is not sure. At most READ passages are read again, one at a time, and only if they have the
question's words, are from another file or time, and the answer's own passage is known. What it says counts if the
question's words stand about it as they do about the answer: a passage speaks of several things.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.asking.lines import days_of, heading_of
from app.asking.memory import Cited, Memory
from app.asking.question import Question
from app.asking.readings import Reading, whole
from app.asking.texts import say
from app.asking.topic import share
from app.asking.values import say_otherwise
from app.dates.best import iso
from app.dates.spans import Period
from engine.answering.spans import locate
from storage.records import Document

READ = 2
BEARS = 0.5  # share of the question's words that a passage needs to be about it
BESIDE = 0.8  # of what the answer's own passage has
AROUND = 160  # characters on each side of an answer, within its paragraph, that say what it is about
NOT_SURE = 0.0  # the agreement of an answer that another memory contradicts
# Asked for a reason or a way, two passages may well say different things that are both so.
_OPEN = re.compile(
    r"\b(?:why|how come|how do|how does|how to|warum|wieso|weshalb|pourquoi|comment)\b|为什么|为何|怎么|怎样|如何",
    re.I,
)


@dataclass(frozen=True)
class Settled:
    """Two readings of one question that say otherwise. answer: the newer one, or the first; dated: `other` is older."""

    answer: Reading
    other: Reading
    dated: bool


def rivals(question: Question, cited: Sequence[Cited], own: Document | None = None) -> list[Document]:
    """Passages that bear on the question beside the answer's own, the newest first; without `own` any two."""
    if _OPEN.search(question.text) or not question.topic:
        return []
    bearing = {hit.document.id: bears(question, hit.document) for hit in cited}
    least = max(BEARS, BESIDE * bearing.get(own.id, 0.0)) if own else BEARS
    found = [
        hit.document
        for hit in cited
        if bearing[hit.document.id] >= least
        and hit.document.message_id is None
        and (own is None or _apart(own, hit.document))
        and _within(question.period, days_of(hit.document))
    ]
    return sorted(found, key=_age, reverse=True)


def bears(question: Question, document: Document) -> float:
    """Which share of the question's words a passage has, with what it stands under."""
    return share(question.topic, f"{heading_of(document)} {document.text}")


def _about(question: Question, said: str, document: Document) -> float:
    """Which share of the question's words stand about an answer in its passage, or over it."""
    span = locate(said, document.text)
    if span is None:
        return 0.0
    before, behind = document.text[: span[0]], document.text[span[1] :]
    around = before.rpartition("\n\n")[2][-AROUND:] + said + behind.partition("\n\n")[0][:AROUND]
    return share(question.topic, f"{heading_of(document)} {around}")


def may_disagree(question: Question, cited: Sequence[Cited]) -> bool:
    """Whether an answer is to wait for a second look, before it is read: whether two passages apart from each other bear on
    it."""
    found = rivals(question, cited)
    return any(_apart(found[0], other) for other in found[1:])


def settled(question: Question, reading: Reading, memory: Memory) -> Settled | None:
    """The first passage that says otherwise than an answer, with both answers in their order; None where none does."""
    own = reading.source
    if own is None or own.document.message_id is not None:
        return None
    for document in rivals(question, reading.cited, own.document)[:READ]:
        if memory.cancelled():
            return None
        if locate(reading.text, document.text):
            continue
        again = whole(memory.read(question.text, only=(document.id,)))
        if not again.sure or not locate(again.text, document.text):
            continue
        alike = _about(question, again.text, document) >= BESIDE * _about(
            question, reading.text, own.document
        )
        if alike and say_otherwise(reading.text, again.text):
            first = replace(reading, cited=(own,))
            second = replace(again, cited=(Cited(document, own.score),))
            days = days_of(own.document), days_of(document)
            if _newer(days[1], days[0]):
                return Settled(second, first, True)
            return Settled(first, second, _newer(days[0], days[1]))
    return None


def told(both: Settled, question: Question) -> tuple[str, tuple[Cited, ...]]:
    """The text of a settled disagreement, and its two passages."""
    cited = (*both.answer.cited, *both.other.cited)
    text = f"{both.other.text} [2]"
    days = days_of(both.other.cited[0].document)
    if both.dated and days:
        other = say("earlier_on", question.language, date=iso(days), said=text)
    else:
        other = say("otherwise", question.language, said=text)
    return f"{both.answer.text} [1]\n{other}", cited


def _apart(one: Document, other: Document) -> bool:
    """Whether two passages are of different files, or of different days."""
    if one.id == other.id:
        return False
    days = days_of(one), days_of(other)
    return one.file_id != other.file_id or (
        days[0] is not None and days[1] is not None and (_newer(*days) or _newer(days[1], days[0]))
    )


def _newer(one: Period | None, other: Period | None) -> bool:
    return one is not None and other is not None and one.first > other.last


def _within(asked: Period | None, days: Period | None) -> bool:
    return asked is None or days is None or days.meets(asked)


def _age(document: Document) -> str:
    days = days_of(document)
    return days.first.isoformat() if days else ""
