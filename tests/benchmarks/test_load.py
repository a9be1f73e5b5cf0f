"""The verdict of the load: a plateau is told from growth."""

from __future__ import annotations

from benchmarks.load.__main__ import Sample, is_plateau, quarters


def samples(grow: float) -> list[Sample]:
    return [Sample(float(n), 500 + grow * n, 80, 30) for n in range(100)]


def test_what_grows_is_no_plateau() -> None:
    assert is_plateau(quarters(samples(0.0)))
    assert not is_plateau(quarters(samples(4.0)))
    leaking = [Sample(one.seconds, 500, 50 + int(one.seconds), 30) for one in samples(0.0)]
    assert not is_plateau(quarters(leaking))


def test_quarters_are_means() -> None:
    assert [round(one.resident_mb) for one in quarters(samples(1.0))] == [512, 537, 562, 587]
