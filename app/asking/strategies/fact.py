"""One thing, read by the model from the passages that fit best; those of the period that the question names come first.

Where other passages of another file or time are as much about it, the answer waits until one of them was read too
(`app.asking.disagreement`).
"""

from __future__ import annotations

from collections.abc import Iterator

from app.asking.disagreement import NOT_SURE, may_disagree, settled, told
from app.asking.memory import Cited, Evidenced, Memory, Said
from app.asking.question import Question
from app.asking.readings import Reading
from app.dates.phrases import phrases

FAVOURED = 2000


def answer(question: Question, memory: Memory) -> Iterator[Said]:
    cited: tuple[Cited, ...] = ()
    agreement: float | None = None
    held = ""
    wait = False
    for event in memory.read(question.text, favoured(question, memory)):
        if isinstance(event, Evidenced):
            if not held:
                wait = may_disagree(question, event.cited)
            cited, agreement = event.cited, event.agreement
            yield event
        elif isinstance(event, str) and wait:
            held += event
        else:
            yield event
    if not held:
        return
    reading = Reading(held.strip(), cited, agreement)
    both = settled(question, reading, memory) if reading.found else None
    if both is None:
        yield held
        return
    text, first = told(both, question)
    rest = tuple(
        Cited(hit.document, hit.score, read=False)
        for hit in cited
        if hit.document.id not in {one.document.id for one in first}
    )
    yield Evidenced((*first, *rest), agreement if both.dated else NOT_SURE)
    yield text


def favoured(question: Question, memory: Memory) -> list[int]:
    """The passages of the period that a question names."""
    if question.period is None:
        return []
    within = memory.dated(question.period, FAVOURED)
    saying = memory.saying(phrases(question.period), FAVOURED)
    return [document.id for document in (*within, *saying)]
