"""An answer has to stand in what was read; what a model knows by itself is not the memory's."""

from __future__ import annotations

import pytest

from engine.answering.refusal import DECLINED
from engine.answering.support import HELD, Support, Supported, about_another, support

NOTES = ["Rye bread is baked on Thursdays.", "The red boat lies in Hull since 2019."]


@pytest.mark.parametrize(
    ("question", "answer", "told"),
    [
        ("What is the capital of France?", "Paris", Support.NONE),
        ("What is the capital of France?", "The capital of France is Paris.", Support.NONE),
        ("When is bread baked?", "Thursdays", Support.WHOLE),
        ("When is bread baked?", "Bread is baked on Thursday", Support.WHOLE),
        ("Since when is the boat in Hull?", "2018", Support.PART),
        ("Since when is the boat in Hull?", "2019", Support.WHOLE),
        ("Is the boat red?", "Yes.", Support.WHOLE),
        ("Is it bread or cake?", "cake", Support.WHOLE),
        ("Where is the boat?", "In Hull near the blue lighthouse of Spurn", Support.PART),
        ("船在哪里？", "赫尔", Support.PART),
        ("Where?", DECLINED, Support.WHOLE),
        ("Where?", "", Support.WHOLE),
    ],
)
def test_support(question: str, answer: str, told: Support) -> None:
    assert support(question, answer, NOTES) is told


def checked(pieces: list[str], *, cancelled: bool = False) -> tuple[list[str], Supported]:
    supported = Supported("What is the capital of France?", NOTES, lambda: cancelled)
    return list(supported.checked(pieces)), supported


def test_a_short_answer_from_nowhere_is_declined_before_anybody_sees_it() -> None:
    assert checked(["Par", "is"])[0] == [DECLINED]
    assert checked(["Thurs", "days"])[0] == ["Thursdays"]


def test_a_long_answer_is_written_as_it_comes_and_marked() -> None:
    pieces = ["Lutetia " * 20, "and more"]
    said, supported = checked(pieces)
    assert len(pieces[0]) > HELD and said == pieces and supported.told is Support.PART


def test_what_was_interrupted_is_shown_as_far_as_it_came() -> None:
    assert checked(["Par"], cancelled=True)[0] == ["Par"]


def test_an_answer_about_somebody_else_is_told_from_one_about_whom_was_asked() -> None:
    hired = "minutes\nHired: Svenja Metzger as head of the shop."
    phone = "phone providers\nsince June 2021 Alpenfunk, 0174 555"
    question = "What is Svenja Metzger's phone number?"
    assert about_another(question, [phone], [hired, phone])
    assert not about_another(question, [hired + " Phone 0174 555"], [hired, phone])
    assert not about_another(
        question, [phone], [phone]
    )  # nobody of that name was found: nothing to compare with
    assert not about_another("what is my phone number?", [phone], [hired, phone])
    assert not about_another(question, [], [hired, phone])
