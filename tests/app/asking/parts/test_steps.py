"""Questions that go by way of somebody or something else, in four languages; others go straight."""

from __future__ import annotations

import pytest

from app.asking.language import language_of
from app.asking.parts.steps import Steps, steps_of


@pytest.mark.parametrize(
    ("text", "first", "then"),
    [
        (
            "What is the address of the farmer whose goat ate our curtain?",
            "Whose goat ate our curtain?",
            "What is the address of the farmer (Olm)?",
        ),
        (
            "Where does the woman live who repaired our clock?",
            "Which live: who repaired our clock?",
            "Where does the woman live (Olm)?",
        ),
        (
            "Wie ist die Nummer des Bauern, dessen Ziege unseren Vorhang fraß?",
            "Wessen Ziege unseren Vorhang fraß?",
            "Wie ist die Nummer des Bauern (Olm)?",
        ),
        (
            "Quelle est l'adresse du voisin dont la chèvre a mangé le rideau ?",
            "Quel voisin: dont la chèvre a mangé le rideau ?",
            "Quelle est l'adresse du voisin (Olm) ?",
        ),
        ("修好我们的钟的人的电话是多少？", "修好我们的钟的人是谁？", "Olm的电话是多少？"),
    ],
)
def test_the_clause_is_asked_first(text: str, first: str, then: str) -> None:
    steps = steps_of(text, language_of(text))
    assert isinstance(steps, Steps) and steps.first == first and steps.asked_then("Olm.") == then


@pytest.mark.parametrize(
    "text",
    [
        "Who is the woman?",
        "What is the day that we met?",
        "Which bus goes to Kiel?",
        "Wie heißt der Bauer?",
        "Qu'est-ce que c'est ?",
        "我的电话是多少？",
    ],
)
def test_what_goes_by_way_of_nothing_is_left(text: str) -> None:
    assert steps_of(text, language_of(text)) is None
