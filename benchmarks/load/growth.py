"""Whether what was sampled grows: the slope of the last half, with its interval, against what an hour of load may add.

A comparison of two means calls a slow leak a plateau and a noisy plateau a leak. Here the slope is the median of the slopes
between all pairs of parts (Theil and Sen), which single large answers do not move, and the interval is that of Kendall's
rank correlation. Where the interval spans what is allowed, the run was too short to say, and that is no plateau either.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import mean, median

from benchmarks.load.held import Sample

# Of its mean over the last half, what an hour of load may add. Counts are small: windows and parsers come and go in them.
ALLOWED = {"anonymous_mb": 0.05, "descriptors": 0.25, "threads": 0.25, "mappings": 0.25}
PARTS = 20  # of the last half, each represented by its median
FEWEST = 8  # parts that say anything
CONFIDENT = 1.645  # standard deviations: one time in twenty the slope lies above the interval
HOUR = 3600.0


@dataclass(frozen=True)
class Growth:
    """Of one quantity over the last half: its mean, what an hour adds, and the interval of that."""

    mean: float
    hourly: float
    least: float
    most: float

    def verdict(self, allowed: float) -> str:
        limit = allowed * self.mean
        if self.most <= limit:
            return "steady"
        return "grows" if self.least > 0 and self.hourly > limit else "cannot be told"


def growth(samples: Sequence[Sample], name: str) -> Growth:
    half = [one for one in samples if one.seconds >= samples[-1].seconds / 2] if samples else []
    count = min(PARTS, len(half) // 2)
    values = [float(getattr(one, name)) for one in half]
    if count < FEWEST:
        return Growth(mean(values) if values else 0.0, math.nan, -math.inf, math.inf)
    parts = [half[len(half) * at // count : len(half) * (at + 1) // count] for at in range(count)]
    points = [
        (mean(one.seconds for one in part) / HOUR, median(float(getattr(one, name)) for one in part))
        for part in parts
    ]
    slopes = sorted((b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(points, 2))
    spread = CONFIDENT * math.sqrt(count * (count - 1) * (2 * count + 5) / 18)
    least, most = int((len(slopes) - spread) / 2), math.ceil((len(slopes) + spread) / 2)
    return Growth(mean(values), median(slopes), slopes[max(0, least)], slopes[min(len(slopes) - 1, most)])


def verdicts(samples: Sequence[Sample]) -> dict[str, tuple[Growth, str]]:
    """Of each quantity that is judged; what of files is mapped is not, since the system moves it as it likes."""
    found = {name: growth(samples, name) for name in ALLOWED}
    return {name: (one, one.verdict(ALLOWED[name])) for name, one in found.items()}


def is_plateau(samples: Sequence[Sample]) -> bool:
    return all(verdict == "steady" for _, verdict in verdicts(samples).values())


def in_a_word(samples: Sequence[Sample]) -> str:
    """What the run shows: growth, a plateau, or neither, where it was too short for what comes and goes in it."""
    told = verdicts(samples)
    grown = [name for name, (_, verdict) in told.items() if verdict == "grows"]
    if grown:
        return f"growth: {', '.join(grown)}"
    untold = [name for name, (_, verdict) in told.items() if verdict != "steady"]
    return (
        f"no growth is seen, but the run is too short to exclude it: {', '.join(untold)}"
        if untold
        else "a plateau"
    )
