"""An answer that is not certain has to be said by its passage alone, too."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import pytest

from app.asking.confirm import CERTAIN, confirmed
from app.asking.memory import Cited, Evidenced, Said
from app.asking.question import understand
from app.asking.readings import Reading
from app.asking.strategies import fact
from engine.answering.refusal import DECLINED
from tests.app.asking.shelf import Shelf, document, run

TODAY = date(2025, 9, 20)
QUESTION = understand("Where is the spare key?", TODAY)
KEY = document(1, "The spare key hangs in the shed.", path="/n/key.md")
BIKE = document(2, "The bike stands in the cellar.", path="/n/bike.md")
BOTH = (Cited(BIKE), Cited(KEY, read=False))  # what does not say the answer counts as looked into


@dataclass
class Alone(Shelf):
    """All together say one thing, a passage by itself another."""

    together: tuple[str, float] = ("in the cellar", 0.7)
    alone: tuple[str, float] = (DECLINED, 0.1)
    read_alone: list[int] = field(default_factory=list)
    votes: bool = False

    def reads_together(self) -> bool:
        return not self.votes

    def read(self, question: str, favoured: Collection[int] = (), only: Sequence[int] = ()) -> Iterator[Said]:
        said, agreement = self.alone if only else self.together
        self.read_alone += only
        yield Evidenced(tuple(hit for hit in BOTH if not only or hit.document.id in only), agreement)
        yield said


def reading(agreement: float = 0.7) -> Reading:
    return Reading("in the cellar", BOTH, agreement)


def test_what_the_passage_alone_does_not_say_was_not_found() -> None:
    memory = Alone([BIKE, KEY])
    assert not confirmed(QUESTION, reading(), memory).found
    assert memory.read_alone == [2]


def test_what_it_says_too_stands() -> None:
    assert confirmed(QUESTION, reading(), Alone([], alone=("the cellar", 0.6))) == reading()


def test_what_it_says_otherwise_is_not_sure_or_certainly_so() -> None:
    found = confirmed(QUESTION, reading(), Alone([], alone=("The bike", 0.6)))
    assert found.text == "in the cellar" and not found.sure
    found = confirmed(QUESTION, reading(), Alone([], alone=("The bike", CERTAIN)))
    assert found.text == "The bike" and found.sure


def test_one_that_is_certain_or_was_read_from_one_passage_takes_no_second_look() -> None:
    memory = Alone([])
    assert confirmed(QUESTION, reading(CERTAIN), memory).found
    assert confirmed(QUESTION, Reading("in the cellar", BOTH[:1], 0.7), memory).found
    memory.votes = True
    assert confirmed(QUESTION, reading(), memory).found, "it was read alone already"
    assert not memory.read_alone


def test_a_doubted_answer_is_not_shown_before() -> None:
    text, _, _ = run(fact.answer(QUESTION, Alone([BIKE, KEY])))
    assert text == DECLINED


def test_what_names_something_that_no_passage_has_was_not_found() -> None:
    said = Alone([], alone=("in the cellar", 0.8))
    assert not confirmed(understand("Where is the key of the Kestrel?", TODAY), reading(), said).found
    assert not said.read_alone


@pytest.mark.parametrize(
    "question",
    [
        "Where did I put the Bike?",  # "I" is nobody's name, and the bike is there
        "Where was the spare key in May?",  # nor is a month
        "Wo ist der Schlüssel vom Kestrel?",  # in another language it may be called otherwise
    ],
)
def test_what_is_no_name_or_may_be_called_otherwise_is_read(question: str) -> None:
    said = Alone([], alone=("in the cellar", 0.8))
    assert confirmed(understand(question, TODAY), reading(), said).sure
