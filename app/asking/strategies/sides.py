"""One side of a comparison, read: from passages of its time where the side is a time, and with a number where one is needed.

The passage that fits best need not be of that time, and the first number in it need not be what was asked for; then the next
passages are read one by one. What several passages say is cited from the one that speaks most of the side, and what is not
sure is read once more from its passage alone.
"""

from __future__ import annotations

import re
from dataclasses import replace

from app.asking.everyday.abroad import glossed, senses, told_of
from app.asking.expected import fits
from app.asking.language import language_of
from app.asking.lines import days_of, with_heading
from app.asking.memory import Memory, own_words
from app.asking.parts.forms import IN_TIME, Parts
from app.asking.readings import Reading, whole
from app.asking.strategies.fact import favoured
from app.asking.topic import share, topic_words
from app.asking.values import counted
from app.dates.periods import written_periods
from app.dates.spans import Period
from engine.answering.refusal import DECLINED
from engine.answering.spans import locate
from storage.records import Document

SEARCHED, READ = 10, 3  # passages that are looked at, and read again, for one side
# The number of a town, which counts nothing: 67000 Strasbourg, 79110 Freiburg.
_TOWN = re.compile(r"\b\d{5}\s(?=(?P<word>[A-ZÀ-Þ][^\W\d_]{2,}))")
_HOW_MANY = r"\b(?:how many|wie ?viele?|combien de|anzahl(?: der)?)"


def read_side(said: str, asked: str, period: Period | None, memory: Memory, parts: Parts) -> Reading:
    """What is read about a side, with the one passage that says it; that nothing was found, where no passage of its time
    does.

    said: the side in the question's words; asked: the question about it; period: when it was, where that is known.
    """
    ids = favoured(period, memory)
    reading = _from_its_passage(whole(memory.read(asked, ids)), said)
    fitting = _fits(reading, said, period, asked, parts)
    if fitting and reading.sure:
        return reading
    own = [reading.source.document] if reading.source else []
    known = {document.id for document in own}
    others = [d for d in _others(asked, said, period, ids, memory) if d.id not in known]
    language = language_of(f"{asked} {said}")
    for document in [*own, *others] if fitting else others:
        if not memory.may_read_again():
            break
        again = whole(memory.read(glossed(asked, language, [own_words(document)]), only=(document.id,)))
        if again.sure and _fits(again, said, period, asked, parts):
            return again
    return reading if fitting else Reading(DECLINED, reading.cited, reading.agreement)


def _from_its_passage(reading: Reading, said: str) -> Reading:
    """A reading with the passage alone that says it; of several the one that has most of the side's words."""
    saying = [hit for hit in reading.cited if hit.read and locate(reading.text, hit.document.text)]
    if not reading.found or not saying:
        return reading
    words = topic_words(said)
    return replace(reading, cited=(max(saying, key=lambda hit: share(words, with_heading(hit.document))),))


def without_towns(text: str, asked: str) -> str:
    """The text without numbers that are no counts but part of an address: what stands behind them is no unit, and the
    question does not ask how many of it."""

    def kept(match: re.Match[str]) -> str:
        number = f"{match.group()}{match['word']}"
        many = re.search(rf"{_HOW_MANY}\s+(?:\w+\s+)?{re.escape(match['word'])}", asked, re.IGNORECASE)
        counts = many or any(quantity.unit for quantity in counted(number))
        return match.group() if counts else ""

    return _TOWN.sub(kept, text)


def _others(asked: str, said: str, period: Period | None, ids: list[int], memory: Memory) -> list[Document]:
    """The next passages of the side's time, those before the others that speak of it, in the question's language or not."""
    found = [hit.document for hit in memory.search(asked, SEARCHED, ids)]
    known = {document.id for document in found}
    found += [hit.document for hit in memory.across(asked, SEARCHED) if hit.document.id not in known]
    of_time = [document for document in found if period is None or _speaks_of(document, period)]
    if period is None:
        of_time.sort(key=lambda document: not about(said, asked, document))
    return of_time[:READ]


def about(said: str, asked: str, document: Document) -> bool:
    """Whether a passage has a word of a side, in its own language or another; True where that cannot be told."""
    text = with_heading(document)
    language = language_of(f"{asked} {said}")
    sought, words = senses(said, language), topic_words(said)
    if not words and not sought:
        return True
    there = language_of(own_words(document))
    # Names are written otherwise in Chinese.
    untold = there != language and (
        not sought or (there == "zh" and all(len(sense) == 1 for sense in sought))
    )
    return untold or share(words, text) > 0 or told_of(sought, text) > 0


def _fits(reading: Reading, said: str, period: Period | None, asked: str, parts: Parts) -> bool:
    """Whether a reading is of the side and of its time, and has a number that stands there where one is to be worked with;
    of an age a day of birth tells as well."""
    source = reading.source
    if not reading.found or source is None:
        return False
    if period is not None and not (_speaks_of(source.document, period) and _may_be_of(reading.text, period)):
        return False
    if (period is None or parts.in_order) and not about(said, asked, source.document):
        return False
    if parts.working in IN_TIME or parts.working == "same" or (parts.ages and written_periods(reading.text)):
        return True
    text = without_towns(reading.text, asked)
    return bool(counted(text)) and fits(asked, text)


def _may_be_of(said: str, period: Period) -> bool:
    """Whether the days that an answer names, if any, are of the period."""
    named = written_periods(said)
    return not named or any(one.meets(period) for one in named)


def _speaks_of(document: Document, period: Period) -> bool:
    """Whether a passage is of the period or names days in it; one that tells no time at all may be."""
    days = days_of(document)
    named = [*written_periods(f"{document.title} {document.text}"), *([days] if days else [])]
    return not named or any(one.meets(period) for one in named)
