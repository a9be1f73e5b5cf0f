"""The benchmark of very many segments, with few: it counts what it says it counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.bank_archive import random_base
from benchmarks.bank_segments import MAPS, build_segments, measure_segments
from storage import mapping

BASE = random_base(layers=2, kv_heads=3, head_dim=16, heads=9, chunk_size=32)


@pytest.mark.parametrize("most", [0, 10, 1000])
def test_segments_beyond_what_may_be_mapped_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    left: list[int] = []
    build_segments(tmp_path, BASE, 20, left.append)
    build_segments(tmp_path, BASE, 60, left.append)
    monkeypatch.setattr(mapping, "MOST", len(mapping._held) + most)
    found = measure_segments(tmp_path, BASE)
    assert left == [0, 0]
    assert found["documents"] == found["segments"] == 60 and found["merged_segments"] < 8
    assert not found["wrong"] and found["same_answers"] and found["lost"] == found["missing"] == 0
    if MAPS.exists():
        mapped = found["opened_segment_mappings"]
        assert mapped == min(most, 60)
