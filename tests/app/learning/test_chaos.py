"""A thousand random operations on folders and sources, with kills and unplugged disks, after which memory equals the
tree. `python -m benchmarks.chaos` makes thousands.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.learning.chaos import Worker, differences, run

OPERATIONS = 1200


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    (tmp_path / "root").mkdir()
    worker = Worker(tmp_path)
    yield worker
    worker.end()


@pytest.mark.parametrize("seed", [int(os.environ.get("DOPPEL_CHAOS_SEED", "1"))])
def test_memory_equals_the_tree_after_chaos(tmp_path: Path, worker: Worker, seed: int) -> None:
    sources = run(tmp_path, worker, OPERATIONS, seed)
    assert differences(tmp_path, sources) == []
