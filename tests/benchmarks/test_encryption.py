"""The benchmark of the passphrase's price runs both sides through the same steps."""

from __future__ import annotations

from pathlib import Path

from benchmarks import encryption_whole
from benchmarks.encryption import measure, table


def test_both_sides_take_every_step(tmp_path: Path) -> None:
    found = measure(tmp_path, 48, 1)
    assert {"opening", "routing", "forgetting one passage"} < set(found["steps"])
    assert all(min(both.values()) > 0 for both in found["steps"].values())
    assert "encrypted" in table(found)


def test_what_the_whole_is_longer_by_is_told() -> None:
    took = {"plain": [1.0, 2.0, 9.0], "encrypted": [2.0, 2.5, 3.0]}
    learning, asking = encryption_whole.rows({"learning": took, "asking": took})
    assert learning.split()[-1] == asking.split()[-1] == "+25.0%"
