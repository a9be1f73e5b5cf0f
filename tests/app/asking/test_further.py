"""A second look where the first finds nothing: only what it is sure of counts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pytest

from app.asking.memory import Cited, Evidenced, Said
from app.asking.question import understand
from app.asking.strategies import fact
from engine.answering.refusal import DECLINED
from tests.app.asking.shelf import Shelf, document, run

QUESTION = understand("How many shares has the village shop?", date(2025, 9, 20))
NEAR = [document(id, f"The village shop, shares, note {id}.", path=f"/n/{id}.md") for id in range(1, 6)]
FAR = document(6, "Dorfladen: 311 Anteile, the shop.", path="/n/far.md")


@dataclass
class Reader(Shelf):
    """Finds nothing in what is near, and says `said` of what is further away."""

    said: str = "311"
    agreement: float | None = 0.9

    def read(self, question: str, favoured: Collection[int] = (), only: Sequence[int] = ()) -> Iterator[Said]:
        self.alone.append(tuple(only))
        hits = [hit for hit in self.search(question, 10) if not only or hit.document.id in only]
        yield Evidenced(tuple(Cited(hit.document) for hit in hits[:5]), self.agreement if only else None)
        yield self.said if only else DECLINED


def test_what_fits_less_well_is_read_where_nothing_was_found() -> None:
    reader = Reader([*NEAR, FAR])
    text, cited, _ = run(fact.answer(QUESTION, reader))
    assert text == "311" and reader.alone == [(), (6,)]
    assert cited == [6, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("said", "agreement"), [("311", 0.1), ("412", 0.9), (DECLINED, 0.9), ("the shop", 0.9)]
)
def test_unsure_unsaid_or_of_the_wrong_kind_it_stays_not_found(said: str, agreement: float) -> None:
    reader = Reader([*NEAR, FAR], said=said, agreement=agreement)
    assert run(fact.answer(QUESTION, reader))[0] == DECLINED


def test_without_anything_further_there_is_one_reading() -> None:
    reader = Reader(NEAR)
    assert run(fact.answer(QUESTION, reader))[0] == DECLINED and reader.alone == [()]


def test_a_cancelled_answer_looks_no_further() -> None:
    reader = Reader([*NEAR, FAR], stopped=True)
    assert run(fact.answer(QUESTION, reader))[0] == DECLINED and reader.alone == [()]


def test_a_sure_answer_about_somebody_else_stays_not_found() -> None:
    question = understand("How many shares has Anselm Berg in the shop?", date(2025, 9, 20))
    assert run(fact.answer(question, Reader([*NEAR, FAR])))[0] == DECLINED
    named = document(6, "Anselm Berg: 311.", path="/n/far.md")
    assert run(fact.answer(question, Reader([*NEAR, named])))[0] == "311"


def test_of_several_further_away_the_one_that_says_it_has_to_say_so_alone() -> None:
    other = document(7, "The shop has 40 shelves.", path="/n/shelves.md")
    reader = Reader([*NEAR, FAR, other], agreement=0.6)
    assert run(fact.answer(QUESTION, reader))[0] == "311" and reader.alone == [(), (6, 7), (6,)]
    reader = SilentAlone([*NEAR, FAR, other], agreement=0.6)
    text, cited, _ = run(fact.answer(QUESTION, reader))
    assert text == DECLINED and cited == [1, 2, 3, 4, 5]  # what was looked in is what fitted best


class SilentAlone(Reader):
    """Says it of several passages only."""

    def read(self, question: str, favoured: Collection[int] = (), only: Sequence[int] = ()) -> Iterator[Said]:
        self.said = "311" if len(only) > 1 else DECLINED
        return super().read(question, favoured, only)
