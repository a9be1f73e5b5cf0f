"""The line of questions: first in, first out; waiting is told, can be stopped, and nobody holds up the others."""

from __future__ import annotations

import threading
import time
from itertools import pairwise

import pytest

from app.errors import Stopped, TooManyQuestions
from app.model import line
from app.model.line import Line


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "SECONDS_PER_LOOK", 0.01)


def never() -> bool:
    return False


def test_twenty_are_answered_one_at_a_time_in_the_order_they_came() -> None:
    questions, begun, ended, inside, most = Line(), [], [], 0, 0
    counting = threading.Lock()

    def ask(number: int) -> None:
        nonlocal inside, most
        with questions.joined() as place:
            joined.set()
            told = list(questions.waiting(place, never))
            # A place that gets nearer is told, and never one that gets farther.
            assert all(later <= earlier for earlier, later in pairwise(told))
            with counting:
                begun.append(number)
                inside += 1
                most = max(most, inside)
            time.sleep(0.005)
            with counting:
                inside -= 1
                ended.append(number)

    threads = []
    for number in range(20):
        joined = threading.Event()
        threads.append(threading.Thread(target=ask, args=(number,)))
        threads[-1].start()
        assert joined.wait(5)
    for thread in threads:
        thread.join(10)
    assert begun == ended == list(range(20))
    assert most == 1


def test_how_many_are_before_is_told_and_waiting_can_be_stopped() -> None:
    questions, cancel = Line(), threading.Event()
    with questions.joined(), questions.joined(), questions.joined() as third:
        waiting = questions.waiting(third, cancel.is_set)
        assert next(waiting) == 2
        cancel.set()
        with pytest.raises(Stopped):
            next(waiting)


def test_who_leaves_the_line_makes_it_shorter() -> None:
    questions = Line()
    with questions.joined() as last:
        pass
    with questions.joined():
        with questions.joined() as last:
            waiting = questions.waiting(last, never)
            assert next(waiting) == 1
        with questions.joined() as new:
            assert next(questions.waiting(new, never)) == 1


def test_an_answer_that_nobody_takes_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "PATIENCE", 0.05)
    questions = Line()
    with questions.joined() as first, questions.joined() as second:
        waiting = questions.waiting(second, never)
        assert next(waiting) == 1
        with first.handing_over():
            time.sleep(0.06)
            assert list(waiting) == []
        # Who comes back is before the next one again.
        assert next(questions.waiting(second, never)) == 1


def test_the_line_is_only_so_long() -> None:
    questions = Line(most=2)
    with (
        questions.joined(),
        questions.joined(),
        pytest.raises(TooManyQuestions, match="Ask again"),
        questions.joined(),
    ):
        pass
    with questions.joined():
        pass
