"""One thing, read by the model from the passages that fit best; those of the period that the question names come first.

Where other passages of another file or time are as much about it, the answer waits until one of them was read too
(`app.asking.disagreement`). Where one reading of a question that goes by way of something else is unsure, it is read in two
steps (`app.asking.two_steps`). Where nothing good is found, passages in other languages are read (`app.asking.across`);
where nothing at all, what fits less well (`app.asking.further`). An answer of the wrong kind is looked for in single
passages (`app.asking.expected`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.asking.across import elsewhere, may_stray
from app.asking.disagreement import NOT_SURE, may_disagree, settled, told
from app.asking.expected import asks_kind, fits, one_by_one
from app.asking.further import further
from app.asking.memory import Cited, Evidenced, Memory, Said
from app.asking.parts.steps import steps_of
from app.asking.question import Question
from app.asking.readings import Reading, whole
from app.asking.two_steps import walked
from app.dates.phrases import phrases
from app.dates.spans import Period
from engine.answering.refusal import declines

FAVOURED = 2000


def answer(question: Question, memory: Memory) -> Iterator[Said]:
    cited: tuple[Cited, ...] = ()
    agreement: float | None = None
    held = ""
    steps = None if question.direct else steps_of(question.text, question.language)
    wait = twice = steps is not None or question.direct is not None
    first = favoured(question.period, memory)
    for event in memory.read(question.text, first):
        if isinstance(event, Evidenced):
            if not held and not twice:
                wait = waits(question, event.cited)
            cited, agreement = event.cited, event.agreement
            yield event
        elif isinstance(event, str) and (wait or declines(event)):
            held += event
        else:
            yield event
    if not held:
        return
    reading = Reading(held.strip(), cited, agreement)
    if steps is not None and not reading.sure and memory.may_read_again() and (way := walked(steps, memory)):
        yield Evidenced(_led_by(way.cited, cited), way.answer.agreement)
        yield way.answer.text
        return
    if question.direct and not reading.sure and memory.may_read_again():
        direct = whole(memory.read(question.direct, first))
        if direct.sure and direct.source is not None:
            yield Evidenced(direct.cited, direct.agreement)
            yield direct.text
            return
    if memory.may_read_again() and (abroad := elsewhere(question, reading, memory)):
        cited, agreement, held = _led_by(abroad.cited, cited), abroad.agreement, abroad.text
        yield Evidenced(cited, agreement)
        reading = abroad
    if reading.found and not fits(question.text, reading.text):
        other = one_by_one(question.text, cited, memory)
        if other is None:
            yield Evidenced(cited, NOT_SURE)
            yield held
            return
        cited, agreement, held = _led_by(other.cited, cited), other.agreement, other.text
        yield Evidenced(cited, agreement)
        reading = Reading(held, cited, agreement)
    if not reading.found and memory.may_read_again() and (more := further(question, cited, first, memory)):
        yield Evidenced(_led_by(more.cited, cited), more.agreement)
        yield more.text
        return
    both = settled(question, reading, memory) if reading.found else None
    if both is None:
        yield held
        return
    if not reading.sure and both.read_again.sure:
        again = both.read_again
        yield Evidenced(_led_by(again.cited, cited), again.agreement)
        yield again.text
        return
    text, told_from = told(both, question)
    yield Evidenced(_led_by(told_from, cited), agreement if both.dated else NOT_SURE)
    yield text


def waits(question: Question, cited: Sequence[Cited]) -> bool:
    """Whether an answer is shown only once it is known whether another reading says better."""
    return asks_kind(question.text) or may_disagree(question, cited) or may_stray(question, cited)


def _led_by(read: Sequence[Cited], cited: Sequence[Cited]) -> tuple[Cited, ...]:
    """The passages that an answer was read from, and behind them what was found beside."""
    known = {hit.document.id for hit in read}
    rest = (Cited(hit.document, hit.score, read=False) for hit in cited if hit.document.id not in known)
    return (*read, *rest)


def favoured(period: Period | None, memory: Memory) -> list[int]:
    """The passages of a period that a question names; none without one."""
    if period is None:
        return []
    within = memory.dated(period, FAVOURED)
    saying = memory.saying(phrases(period), FAVOURED)
    return [document.id for document in (*within, *saying)]
