"""The benchmark of the passphrase's price runs both sides through the same steps."""

from __future__ import annotations

from pathlib import Path

from benchmarks.encryption import measure, table


def test_both_sides_take_every_step(tmp_path: Path) -> None:
    found = measure(tmp_path, 48, 1)
    assert {"opening", "routing", "forgetting one passage"} < set(found["steps"])
    assert all(min(both.values()) > 0 for both in found["steps"].values())
    assert "encrypted" in table(found)
