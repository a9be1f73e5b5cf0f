"""What the queue could not write down is told as long as it holds, and no longer."""

from __future__ import annotations

import errno
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy.exc import OperationalError

from app.health import Health
from app.learning.queue import FileQueue


class Rows:
    """Files' rows that cannot be had while `refuses`; state: what they say then."""

    def __init__(self) -> None:
        self.refuses = True
        self.state = "known"

    def requeue_interrupted(self) -> None:
        if self.refuses:
            raise OperationalError("", None, Exception("read-only"))

    def row(self, id: int) -> Any:
        self.requeue_interrupted()
        return SimpleNamespace(id=id, state=self.state)


def queue_over(rows: Rows, tmp_path: Path) -> tuple[Any, Health]:
    health = Health()
    archive: Any = SimpleNamespace(files=rows)
    return FileQueue(archive, "none", tmp_path, health), health


def test_a_file_that_is_known_after_all_leaves_no_trouble(tmp_path: Path) -> None:
    queue, health = queue_over(Rows(), tmp_path)
    job = SimpleNamespace(file=SimpleNamespace(id=7))
    queue._record_later(job, OSError(errno.ENOSPC, "full"))
    assert [trouble.part for trouble in health.troubles()] == ["queue"]
    queue._forgive(job)
    assert health.troubles() == ()


def test_nor_does_a_row_that_somebody_else_has_put_right(tmp_path: Path) -> None:
    rows = Rows()
    queue, health = queue_over(rows, tmp_path)
    queue._record_later(SimpleNamespace(file=SimpleNamespace(id=7)), OSError(errno.EIO, "disk"))
    queue._later[7] = 0.0
    queue._requeue_due()
    assert len(health.troubles()) == 1
    rows.refuses, queue._later[7] = False, 0.0
    queue._requeue_due()
    assert health.troubles() == ()


def test_what_could_not_be_queued_at_the_start_is_told_until_it_is(tmp_path: Path) -> None:
    rows = Rows()
    queue, health = queue_over(rows, tmp_path)
    queue.recover()
    queue._forgive(SimpleNamespace(file=SimpleNamespace(id=7)))
    assert len(health.troubles()) == 1
    rows.refuses = False
    queue.recover()
    assert health.troubles() == ()
