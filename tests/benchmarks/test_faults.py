"""A few random schedules of faults; `python -m benchmarks.faults` runs hundreds."""

from __future__ import annotations

from pathlib import Path

from benchmarks.faults import measure, recorded


def test_everything_is_known_once_the_faults_end(tmp_path: Path) -> None:
    record = tmp_path / "faults.jsonl"
    result = measure(schedules=4, seed=7, record=record)
    assert result.injected and result.survived == 4, result
    # A second run has nothing left to do, also where the first was ended in the middle of a line.
    with record.open("a") as lines:
        lines.write('{"seed": 7, "num')
    assert measure(schedules=4, seed=7, record=record) == result
    assert recorded(record, seed=8) == {}
