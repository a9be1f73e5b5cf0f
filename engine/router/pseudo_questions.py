"""Questions that nobody asked: a sentence of a document, made to look more like a question to it.

A sentence says what a question to its document would speak of, in whole words and in order; a question says less of it,
and mostly the telling part. So either the rarer half of the words stays, or words are dropped at random. The words of the
title go, because a document's context line repeats them and they would give it away. Any language that puts spaces between
words; tables and code seldom hold a sentence and then give none.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.retrieval.names import words

WORDS = range(6, 41)  # of a sentence that asks well
ASKED = 4  # words a question has at least
DROPPED = 0.3  # share of the words that go where they go at random
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+|\n+")


@dataclass(frozen=True)
class PseudoQuestion:
    """text: what is asked; sentence: where it comes from, word for word."""

    text: str
    sentence: str


def pseudo_questions(
    text: str, title: str, spread: Mapping[str, int], count: int, choice: random.Random
) -> list[PseudoQuestion]:
    """Up to `count` questions to a document, from different sentences. spread: word -> documents that hold it."""
    context, _, body = text.partition("\n")
    asked_of = body if body and title and title in context else text
    sentences = [s.strip() for s in _SENTENCE_END.split(asked_of) if len(s.split()) in WORDS]
    sentences = list(dict.fromkeys(sentences))
    choice.shuffle(sentences)
    known = set(words(title))
    made: list[PseudoQuestion] = []
    for sentence in sentences:
        if len(made) == count:
            break
        kept = [w for w in sentence.split() if words(w) and not known.intersection(words(w))]
        kept = (
            _rarer(kept, spread) if choice.random() < 0.5 else [w for w in kept if choice.random() > DROPPED]
        )
        if len(kept) >= ASKED:
            made.append(PseudoQuestion(" ".join(kept).rstrip(".!,;:…") + "?", sentence))
    return made


def spread_of(texts: Iterable[str]) -> Counter[str]:
    """Word -> in how many of the texts it is."""
    return Counter(word for text in texts for word in set(words(text)))


def _rarer(kept: list[str], spread: Mapping[str, int]) -> list[str]:
    """The rarer half of the words, in their order."""
    rarest = sorted(range(len(kept)), key=lambda at: min(spread.get(w, 0) for w in words(kept[at])))
    return [kept[at] for at in sorted(rarest[: max(ASKED, len(kept) // 2)])]
