"""Threads that outlive what their steps raise, and health that says so, also to other processes."""

from __future__ import annotations

import errno
import threading
from pathlib import Path

import pytest

from app import health as module
from app import supervised
from app.health import SIZE, Health, in_words, read
from app.supervised import Supervised


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left"), MemoryError(), SystemExit(1), ZeroDivisionError()]
)
def test_a_step_that_fails_is_told_and_tried_again_until_it_works(
    monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    monkeypatch.setattr(supervised, "FIRST_PAUSE", 0.001)
    health, tries, troubles = Health(), [0], []

    def step() -> bool:
        tries[0] += 1
        troubles.append(health.troubles())
        if tries[0] < 5:
            raise error
        return tries[0] < 7

    thread = Supervised(step, name="t", part="testing", health=health, stopping=threading.Event())
    thread.start()
    thread.join(20)
    assert not thread.is_alive() and tries == [7] and health.troubles() == ()
    assert [t.times for (t,) in troubles[1:5]] == [1, 2, 3, 4] and troubles[4][0].part == "testing"


def test_it_ends_when_told_while_it_waits_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervised, "FIRST_PAUSE", 1000.0)
    failed, stopping = threading.Event(), threading.Event()

    def step() -> bool:
        failed.set()
        raise OSError(errno.EIO, "Input/output error")

    thread = Supervised(step, name="t", part="testing", health=Health(), stopping=stopping)
    thread.start()
    assert failed.wait(20)
    stopping.set()
    thread.join(20)
    assert not thread.is_alive()


def test_another_process_can_read_what_fails(tmp_path: Path) -> None:
    file = tmp_path / "health"
    health = Health(file)
    assert file.stat().st_size == SIZE and file.stat().st_mode & 0o777 == 0o600 and read(file) == ()
    for number in range(200):
        health.failed(f"part {number}", "x" * 100)
    assert 10 < len(read(file)) < 200 and file.stat().st_size == SIZE
    for number in range(200):
        health.well(f"part {number}")
    assert read(file) == ()
    health.failed("memory", OSError(errno.ENOSPC, "No space left"))
    assert read(file) == health.troubles()


@pytest.mark.parametrize("code", sorted(module.ADVICE))
def test_every_known_cause_says_what_to_do(code: int) -> None:
    said = in_words(OSError(code, "x", "/secret/place"))
    assert "secret" not in said and said.endswith("by itself.")
