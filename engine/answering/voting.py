"""Which passages a small model reads at once, and which of its readings is believed.

Each passage is read alone, and the best with each of the next two: five in one prompt confuse a model of 135 million
parameters, and one alone holds half of a comparison. Readings that answer alike speak for each other.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

from engine.answering.refusal import declines
from engine.retrieval.names import words

# In all: this bounds the wait for the first word.
READ_TOKENS = 1280
BESIDE_THE_BEST = 2
# What a place in the ranking weighs against the reader's inclination to decline, in nats; chosen on training sets.
PLACE = 0.5
OR = "or"
# Share of the votes below which an answer is called unsure; chosen on training sets.
SURE = 0.5
# From which on an answer needs no second look, and from which on the best passage alone is believed without the others;
# chosen on training sets.
CERTAIN, BELIEVED_ALONE = 0.9, 0.8

Reading = tuple[int, ...]
"""Passages of one prompt by their places in the ranking, ascending, from 0."""


def readings(lengths: Sequence[int]) -> list[Reading]:
    """What is read of passages with these lengths in tokens, best first: as much as READ_TOKENS hold, at least the first.

    Passages alone come before pairs. A pair begins as its second passage alone does, so what it costs is the best one.
    """
    chosen: list[Reading] = [(0,)]
    room = READ_TOKENS - lengths[0]
    for place in range(1, len(lengths)):
        if lengths[place] > room:
            continue
        chosen.append((place,))
        room -= lengths[place]
        if place <= BESIDE_THE_BEST and lengths[0] <= room:
            chosen.append((0, place))
            room -= lengths[0]
    return sorted(chosen, key=len)


def votes(tried: Sequence[Reading], declining: Sequence[float]) -> list[float]:
    """What each reading's answer counts. declining: log P that an answer from it begins as declining does, nats.

    A reading further back in the ranking has to be surer.
    """
    return [
        math.exp(-(inclined + PLACE * sum(reading) / len(reading)))
        for reading, inclined in zip(tried, declining, strict=True)
    ]


def settled(question: str, answers: Sequence[str | None], votes: Sequence[float]) -> bool:
    """Whether answers that are still being written (None) need not be waited for: another one has most of all votes.

    Not for a question that offers a choice, which may go to an answer with few.
    """
    most = max(_shares(answers, votes).values(), default=0.0)
    return None not in answers or (most > SURE and OR not in words(question))


def elected(question: str, answers: Sequence[str], votes: Sequence[float]) -> tuple[int, float]:
    """Where the answer with most votes was read, the surest of its readings, and which share of the votes it has. Case and
    punctuation make no other answer.

    Where a question offers a choice ("Ann or Bob?"), answers that it names go before others, but not before declining.
    """
    keys = [_key(answer) for answer in answers]
    shares = _shares(answers, votes)

    def first(rows: Sequence[int]) -> int:
        return max(rows, key=lambda row: (shares[keys[row]], votes[row]))

    asked = words(question)
    best = first(range(len(keys)))
    if OR in asked and not declines(answers[best]):
        named = [row for row, key in enumerate(keys) if key and f" {key} " in f" {' '.join(asked)} "]
        best = first(named) if named else best
    return best, shares[keys[best]]


def unsure(answer: str, agreement: float | None) -> bool:
    """Whether to warn of an answer with this share of the votes; that nothing was found is no answer to warn of."""
    return agreement is not None and agreement < SURE and not declines(answer)


def _shares(answers: Sequence[str | None], votes: Sequence[float]) -> Mapping[str, float]:
    """The share of all votes that each answer has; None, not there yet, has none."""
    shares: defaultdict[str, float] = defaultdict(float)
    total = sum(votes)
    for answer, vote in zip(answers, votes, strict=True):
        if answer is not None:
            shares[_key(answer)] += vote / total
    return shares


def _key(answer: str) -> str:
    return " ".join(words(answer))
