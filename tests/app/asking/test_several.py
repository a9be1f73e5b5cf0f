"""Several questions in one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

import pytest

from app.asking.memory import Said
from app.asking.question import understand
from app.asking.route import answer
from engine.answering.refusal import DECLINED
from tests.app.asking.shelf import Shelf, document, run

TODAY = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("When did the boiler break and who repaired it?", ("When did the boiler break?", "Who repaired the boiler?")),
        ("Where does Ida live? What is her dog called?", ("Where does Ida live?", "What is Ida's dog called?")),
        ("Wann kommt Reimer und was kostet der Ofen?", ("Wann kommt Reimer?", "Was kostet der Ofen?")),
        ("Quand part le train et combien coûte le billet ?", ("Quand part le train?", "Combien coûte le billet?")),
        ("样品什么时候收到的，一共几件？", ("样品什么时候收到的？", "样品一共几件？")),
    ],
)  # fmt: skip
def test_each_question_stands_by_itself(question: str, parts: tuple[str, ...]) -> None:
    understood = understand(question, TODAY)
    assert understood.kind == "several" and tuple(part.text for part in understood.several) == parts


@pytest.mark.parametrize(
    "question",
    [
        "What did Tom say and when?",
        "How many chairs and tables are there?",
        "Dr Reed looked after the cat: where is her practice?",
        "What happened in May 2023 and who was there?",
        "Where is the bread and butter pudding?",
    ],
)
def test_one_question_stays_one(question: str) -> None:
    assert understand(question, TODAY).kind != "several"


def test_each_part_has_its_line_and_its_passage() -> None:
    shelf = Shelf([document(1, "The boiler broke on 3 May."), document(2, "Nora repaired the stove.")])
    asked = understand("When did the boiler break and who repaired the stove?", TODAY)
    text, cited, _ = run(answer(asked, shelf))
    assert text == (
        "- When did the boiler break? The boiler broke on 3 May. [1]\n"
        "- Who repaired the stove? Nora repaired the stove. [2]"
    )
    assert cited == [1, 2]


def test_a_part_without_an_answer_says_so_and_none_at_all_is_declined() -> None:
    shelf = Shelf([document(1, "The boiler broke on 3 May.")])
    asked = understand("When did the boiler break and who won the regatta?", TODAY)
    assert run(answer(asked, shelf))[0].endswith("- Who won the regatta? not found")
    asked = understand("Who sails the yacht and who won the regatta?", TODAY)
    assert run(answer(asked, shelf))[0] == DECLINED


class NamesOnly(Shelf):
    """Reads who it is, not the sentence that says it."""

    def read(self, question: str, favoured: Collection[int] = (), only: Sequence[int] = ()) -> Iterator[Said]:
        for event in super().read(question, favoured, only):
            who = isinstance(event, str) and question.startswith("Who ")
            yield event.partition(" lives ")[0] if isinstance(event, str) and who else event


def test_who_is_asked_about_next_is_who_the_part_before_was_answered_with() -> None:
    shelf = NamesOnly(
        [document(1, "Ida Holt lives in Utrecht."), document(2, "Work: Ida Holt does repair clocks.")]
    )
    asked = understand("Who lives in Utrecht and what work does she do?", TODAY)
    text, _, _ = run(answer(asked, shelf))
    assert text.split("\n")[0] == "- Who lives in Utrecht? Ida Holt [1]"
    assert text.split("\n")[1].startswith("- What work does Ida Holt do? Work: Ida Holt does repair clocks.")
