"""Questions behind a sentence that says whom they are about."""

from __future__ import annotations

from datetime import date

import pytest

from app.asking.parts.lead import without_lead

TODAY = date(2025, 9, 20)


@pytest.mark.parametrize(
    ("question", "direct"),
    [
        ("Dr Reed looked after the cat: where is her practice?", "where is Dr Reed's practice?"),
        ("I met Paula Stern at the fair. Which firm had she left?", "Which firm had Paula Stern left?"),
        ("Frau Kern hat uns das Dach gedeckt. Wie heißt ihre Firma?", "Wie heißt ihre Firma (Frau Kern)?"),
        ("We bought the boat in spring: who sold it?", "who sold the boat?"),
    ],
)
def test_the_pronoun_is_who_the_sentence_names(question: str, direct: str) -> None:
    assert without_lead(question, TODAY) == direct


@pytest.mark.parametrize(
    "question",
    [
        "What did Dr. Reed say about her cat?",  # a title ends no sentence
        "The party began at 8:30: who came?",  # nothing goes back to it
        "Hello! What is my doctor called?",
        "The car had an accident in May: what did the repair cost?",
        "Where is Paula? Which firm had she left?",  # two questions
    ],
)
def test_everything_else_is_one_question(question: str) -> None:
    assert without_lead(question, TODAY) is None
