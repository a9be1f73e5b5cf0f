"""When something was, by the sentence that tells of it.

Asked when, a small model likes to answer with the day that stands over a passage: that of the mail or of the minutes. Where
a sentence of the passage has most of the question's words and names a day of its own ("the samples came yesterday"), that
is the day. So it is with the day over an entry of a diary. The same sentence is looked for where the answer is no time at
all, or one that no passage says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.asking.days.meant import relative
from app.asking.expected import asks_when, is_of_kind
from app.asking.lines import days_of
from app.asking.memory import Cited, own_words
from app.asking.plain import blocks, in_sentences
from app.asking.question import Question
from app.asking.readings import Reading
from app.asking.topic import share
from app.dates.entries import entries
from app.dates.patterns import MONTH
from app.dates.periods import find_periods, written_periods
from app.dates.spans import EARLIEST, Period

MOST = 0.6  # share of the question's words
LEAST_WORDS = 2  # of the question: one says too little to tell a sentence by
# "On 3 July": a day whose year only the day over it tells.
_MONTH = rf"(?-i:(?!may\b|march\b)){MONTH}"  # in small letters they are verbs
_NO_YEAR = re.compile(
    rf"(?<![\w.])\d\d?(?:st|nd|rd|th|er|\.)? (?:of )?{_MONTH}(?!\w)|\b{_MONTH} \d\d?(?:st|nd|rd|th)?(?![\w:]| (?:uhr|h)\b)"
    r"|(?:\d\d?|[一二三四五六七八九十]{1,2})月(?:\d\d?|[一二三四五六七八九十]{1,3})[日号]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Told:
    """A sentence that names one time. said: the words of that time, "" where they mean the day over it."""

    share: float
    said: str
    source: Cited


def said_when(question: Question, reading: Reading) -> Reading | None:
    """The reading with the time that a sentence names; None where its own is as good or no one sentence tells."""
    if not asks_when(question.text) or len(question.topic) < LEAST_WORDS or question.period is not None:
        return None
    if reading.found and is_of_kind(question.text, reading):
        source = reading.source
        day = _day_over(source, reading.text) if source else None
        hits = [source] if source and day else []
    else:
        day, hits = None, [hit for hit in reading.cited if hit.read] if reading.found else []
    told = sorted(_tellings(question, hits, day), key=lambda one: -one.share)
    if not told or any(one.share == told[0].share and one.said != told[0].said for one in told[1:]):
        return None
    best = told[0]
    # An empty one is in every answer: the day that stands over it is right.
    return None if best.said in reading.text else Reading(best.said, (best.source,), reading.agreement)


def _day_over(hit: Cited, answer: str) -> Period | None:
    """The day that an answer says, if it is that of its passage as a whole or of an entry of it."""
    named, days = written_periods(answer), days_of(hit.document)
    over = (days, *(entry.period for entry in entries(own_words(hit.document), days)))
    return next((one for one in over if one and len(named) == 1 and named[0].first == one.first), None)


def _tellings(question: Question, hits: Sequence[Cited], day: Period | None) -> Iterator[_Told]:
    """day: only what stands under that day counts, without the day itself; all without one."""
    for hit in hits:
        body = own_words(hit.document)
        texts = _under(day, body, days_of(hit.document)) if day else [body]
        for block in (block for text in texts for block in blocks(text)):
            for sentence in in_sentences(block):
                held = share(question.topic, sentence)
                times = _times(sentence, day.first if day else None)
                if held >= MOST and len(times) == 1:
                    yield _Told(held, times[0], hit)


def _under(day: Period, body: str, around: Period | None) -> Iterator[str]:
    """The entries of that day, each without the day that it begins with."""
    for entry in entries(body, around):
        if entry.period is None or entry.period.first != day.first:
            continue
        head = next(iter(written_periods(entry.text)), None)
        begins = head and head.first == day.first and not re.search(r"\w", entry.text[: head.start])
        yield entry.text[head.start + len(head.said) :] if head and begins else entry.text


def _times(sentence: str, on: date | None) -> list[str]:
    """The words of each time that a sentence names, as long as they mean one time; "" for one that means the day `on`."""
    found = find_periods(sentence, on or EARLIEST.replace(year=2000))
    found = [period for period in found if relative(period) or written_periods(period.said)]
    rest = sentence
    for period in found:
        rest = rest.replace(period.said, " ")
    without_year = [match.group().rstrip(".") for match in _NO_YEAR.finditer(rest)]
    return ["" if on == one.first == one.last else one.said for one in found] + without_year
