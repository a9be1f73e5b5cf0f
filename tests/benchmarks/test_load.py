"""The verdict of the load: a plateau is told from slow growth, and a run that is too short from both."""

from __future__ import annotations

import mmap
import os
import random
from pathlib import Path

import psutil
import pytest

from benchmarks.load.__main__ import quarters
from benchmarks.load.growth import growth, in_a_word, is_plateau, verdicts
from benchmarks.load.held import MB, Sample, memory_of

EVERY, MINUTES = 5.0, 20.0


def samples(
    hourly_mb: float = 0.0, noise_mb: float = 0.0, seed: int = 1, minutes: float = MINUTES
) -> list[Sample]:
    """A server of 3,000 MB that grows, with answers that come and go."""
    chance = random.Random(seed)
    return [
        Sample(
            n * EVERY,
            3000 + hourly_mb * n * EVERY / 3600 + abs(chance.gauss(0, noise_mb)),
            800 + chance.random() * 200,
            120 + chance.randrange(-3, 4),
            46 + chance.randrange(-1, 2),
            2000 + chance.randrange(-9, 10),
        )
        for n in range(int(minutes * 60 / EVERY))
    ]


def test_what_stays_is_a_plateau_though_it_is_noisy() -> None:
    assert sum(is_plateau(samples(0.0, 40.0, seed)) for seed in range(20)) >= 18


def test_slow_growth_is_told() -> None:
    """A tenth in an hour is less than a hundredth from one quarter of the time to the next."""
    told = [verdicts(samples(300.0, 40.0, seed))["anonymous_mb"][1] for seed in range(20)]
    assert told.count("grows") >= 15 and "steady" not in told


def test_growth_that_ended_is_a_plateau() -> None:
    assert is_plateau(
        [Sample(n * EVERY, min(3000.0, 1000 + n * 25.0), 800, 120, 46, 2000) for n in range(240)]
    )


@pytest.mark.parametrize("name", ["descriptors", "threads", "mappings"])
def test_one_more_a_minute_is_told(name: str) -> None:
    leaking = [
        Sample(**{**vars(one), name: getattr(one, name) + int(one.seconds / 60) * getattr(one, name) // 40})
        for one in samples()
    ]
    assert verdicts(leaking)[name][1] == "grows"


def test_the_last_word_names_what_grows_and_what_cannot_be_told() -> None:
    assert in_a_word(samples()) == "a plateau"
    assert in_a_word(samples(600.0)) == "growth: anonymous_mb"
    assert in_a_word(samples(0.0, 1500.0)).endswith("too short to exclude it: anonymous_mb")


def test_a_run_that_is_too_short_or_too_noisy_shows_nothing() -> None:
    assert verdicts(samples(minutes=1.0))["anonymous_mb"][1] == "cannot be told"
    assert not is_plateau([])
    assert not is_plateau(samples(0.0, 1500.0))


def test_the_slope_is_that_of_the_last_half() -> None:
    assert growth(samples(600.0), "anonymous_mb").hourly == pytest.approx(600)


def test_quarters_are_means() -> None:
    rising = [Sample(float(n), 500.0 + n, 0, 80, 30, 9) for n in range(100)]
    assert [round(one.anonymous_mb) for one in quarters(rising)] == [512, 537, 562, 587]


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the system does not tell shares")
def test_pages_of_a_file_are_not_taken_for_what_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(os.urandom(32 * MB))
    before = memory_of(psutil.Process())
    with (tmp_path / "file").open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as mapped:
        sum(mapped[at] for at in range(0, len(mapped), 4096))
        # Not from the heap, which may have as much to give that is resident already.
        with mmap.mmap(-1, 16 * MB, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as asked:
            for at in range(0, len(asked), 4096):
                asked[at] = 1
            after = memory_of(psutil.Process())
    assert after[1] - before[1] > 31 * MB
    assert 15 * MB < after[0] - before[0] < 24 * MB
