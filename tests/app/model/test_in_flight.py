"""One guard around answers: background work waits for questions, steps never overlap, the end waits for a step."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from app.model.in_flight import InFlight


def test_background_work_waits_for_the_end_of_a_question() -> None:
    guard, done = InFlight(), threading.Event()
    answer = guard.answering(iter(["one", "two"]))
    assert next(answer) == "one"

    def encode() -> None:
        with guard.background():
            done.set()

    worker = threading.Thread(target=encode)
    worker.start()
    assert not done.wait(0.2)
    assert list(answer) == ["two"]
    assert done.wait(20)
    worker.join()


def test_a_question_of_one_step_goes_before_background_work_and_is_over() -> None:
    guard = InFlight()
    with guard.question():
        assert not guard.rest(0)
    with guard.background():
        assert not guard.rest(0)
    assert guard.rest(0)


def test_a_question_that_is_left_is_over() -> None:
    guard = InFlight()
    answer = guard.answering(iter(["one", "two"]))
    next(answer)
    answer.close()
    guard.wait_quiet()
    with guard.background():
        pass


def test_an_answer_that_fails_is_over() -> None:
    guard = InFlight()

    def fails() -> Iterator[str]:
        yield "one"
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        list(guard.answering(fails()))
    guard.wait_quiet()
    assert guard.rest(0)


def test_the_end_waits_for_the_step_under_way_and_not_for_ever() -> None:
    guard, entered, leave = InFlight(), threading.Event(), threading.Event()

    def slow() -> Iterator[str]:
        entered.set()
        leave.wait(20)
        yield "one"

    asker = threading.Thread(target=lambda: list(guard.answering(slow())))
    asker.start()
    assert entered.wait(20) and not guard.rest(0.05)
    leave.set()
    assert guard.rest(20)
    asker.join()
