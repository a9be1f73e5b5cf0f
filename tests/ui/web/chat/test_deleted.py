"""Deleting a chat can be undone for a while; then, or at the end of the process, it is erased."""

from __future__ import annotations

import time

from ui.web.chat.deleted import Deleted


def test_undone_in_time_nothing_is_erased() -> None:
    erased: list[int] = []
    deleted = Deleted(seconds=60)
    deleted.delete(7, lambda: erased.append(7))
    assert deleted.hides(7)
    assert deleted.undo(7) and not deleted.hides(7)
    deleted.finish()
    assert erased == []
    assert not deleted.undo(7), "there is nothing to undo twice"


def test_when_time_is_over_it_is_erased() -> None:
    erased: list[int] = []
    deleted = Deleted(seconds=0.05)
    deleted.delete(7, lambda: erased.append(7))
    until = time.monotonic() + 20
    while not erased and time.monotonic() < until:
        time.sleep(0.02)
    assert erased == [7]


def test_the_end_of_the_process_erases_what_waits_once() -> None:
    erased: list[int] = []
    deleted = Deleted(seconds=60)
    deleted.delete(7, lambda: erased.append(7))
    deleted.delete(8, lambda: erased.append(8))
    deleted.finish()
    deleted.finish()
    assert sorted(erased) == [7, 8]
