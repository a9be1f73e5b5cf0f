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

from app.asking.everyday.abroad import senses, told_of
from app.asking.expected import fits
from app.asking.language import Language, language_of
from app.asking.lines import days_of, heading_of, with_heading
from app.asking.memory import Cited, Memory, own_words
from app.asking.question import Question
from app.asking.readings import Reading, whole
from app.asking.texts import say
from app.asking.topic import share, topic_words
from app.asking.values import say_otherwise
from app.dates.best import iso
from app.dates.spans import Period
from engine.answering.spans import locate
from storage.records import Document

READ = 2
BEARS = 0.5  # share of the question's words that a passage needs to be about it
BESIDE = 0.8  # of what the answer's own passage has
AROUND = 160  # characters on each side of an answer, within its paragraph, that say what it is about
WIDE = 64  # passages among which those of another language than the question's are looked for
BEST = 3  # of those of the answer's language, how many may be rivals
LEAST_COMMON = 0.2  # share of the words of one answer's line that stand in the other's
LITTLE = 4  # letters of words that tell little of what a line is about
NOT_SURE = 0.0  # the agreement of an answer that another memory contradicts
# Asked for a reason or a way, two passages may well say different things that are both so.
_OPEN = re.compile(
    r"\b(?:why|how come|how do|how does|how to|warum|wieso|weshalb|pourquoi|comment)\b|为什么|为何|怎么|怎样|如何",
    re.I,
)


@dataclass(frozen=True)
class Settled:
    """Two readings of one question that say otherwise. answer: the newer one, or the first; dated: `other` is older;
    read_again: the one that was read from a passage alone. better: nothing of the question stands about the first one, so
    that the two contradict each other in nothing, and the one that was read again answers."""

    answer: Reading
    other: Reading
    dated: bool
    read_again: Reading
    better: bool = False


def rivals(question: Question, cited: Sequence[Cited], own: Document | None = None) -> list[Document]:
    """Passages that bear on the question beside the answer's own, the newest first; without `own` any two."""
    if _OPEN.search(question.text) or not question.topic:
        return []
    bearing = {hit.document.id: bears(question, hit.document) for hit in cited}
    words = said_of(question, own) if own else frozenset[str]()
    least = max(BEARS, BESIDE * bearing.get(own.id, 0.0)) if own else BEARS
    language = language_of(own.text) if own and _foreign(question, own) else None
    found = [
        hit.document
        for hit in cited
        if (
            _bears_alike(question, hit.document, words, least)
            or _abroad(question, hit.document, own, language)
        )
        and hit.document.message_id is None
        and (own is None or _apart(own, hit.document))
        and _within(question.period, days_of(hit.document))
    ]
    return sorted(found, key=_age, reverse=True)


def _abroad(question: Question, document: Document, own: Document | None, language: Language | None) -> bool:
    """Whether a passage is of the other language that an answer's own is in and speaks of as much, or of any language where
    that is not known yet."""
    if not _foreign(question, document):
        return False
    return own is None or (language_of(document.text) == language and _tells_as_much(question, document, own))


def said_of(question: Question, document: Document) -> frozenset[str]:
    """The words of the question that a passage has, with what it stands under."""
    text = with_heading(document)
    return frozenset(word for word in question.topic if share((word,), text) > 0.5)


def _bears_alike(question: Question, document: Document, words: frozenset[str], least: float) -> bool:
    """Whether a passage is as much about the question as an answer's own, and by the same words: of two that it asks for,
    one passage may have the one and another the other."""
    alike = not words or len(words & said_of(question, document)) >= BESIDE * len(words)
    return alike and bears(question, document) >= least


def bears(question: Question, document: Document) -> float:
    """Which share of the question's words a passage has, with what it stands under."""
    return share(question.topic, with_heading(document))


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
    own = _oldest(reading)
    if own is None or own.document.message_id is not None:
        return None
    cited = reading.cited
    if _foreign(question, own.document):
        # Of another language few passages are among those of the question's own.
        language = language_of(own.document.text)
        more = [
            hit for hit in memory.across(question.text, WIDE) if language_of(hit.document.text) == language
        ]
        known = {hit.document.id for hit in cited}
        cited = (*cited, *(hit for hit in more[:BEST] if hit.document.id not in known))
    for document in rivals(question, cited, own.document)[:READ]:
        if not memory.may_read_again():
            return None
        if locate(reading.text, document.text) and not _newer(days_of(document), days_of(own.document)):
            continue
        again = whole(memory.read(question.text, only=(document.id,)))
        # The day in the line above a passage is when it was written, not what it says.
        if (
            not again.sure
            or not locate(again.text, own_words(document))
            or not fits(question.text, again.text)
        ):
            continue
        if _alike(question, reading.text, own.document, again.text, document) and say_otherwise(
            reading.text, again.text
        ):
            first = replace(reading, cited=(own,))
            second = replace(again, cited=(Cited(document, own.score),))
            if _stray(question, reading.text, own.document):
                return Settled(second, first, False, second, better=True)
            days = days_of(own.document), days_of(document)
            if _newer(days[1], days[0]):
                return Settled(second, first, True, second)
            return Settled(first, second, _newer(days[0], days[1]), second)
    return None


def _oldest(reading: Reading) -> Cited | None:
    """Where an answer was first said: what a newer passage that has the same words makes of them is to be read again."""
    saying = [hit for hit in reading.cited if hit.read and locate(reading.text, hit.document.text)]
    dated = [hit for hit in saying if days_of(hit.document) is not None]
    return min(dated, key=lambda hit: _age(hit.document)) if dated else reading.source


def _alike(question: Question, said: str, own: Document, otherwise: str, other: Document) -> bool:
    """Whether two answers are about the same: the question's words stand about both; where it is in another language than
    the passages, a word that stands about one stands about the other."""
    if _foreign(question, own) and _foreign(question, other):
        words = [word for word in topic_words(_line(said, own)) if len(word) > LITTLE or word[0] > "\u2e80"]
        return bool(words) and share(words, _line(otherwise, other)) >= LEAST_COMMON
    return _about(question, otherwise, other) >= BESIDE * _about(question, said, own)


def _stray(question: Question, said: str, own: Document) -> bool:
    """Whether no word of the question stands about an answer, in a passage of the question's own language."""
    return language_of(own.text) == question.language and _about(question, said, own) == 0.0


def _foreign(question: Question, document: Document) -> bool:
    """Whether a passage is in another language than the question, so that its words cannot be compared with it."""
    return language_of(document.text) != question.language and bears(question, document) < BEARS


def _tells_as_much(question: Question, document: Document, own: Document) -> bool:
    """Whether a passage speaks of as much of what was asked as an answer's own, as far as everyday words tell."""
    sought = senses(question.text, question.language)
    least = BESIDE * told_of(sought, with_heading(own))
    return told_of(sought, with_heading(document)) >= least


def _line(said: str, document: Document) -> str:
    """The rest of the line in which an answer stands."""
    text = own_words(document)
    span = locate(said, text)
    if span is None:
        return ""
    start = text.rfind("\n", 0, span[0]) + 1
    end = text.find("\n", span[1])
    return f"{text[start : span[0]]} {text[span[1] : end if end >= 0 else None]}"


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
