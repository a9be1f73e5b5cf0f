"""How far a text is about a question: by its words, their forms, and what was mistyped by a letter."""

from __future__ import annotations

import pytest

from app.asking.topic import share, topic_words


@pytest.mark.parametrize(
    ("question", "text", "part"),
    [
        ("How much did the microscop cost?", "The microscope was cheap.", 1.0),
        ("Where is the watter tank?", "Water tank behind the shed.", 1.0),
        ("Wo ist der Regentnak?", "Der Regentank steht hinten.", 1.0),
        ("Where is the lamp?", "It is damp there.", 0.0),
        ("Quel est le loyer de l'atelier ?", "Loyer d'un atelier", 1.0),
        ("水箱在哪里？", "水箱在院子里", 1.0),
    ],
)
def test_the_share_of_a_questions_words_that_a_text_has(question: str, text: str, part: float) -> None:
    assert share(topic_words(question), text) == part
