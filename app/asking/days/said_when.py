"""When something was, by the sentence that tells of it.

Asked when, a small model likes to answer with the day that stands over a passage: that of the mail or of the minutes. Where
a sentence of the passage has most of the question's words and names a day of its own ("the samples came yesterday"), that
is the day. The same sentence is looked for where the answer is no time at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.asking.days.meant import relative
from app.asking.expected import asks_when, is_of_kind
from app.asking.lines import days_of
from app.asking.memory import Cited, own_words
from app.asking.plain import blocks, plain, sentences
from app.asking.question import Question
from app.asking.readings import Reading
from app.asking.topic import share
from app.dates.periods import find_periods, written_periods
from app.dates.spans import EARLIEST

MOST = 0.6  # share of the question's words
LEAST_WORDS = 2  # of the question: one says too little to tell a sentence by
_ANY = 4000  # characters


@dataclass(frozen=True)
class _Told:
    """A sentence that names one time. said: the words of that time."""

    share: float
    said: str
    source: Cited


def said_when(question: Question, reading: Reading) -> Reading | None:
    """The reading with the time that a sentence names; None where its own is as good or no one sentence tells."""
    if not asks_when(question.text) or len(question.topic) < LEAST_WORDS or question.period is not None:
        return None
    if reading.found and is_of_kind(question.text, reading):
        source = reading.source
        hits = [source] if source and _is_day_of(source, reading.text) else []
    else:
        hits = [hit for hit in reading.cited if hit.read] if reading.found else []
    told = sorted(_tellings(question, hits), key=lambda one: -one.share)
    if not told or any(one.share == told[0].share and one.said != told[0].said for one in told[1:]):
        return None
    best = told[0]
    return None if best.said in reading.text else Reading(best.said, (best.source,), reading.agreement)


def _is_day_of(hit: Cited, answer: str) -> bool:
    """Whether an answer is the day that its passage as a whole is of."""
    named, days = written_periods(answer), days_of(hit.document)
    return len(named) == 1 and days is not None and named[0].first == days.first


def _tellings(question: Question, hits: Sequence[Cited]) -> Iterator[_Told]:
    for hit in hits:
        for block in blocks(own_words(hit.document)):
            for sentence in sentences(plain(block, _ANY), 1):
                held = share(question.topic, sentence)
                times = _times(sentence)
                if held >= MOST and len(times) == 1:
                    yield _Told(held, times[0], hit)


def _times(sentence: str) -> list[str]:
    """The words of each time that a sentence names, as long as they mean one time."""
    return [
        period.said
        for period in find_periods(sentence, EARLIEST.replace(year=2000))
        if relative(period) or written_periods(period.said)
    ]
