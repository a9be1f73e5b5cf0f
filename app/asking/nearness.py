"""How much of what is asked passages of any language speak of, and how close together they do.

What few passages have tells more than what all have, so each thing that is asked about weighs as much as it is rare among
them. A passage of a long file says many things: what stands in one line, or in two that follow each other, is more likely
about one and the same. A name in another script than a passage's tells nothing of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.asking.everyday.abroad import tells
from app.asking.lines import with_heading
from app.asking.memory import own_words
from app.asking.question import Question
from app.asking.topic import fold, topic_words
from storage.records import Document

UNSEEN = 3.0  # weight of what no passage has
LETTERS = 4  # of a word that has to be no name and yet tells something where another language has it, too
OVER = 0.5  # what stands over a passage counts so much of what stands in the line
_LINES = re.compile(r"\n|(?<=[.。;；!?！？])\s*")
_WORD = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Spoken:
    """share: of what is asked, by weight, 0 to 1; near: the weight of what stands close together."""

    share: float
    near: float


def said_alike(
    question: Question, sought: Sequence[frozenset[str]], documents: Sequence[Document]
) -> list[frozenset[str]]:
    """The words of a question that stand in a passage of another language as they are and are not sought yet: names mostly,
    which German does not tell from other nouns."""
    meant = {word for sense in sought for word in sense}
    words = [word for word in topic_words(question.text) if len(word) >= LETTERS and word not in meant]
    new = [word for word in words if not any(word in name.split() for name in meant)]
    there = {word for document in documents for word in _WORD.findall(fold(with_heading(document)))}
    return [frozenset((word,)) for word in new if word in there]


def spoken_of(sought: Sequence[frozenset[str]], documents: Sequence[Document]) -> list[Spoken]:
    """sought: `app.asking.everyday.abroad.senses` of a question; documents: all those that are compared."""
    texts = [with_heading(document) for document in documents]
    held = [tells(sought, text) for text in texts]
    weights = [_weight(sum(column), len(documents)) for column in zip(*held, strict=True)]
    found = []
    for document, text, has in zip(documents, texts, held, strict=True):
        told = [has[at] or not _untold(sense, document) for at, sense in enumerate(sought)]
        whole = sum(weight for weight, counts in zip(weights, told, strict=True) if counts)
        said = sum(weight for weight, one in zip(weights, has, strict=True) if one)
        found.append(Spoken(said / whole if whole else 0.0, _near(sought, weights, has, document, text)))
    return found


def _weight(having: int, documents: int) -> float:
    return math.log((documents + 1) / (having + 0.5)) if having else UNSEEN


def _untold(sense: frozenset[str], document: Document) -> bool:
    """Whether it is a name in another script than a passage's."""
    if len(sense) > 1:
        return False
    (name,) = sense
    return any(char.isalpha() for char in name) and bool(_HAN.search(name)) != bool(
        _HAN.search(document.text)
    )


def _near(
    sought: Sequence[frozenset[str]],
    weights: Sequence[float],
    has: Sequence[bool],
    document: Document,
    text: str,
) -> float:
    here = [at for at, one in enumerate(has) if one]
    if not here:
        return 0.0
    present = [sought[at] for at in here]
    body = own_words(document)
    over = tells(present, text[: len(text) - len(body)])
    lines = [tells(present, line) for line in _LINES.split(body) if line.strip()] or [[False] * len(here)]
    most = 0.0
    for line, following in zip(lines, [*lines[1:], lines[-1]], strict=True):
        most = max(
            most,
            sum(
                weights[at] * (1.0 if one or other else OVER * above)
                for at, one, other, above in zip(here, line, following, over, strict=True)
            ),
        )
    return most
