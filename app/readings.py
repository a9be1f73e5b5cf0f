"""Which passages a small model reads at once: each alone, and the best with each of the next two.

Five passages in one prompt confuse a model of 135 million parameters, and one alone holds half of a comparison. Knows places in
a ranking and lengths, no texts.
"""

from __future__ import annotations

from collections.abc import Sequence

# In all; what a laptop's two cores run in about three seconds.
READ_TOKENS = 2048
BESIDE_THE_BEST = 2
# What a place in the ranking weighs against the reader's inclination to decline, in nats; chosen on training sets.
PLACE = 0.5

Reading = tuple[int, ...]
"""Passages of one prompt by their places in the ranking, ascending, from 0."""


def readings(lengths: Sequence[int]) -> list[Reading]:
    """What is read of passages with these lengths in tokens, best first: as much as READ_TOKENS hold, at least the first."""
    alone: list[Reading] = [(place,) for place in range(len(lengths))]
    pairs: list[Reading] = [(0, place) for place in range(1, min(len(lengths), 1 + BESIDE_THE_BEST))]
    chosen, room = alone[:1], READ_TOKENS - lengths[0]
    for reading in sorted(alone[1:] + pairs, key=lambda reading: (reading[-1], len(reading))):
        cost = sum(lengths[place] for place in reading)
        if cost <= room:
            chosen.append(reading)
            room -= cost
    return chosen


def handicap(reading: Reading) -> float:
    """How much surer the reader has to be of this reading than of the best passage alone, in nats."""
    return PLACE * sum(reading) / len(reading)
