"""A few random schedules of faults; `python -m benchmarks.faults` runs hundreds."""

from __future__ import annotations

from benchmarks.faults import measure


def test_everything_is_known_once_the_faults_end() -> None:
    result = measure(schedules=4, seed=7)
    assert result.injected and result.survived == 4, result
