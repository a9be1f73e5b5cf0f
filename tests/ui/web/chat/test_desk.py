"""What a page shows while an answer is under way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.records import Answer, Done, Event, Progress, Token, Waiting
from ui.web.chat import desk
from ui.web.chat.desk import Desk, answered


def lines(*events: Event) -> list[str]:
    """What is said to be going on, after each event."""

    def given() -> Iterator[Event]:
        yield from events
        yield Done(Answer("Done.", (), False, 0.1, 0.2, 1))

    return [line for _, line in answered("What of it?", Desk(), given())]


def test_who_waits_is_told_how_many_are_before() -> None:
    said = lines(Waiting(2), Waiting(1))
    assert any(line.endswith("before it: 2") for line in said)
    assert any(line.endswith("before it: 1") for line in said)
    assert said[-1] == ""


def test_what_a_long_answer_goes_through_is_told_before_it_begins() -> None:
    said = lines(Progress(0, 1_500), Token("It"))
    assert any("1,500 passages" in line and "Stop" in line for line in said)


def test_how_long_the_rest_takes_is_told_where_it_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(0, 1000, 30))
    monkeypatch.setattr(desk.time, "monotonic", lambda: float(next(now)))
    assert any("left" in line for line in lines(Progress(0, 100), Progress(20, 100)))
    assert not any("left" in line for line in lines(Progress(0, 100), Progress(100, 100)))
