"""Very many files: a scan takes memory for a batch, not for the tree, and a fraction of a wait for the disk per file."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

from app.watching.scan import ScanReport
from tests.app.desk import Desk

FEW, MANY = 1_000, 15_000
MEGABYTE = 1 << 20


def test_memory_does_not_grow_with_the_tree_and_time_per_file_is_small(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        fill(desk.root, 0, FEW)
        desk.scan()
        few, _, again = measured(desk)
        assert again.changes == 0
        fill(desk.root, FEW, MANY)
        first, seconds, report = measured(desk)
        assert report.new == MANY - FEW == desk.archive.files.counts()["queued"] - FEW
        many, _, again = measured(desk)
        assert again.changes == 0
        # Were the path and stat of each file kept, it would be some fifteen megabytes.
        assert max(first, many) < few + 6 * MEGABYTE
        assert seconds < 0.01 * MANY  # a transaction of its own costs each file more than that on a disk


def test_an_event_asks_for_no_other_rows(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        fill(desk.root, 0, 3_000)
        desk.scan()
        (desk.root / "0/new").write_text("x")
        began = time.perf_counter()
        assert desk.scan(desk.root / "0/new", desk.root / "nothing").new == 1
        assert time.perf_counter() - began < 0.5


def test_the_queue_is_handed_out_without_sorting_it(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        fill(desk.root, 0, 3_000)
        desk.scan()
        with desk.archive.store.read() as connection:
            plan = connection.exec_driver_sql(
                "EXPLAIN QUERY PLAN SELECT * FROM files WHERE state = 'queued' AND attempts = 0 "
                "ORDER BY mtime_ns DESC, id DESC LIMIT 64"
            ).all()
        assert "ix_files_queue" in str(plan) and "TEMP B-TREE" not in str(plan)
        assert len(desk.archive.files.next_queued(64)) == 64


def fill(root: Path, first: int, last: int) -> None:
    """Files with hardly anything in them, a hundred to a folder."""
    for number in range(first, last):
        folder = root / str(number // 100)
        folder.mkdir(exist_ok=True)
        (folder / str(number)).write_text(str(number))


def measured(desk: Desk) -> tuple[int, float, ScanReport]:
    """A scan of everything: the most memory it held in bytes, its seconds, what it found."""
    tracemalloc.start()
    began = time.perf_counter()
    report = desk.scan()
    seconds = time.perf_counter() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak, seconds, report
