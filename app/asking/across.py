"""Looking into other languages where the question's own gives no good answer: a passage in another one shares hardly a word
with the question, so passages that fit less well come before it.

The best of each other language are read together, and where that says nothing sure three of them alone; of those, the ones
that speak of what was asked, as far as its everyday words tell (`everyday`), and with these words, as they stand there,
behind the question. What they say counts where it is sure and stands in one of them; a sure answer of the first reading
gives way only where its passage hardly speaks of what was asked, and to a surer one or one whose passage speaks of clearly
more of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.asking.disagreement import NOT_SURE, bears
from app.asking.everyday.abroad import glossed, senses, told_of
from app.asking.expected import asks_what_one_has, fits
from app.asking.language import Language, language_of
from app.asking.lines import with_heading
from app.asking.memory import Cited, Memory, own_words
from app.asking.nearness import said_alike, spoken_of
from app.asking.question import Question
from app.asking.readings import Reading, sure_alone, whole
from app.asking.whom import names_same
from engine.answering.refusal import DECLINED
from engine.answering.spans import locate

READ = 5
ALONE = 3  # of them are read by themselves where all together say nothing sure
CERTAIN = 0.8  # how sure such a reading has to be
OF_ONE_LANGUAGE = 3
AMONG = 160  # passages of all languages among which those of others are looked for
# Shares of what was asked, as far as it can be told in every language: half of it, clearly more, nearly as much, too little.
HALF, CLEARLY, NEARLY, LITTLE = 0.5, 0.3, 0.67, 0.6
TELLING = 2  # things that a question has to ask about for a share to tell anything
SEVERAL = 3  # and so many for an unsure answer to be shown for its passage's sake
STRAY = 0.34  # share of the question's words below which a passage of its language hardly speaks of it


def elsewhere(question: Question, reading: Reading, memory: Memory) -> Reading | None:
    """What passages of other languages say, where that is the better answer, or what is left of an answer whose passage does
    not speak of what was asked; None where it stands."""
    better = _better(question, reading, memory)
    return doubted(question, better or reading, memory) or better


def _better(question: Question, reading: Reading, memory: Memory) -> Reading | None:
    sought = senses(question.text, question.language)
    stands = reading.sure and not strays(question, reading.source)
    own = spoken_by(question, sought, reading.source)
    if stands and (own > HALF or not misses(sought, reading.source)):
        return None
    hits = to_read(question, sought, memory)
    if not hits or not memory.may_read_again():
        return None
    if stands and max(_told(sought, hit) for hit in hits) < own + CLEARLY:
        return None
    asked = glossed(question.text, question.language, [own_words(hit.document) for hit in hits])
    again = whole(memory.read(asked, only=[hit.document.id for hit in hits]))
    if again.sure and _stands(question, again, memory):
        surer = not reading.sure or (again.agreement or 0.0) > (reading.agreement or 0.0)
        return again if surer or _told(sought, again.source) >= own + CLEARLY else None
    whole_told = own <= HALF and not stands and _speaks_of_all(question, sought, again, memory)
    unsure = again if whole_told else None
    if reading.sure or len(hits) == 1:
        return unsure
    return _alone(question, asked, again, hits, memory) or unsure


def misses(sought: Sequence[frozenset[str]], source: Cited | None) -> bool:
    """Whether an answer's passage speaks of half of what was asked or less."""
    return len(sought) >= TELLING and source is not None and _told(sought, source) <= HALF


def _told(sought: Sequence[frozenset[str]], source: Cited | None) -> float:
    return told_of(sought, with_heading(source.document)) if source else 0.0


def spoken_by(question: Question, sought: Sequence[frozenset[str]], source: Cited | None) -> float:
    """How much of the question an answer's passage speaks of, 0 to 1.

    Of its words, where they are in one language, or of what can be told in every language, whichever is more: a word that no
    everyday table has counts in its own language only.
    """
    return max(_told(sought, source), bears(question, source.document)) if source else 0.0


def to_read(question: Question, sought: Sequence[frozenset[str]], memory: Memory) -> list[Cited]:
    """The passages of other languages that are worth reading, the best first: of the best of every language those that speak
    of nearly as much of what was asked as the one that speaks of most. What is read beside them only leads a small model
    astray, and so does what hardly speaks of it."""
    hits = [
        hit
        for hit in memory.across(question.text, AMONG)
        if language_of(own_words(hit.document)) != question.language
    ]
    documents = [hit.document for hit in hits]
    sought = [*sought, *said_alike(question, sought, documents)]
    if not sought:
        return in_other_languages(question.language, hits)
    spoken = spoken_of(sought, documents)
    near = [replace(hit, score=hit.score + said.near) for hit, said in zip(hits, spoken, strict=True)]
    shares = {hit.document.id: said.share for hit, said in zip(hits, spoken, strict=True)}
    best = in_other_languages(question.language, sorted(near, key=lambda hit: -hit.score))
    most = max((shares[hit.document.id] for hit in best), default=0.0)
    if most <= LITTLE:
        return []
    return [hit for hit in best if shares[hit.document.id] >= NEARLY * most]


def _alone(
    question: Question, asked: str, together: Reading, hits: Sequence[Cited], memory: Memory
) -> Reading | None:
    """What one of the best passages says by itself: a small model reads several languages at once worse than one. It has to
    be certain, or to say what all together said unsurely. asked: the question with its words in their languages."""
    for reading in sure_alone(asked, hits[:ALONE], memory):
        if not _stands(question, reading, memory):
            continue
        confirmed = together.found and bool(
            locate(together.text, reading.text) or locate(reading.text, together.text)
        )
        if confirmed or (not together.found and (reading.agreement or 0.0) >= CERTAIN):
            return reading
    return None


def _speaks_of_all(
    question: Question, sought: Sequence[frozenset[str]], reading: Reading, memory: Memory
) -> bool:
    """Whether an unsure reading is worth showing as such: its passage speaks of all of several things asked."""
    several = len(sought) >= SEVERAL and _told(sought, reading.source) == 1.0
    return reading.found and several and _stands(question, reading, memory)


def _stands(question: Question, reading: Reading, memory: Memory) -> bool:
    """Whether a reading is of the right kind and stands in a passage about whom the question names."""
    source = reading.source
    return (
        source is not None
        and fits(question.text, reading.text)
        and names_same(question, source.document, memory)
    )


def doubted(question: Question, reading: Reading, memory: Memory) -> Reading | None:
    """What is left of an answer that no other language says better, where its passage hardly speaks of what was asked; None
    where it stands.

    In another language nothing was found, if the passage names somebody else or speaks of nothing that was asked, and the
    answer is not sure if it speaks of half of it or less. In the question's own the answer is not sure if the passage speaks
    of nothing, or names somebody else though another one does not: it may well be reached by way of that.
    """
    source = reading.source
    if not reading.found or source is None:
        return None
    foreign = language_of(own_words(source.document)) != question.language
    ones_own = asks_what_one_has(question.text)
    if not names_same(question, source.document, memory, spelt=ones_own):
        if foreign or ones_own:
            return Reading(DECLINED, reading.cited)
        if any(names_same(question, hit.document, memory) for hit in reading.cited):
            return replace(reading, agreement=NOT_SURE)
    sought = senses(question.text, question.language)
    spoken = spoken_by(question, sought, source)
    if len(sought) < TELLING or spoken > (HALF if foreign else 0.0):
        return None
    return (
        Reading(DECLINED, reading.cited) if foreign and not spoken else replace(reading, agreement=NOT_SURE)
    )


def strays(question: Question, source: Cited | None) -> bool:
    """Whether an answer is from a passage of the question's language that hardly has a word of it."""
    return (
        source is not None
        and bool(question.topic)
        and language_of(source.document.text) == question.language
        and bears(question, source.document) < STRAY
    )


def may_stray(question: Question, cited: Sequence[Cited]) -> bool:
    """Whether an answer is to wait, before it is read: one of the passages that are read has hardly any of the question's
    words."""
    sought = senses(question.text, question.language)
    return any(bears(question, hit.document) < STRAY or misses(sought, hit) for hit in cited)


def in_other_languages(own: Language, hits: Sequence[Cited]) -> list[Cited]:
    """The best passages of every language but one, the best of all first."""
    ranked: dict[Language, list[Cited]] = {}
    for hit in hits:
        if (language := language_of(own_words(hit.document))) != own:
            ranked.setdefault(language, []).append(hit)
    best = [
        (at, -hit.score, hit) for found in ranked.values() for at, hit in enumerate(found[:OF_ONE_LANGUAGE])
    ]
    chosen = [hit for _, _, hit in sorted(best, key=lambda row: row[:2])[:READ]]
    return sorted(chosen, key=lambda hit: -hit.score)
