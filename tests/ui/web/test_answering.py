"""Ending: every answer is cancelled, and the end waits while the model computes."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from ui.web.answering import Answering


def test_end_cancels_every_answer_and_waits_for_the_step_under_way() -> None:
    answering, entered, leave = Answering(), threading.Event(), threading.Event()
    cancel = answering.cancels["page"] = threading.Event()

    def compute() -> Iterator[int]:
        entered.set()
        leave.wait(20)
        yield 1

    seen: list[int] = []
    thread = threading.Thread(target=lambda: seen.extend(answering.steps(compute())))
    thread.start()
    assert entered.wait(20)
    assert not answering.end(0.05)
    assert cancel.is_set()
    leave.set()
    assert answering.end(20)
    thread.join(20)
    assert seen == [1]


def test_steps_pass_errors_on_and_let_go() -> None:
    answering = Answering()
    try:
        list(answering.steps(1 // n for n in (1, 0)))
    except ZeroDivisionError:
        assert answering.end(0)
    else:
        raise AssertionError("the error was swallowed")
