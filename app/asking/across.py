"""Looking into other languages where the question's own gives no good answer: a passage in another one shares hardly a word
with the question, so passages that fit less well come before it.

The best of each other language are read together, and where that says nothing sure three of them alone. What they say
counts where it is sure and stands in one of them; a sure answer of the first reading gives way only where its passage hardly
speaks of what was asked, and to a surer one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.asking.disagreement import WIDE, bears
from app.asking.expected import fits
from app.asking.language import Language, language_of
from app.asking.lines import heading_of
from app.asking.memory import Cited, Memory
from app.asking.question import Question
from app.asking.readings import Reading, sure_alone, whole
from engine.answering.spans import locate
from engine.retrieval.names import names, stems
from storage.records import Document

READ = 5
ALONE = 3  # of them are read by themselves where all together say nothing sure
CERTAIN = 0.8  # how sure such a reading has to be
_OTHER_SCRIPT = re.compile(r"[\u0400-\u04ff\u3040-\u9fff]{2}")
OF_ONE_LANGUAGE = 3
STRAY = 0.34  # share of the question's words below which a passage of its language hardly speaks of it


def elsewhere(question: Question, reading: Reading, memory: Memory) -> Reading | None:
    """What passages of other languages say, where that is the better answer."""
    if reading.sure and not strays(question, reading.source):
        return None
    hits = in_other_languages(question.language, memory.across(question.text, WIDE))
    if not hits or not memory.may_read_again():
        return None
    again = whole(memory.read(question.text, only=[hit.document.id for hit in hits]))
    if again.sure and _stands(question, again):
        surer = not reading.sure or (again.agreement or 0.0) > (reading.agreement or 0.0)
        return again if surer else None
    return None if reading.sure else _alone(question, again, hits, memory)


def _alone(question: Question, together: Reading, hits: Sequence[Cited], memory: Memory) -> Reading | None:
    """What one of the best passages says by itself: a small model reads several languages at once worse than one. It has to
    be certain, or to say what all together said unsurely."""
    for reading in sure_alone(question.text, hits[:ALONE], memory):
        if not _stands(question, reading):
            continue
        confirmed = together.found and bool(
            locate(together.text, reading.text) or locate(reading.text, together.text)
        )
        if confirmed or (not together.found and (reading.agreement or 0.0) >= CERTAIN):
            return reading
    return None


def _stands(question: Question, reading: Reading) -> bool:
    """Whether a reading is of the right kind and stands in a passage about whom the question names."""
    source = reading.source
    return source is not None and fits(question.text, reading.text) and names_same(question, source.document)


def names_same(question: Question, document: Document) -> bool:
    """Whether a passage has one of the names of the question; those in another script are not compared, and German writes
    every noun like a name."""
    asked = [stems(name) for name in names(question.text)]
    if not asked or question.language not in ("en", "fr") or _OTHER_SCRIPT.search(document.text):
        return True
    there = stems(f"{heading_of(document)} {document.text}")
    return any(name & there for name in asked)


def strays(question: Question, source: Cited | None) -> bool:
    """Whether an answer is from a passage of the question's language that hardly has a word of it."""
    return (
        source is not None
        and bool(question.topic)
        and language_of(source.document.text) == question.language
        and bears(question, source.document) < STRAY
    )


def may_stray(question: Question, cited: Sequence[Cited]) -> bool:
    """Whether an answer is to wait, before it is read: none of the passages has the question's words."""
    return all(bears(question, hit.document) < STRAY for hit in cited)


def in_other_languages(own: Language, hits: Sequence[Cited]) -> list[Cited]:
    """The best passages of every language but one, the best of all first."""
    ranked: dict[Language, list[Cited]] = {}
    for hit in hits:
        if (language := language_of(hit.document.text)) != own:
            ranked.setdefault(language, []).append(hit)
    best = [
        (at, -hit.score, hit) for found in ranked.values() for at, hit in enumerate(found[:OF_ONE_LANGUAGE])
    ]
    chosen = [hit for _, _, hit in sorted(best, key=lambda row: row[:2])[:READ]]
    return sorted(chosen, key=lambda hit: -hit.score)
