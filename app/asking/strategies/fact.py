"""One thing, read by the model from the passages that fit best; those of the period that the question names come first.

Where other passages of another file or time are as much about it, the answer waits until one of them was read too
(`app.asking.disagreement`). An answer that is not certain has to be said by its passage alone, too (`app.asking.confirm`).
Where one reading of a question that goes by way of something else is unsure, it is read in two steps
(`app.asking.two_steps`), and without what it only says of somebody (`app.asking.parts.direct`). Where nothing good is
found, passages in other languages are read (`app.asking.across`); where nothing at all, what fits less well
(`app.asking.further`). Of a history within one passage its latest line answers (`app.asking.present`), of a bill its total
where that is asked for (`app.asking.totals`), of several amounts that of the line about the thing asked
(`app.asking.amounts`). An answer of the wrong kind is looked for in single passages
(`app.asking.expected`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.asking.across import doubted, elsewhere, may_stray
from app.asking.amounts import of_what_is_asked
from app.asking.confirm import confirmed, may_be_doubted
from app.asking.contact import kept_of_somebody
from app.asking.days.meant import days_meant
from app.asking.days.said_when import said_when
from app.asking.disagreement import NOT_SURE, may_disagree, settled, told
from app.asking.disagreement import READ as RIVALS
from app.asking.everyday.abroad import translated
from app.asking.expected import asks_kind, fits, is_of_kind, one_by_one
from app.asking.further import further
from app.asking.language import language_of
from app.asking.memory import Cited, Evidenced, Memory, Said, own_words
from app.asking.own_people import by_name, own_person
from app.asking.parts.steps import Steps, steps_of
from app.asking.present import is_of_another_time, latest, may_be_past
from app.asking.question import Question
from app.asking.readings import Reading, whole
from app.asking.spent import spent
from app.asking.totals import asks_total, in_total
from app.asking.two_steps import named_first, walked
from app.dates.phrases import phrases
from app.dates.spans import Period
from engine.answering.refusal import declines

FAVOURED = 2000


def answer(question: Question, memory: Memory) -> Iterator[Said]:
    """Of whoever is something to somebody, once that one's name is known; else what was asked, as it is."""
    if named := named_first(question, memory):
        reading = whole(_answer(named.question, memory))
        if reading.found:
            read = {
                hit.document.id: hit for hit in (*(hit for hit in reading.cited if hit.read), named.source)
            }
            yield Evidenced(_led_by(tuple(read.values()), reading.cited), reading.agreement)
            yield reading.text
            return
    yield from _answer(question, memory)


def _answer(question: Question, memory: Memory) -> Iterator[Said]:
    """What is kept of somebody (`app.asking.contact`), what rows of a table add up to (`app.asking.spent`), or what is read:
    with the day that its "yesterday" means behind it (`app.asking.days`), or what its one word is in the question's
    language."""
    named = by_name(question, memory)
    known = (
        own_person(question, memory) or kept_of_somebody(named or question, memory) or spent(question, memory)
    )
    if known:
        yield Evidenced(known[1])
        yield known[0]
        return
    said, cited = "", ()  # type: str, tuple[Cited, ...]
    for event in _read_of(question, named, memory):
        if isinstance(event, str):
            said += event
        elif isinstance(event, Evidenced):
            cited = event.cited
        yield event
    if days := days_meant(said.strip(), cited, question.language):
        yield f" ({days})"
    elif own := _in_own_language(said.strip(), cited, question):
        yield f" ({own})"


def _read_of(question: Question, named: Question | None, memory: Memory) -> Iterator[Said]:
    """What is read; where that is nothing, what is read about "my sister" by her name."""
    for event in _read(question, memory):
        if named and isinstance(event, str) and declines(event):
            yield from _read(named, memory)
            return
        yield event


def _in_own_language(said: str, cited: Sequence[Cited], question: Question) -> str:
    """What an answer from a passage in another language is called in the question's."""
    source = Reading(said, tuple(cited)).source
    spoken = language_of(own_words(source.document)) if source else question.language
    return translated(said, spoken, question.language) if spoken != question.language else ""


def _read(question: Question, memory: Memory) -> Iterator[Said]:
    cited: tuple[Cited, ...] = ()
    agreement: float | None = None
    held = ""
    steps = None if question.direct else steps_of(question.text, question.language)
    wait = twice = steps is not None or question.direct is not None
    first = favoured(question.period, memory)
    for event in memory.read(question.text, first):
        if isinstance(event, Evidenced):
            if not held and not twice:
                wait = may_be_doubted(event.agreement, memory) or waits(question, event.cited)
            cited, agreement = event.cited, event.agreement
            yield event
        elif isinstance(event, str) and (wait or declines(event)):
            held += event
        else:
            yield event
    if not held:
        return
    reading = confirmed(question, Reading(held.strip(), cited, agreement), memory)
    # What contradicts an answer is looked for last, but not left to what other looks leave of the readings.
    memory.set_aside(RIVALS if reading.found and may_disagree(question, cited) else 0)
    if not reading.sure and (shorter := _asked_otherwise(question, steps, first, memory)):
        yield from _told(shorter, cited)
        return
    reading = elsewhere(question, reading, memory) or reading
    if day := said_when(question, reading):
        yield from _told(day, cited)
        return
    if total := in_total(question, reading):
        yield from _told(total, cited)
        return
    reading = of_what_is_asked(question, reading) or reading
    if is_of_another_time(question, reading):
        reading = replace(reading, agreement=NOT_SURE)
    if reading.found and not is_of_kind(question.text, reading):
        reading = one_by_one(question.text, cited, memory) or replace(reading, agreement=NOT_SURE)
    if not reading.found:
        more = further(question, cited, first, memory)
        behind = confirmed(question, more, memory) if more else reading
        # Where that does not hold either, what fitted best is what was looked in.
        reading = behind if behind.found else reading
    memory.set_aside(0)
    both = settled(question, reading, memory) if reading.found else None
    # A newer memory counts before the latest line of an older one.
    newer = both is not None and both.answer is both.read_again
    if reading.found and reading.source and not newer and (now := latest(question, reading)):
        yield from _told(replace(reading, text=now, cited=(reading.source,)), cited)
        return
    if both is None:
        yield from _told(reading, cited)
    elif both.better or (not reading.sure and both.read_again.sure):
        again = both.read_again
        again = doubted(question, again, memory) or again
        yield from _told(again if again.found else reading, cited)
    else:
        text, told_from = told(both, question)
        yield Evidenced(_led_by(told_from, cited), reading.agreement if both.dated else NOT_SURE)
        yield text


def _asked_otherwise(
    question: Question, steps: Steps | None, first: Sequence[int], memory: Memory
) -> Reading | None:
    """What is read in two steps, or without what says more of somebody only; None where that is not sure either."""
    if not memory.may_read_again():
        return None
    if question.direct:
        direct = whole(memory.read(question.direct, first))
        return direct if direct.sure and direct.source and fits(question.direct, direct.text) else None
    way = walked(steps, memory) if steps else None
    return replace(way.answer, cited=way.cited) if way else None


def _told(reading: Reading, cited: Sequence[Cited]) -> Iterator[Said]:
    """A reading, with what was found beside it behind what it was read from."""
    yield Evidenced(_led_by(reading.cited, cited), reading.agreement)
    yield reading.text


def waits(question: Question, cited: Sequence[Cited]) -> bool:
    """Whether an answer is shown only once it is known whether another reading says better."""
    return (
        asks_kind(question.text)
        or question.period is not None
        or asks_total(question.text)
        or may_disagree(question, cited)
        or may_stray(question, cited)
        or may_be_past(question, cited)
    )


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
