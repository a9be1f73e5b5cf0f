"""Questions with a sentence in front or a clause that says more of whom they name."""

from __future__ import annotations

from datetime import date

import pytest

from app.asking.parts.direct import direct

TODAY = date(2025, 9, 20)


@pytest.mark.parametrize(
    ("question", "shorter"),
    [
        ("Dr Reed looked after the cat: where is her practice?", "where is Dr Reed's practice?"),
        ("I met Paula Stern at the fair. Which firm had she left?", "Which firm had Paula Stern left?"),
        ("Frau Kern hat uns das Dach gedeckt. Wie heißt ihre Firma?", "Wie heißt ihre Firma (Frau Kern)?"),
        ("We bought the boat in spring: who sold it?", "who sold the boat?"),
        ("Where does Anna Berg, who sold us the boat, live?", "Where does Anna Berg live?"),
        ("What is the number of the Olms, whose goat ate our hat?", "What is the number of the Olms?"),
        ("Wo wohnt Herr Stein, dessen Hund gebellt hat?", "Wo wohnt Herr Stein?"),
        ("Bei wem arbeitet Frau Lang, von der Jan erzählt hat?", "Bei wem arbeitet Frau Lang?"),
        ("Quel âge a Paul Morel, qui a réparé le toit ?", "Quel âge a Paul Morel ?"),
    ],
)
def test_the_pronoun_is_who_the_sentence_names(question: str, shorter: str) -> None:
    assert direct(question, TODAY) == shorter


@pytest.mark.parametrize(
    "question",
    [
        "What did Dr. Reed say about her cat?",  # a title ends no sentence
        "The party began at 8:30: who came?",  # nothing goes back to it
        "Hello! What is my doctor called?",
        "The car had an accident in May: what did the repair cost?",
        "Where is Paula? Which firm had she left?",  # two questions
        "What is the address of the farmer whose goat ate our curtain?",  # nobody is named
        "Wie heißt die Schule, in die Emil geht?",
    ],
)
def test_everything_else_is_one_question(question: str) -> None:
    assert direct(question, TODAY) is None
