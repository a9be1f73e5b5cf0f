"""Twenty chats at once over one twin: answered in the order they asked, one at a time; who waits is told, and may leave."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from app.errors import Stopped, TooManyQuestions
from app.model.answerer import Found
from app.records import Done, Waiting
from app.twin.twin import Twin

CHATS = 20


class Counting:
    """How many answers are written at the same time."""

    def __init__(self, answerer: Any) -> None:
        self.answerer, self.inside, self.most = answerer, 0, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.answerer, name)

    def ask(self, *args: Any, **options: Any) -> Iterator[Found | str]:
        self.inside += 1
        self.most = max(self.most, self.inside)
        time.sleep(0.01)
        yield from self.answerer.ask(*args, **options)
        self.inside -= 1


@pytest.fixture
def counting(noted: Twin, monkeypatch: pytest.MonkeyPatch) -> Counting:
    answerer, bank = noted._models.present()
    found = Counting(answerer)
    monkeypatch.setattr(noted._models, "present", lambda: (found, bank))
    return found


def test_no_chat_starves_and_each_is_kept(noted: Twin, counting: Counting) -> None:
    order: list[int] = []
    told: set[int] = set()

    def ask(number: int, joined: threading.Event) -> None:
        for event in noted.ask(f"What of the tree, asked by chat {number}?"):
            joined.set()
            if isinstance(event, Waiting):
                told.add(number)
            elif isinstance(event, Done):
                order.append(number)

    first = noted.ask("What of the tree?")
    next(first)  # is being answered; the others come meanwhile
    threads = []
    for number in range(CHATS):
        joined = threading.Event()
        threads.append(threading.Thread(target=ask, args=(number, joined)))
        threads[-1].start()
        assert joined.wait(10)
    list(first)
    for thread in threads:
        thread.join(30)
    assert order == list(range(CHATS))
    assert told == set(range(CHATS))
    assert counting.most == 1
    assert len(noted.chats()) == CHATS + 1


def test_who_waits_can_stop_and_leaves_nothing(noted: Twin) -> None:
    first, cancel = noted.ask("What of the tree?"), threading.Event()
    next(first)
    second = noted.ask("Who moved to Porto?", cancel=cancel)
    assert next(second) == Waiting(1)
    cancel.set()
    with pytest.raises(Stopped):
        list(second)
    list(first)
    assert [chat.title for chat in noted.chats()] == ["What of the tree?"]
    assert isinstance(list(noted.ask("Who moved to Porto?"))[-1], Done)


def test_a_page_that_was_closed_makes_room(noted: Twin) -> None:
    first, second = noted.ask("What of the tree?"), noted.ask("Who moved to Porto?")
    next(first)
    assert next(second) == Waiting(1)
    first.close()  # type: ignore[attr-defined]
    assert isinstance(list(second)[-1], Done)


def test_the_line_is_bounded(noted: Twin) -> None:
    noted._line.most = 2
    first, second = noted.ask("What of the tree?"), noted.ask("Who moved to Porto?")
    next(first)
    next(second)
    with pytest.raises(TooManyQuestions):
        next(noted.ask("When was the storm?"))
    list(first)
    list(second)


def test_a_stop_before_the_first_word_keeps_no_answer(noted: Twin) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Stopped):
        list(noted.ask("What happened in 1912?", cancel=cancel))
    assert noted.chats() == []
