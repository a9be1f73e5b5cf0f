"""Whether two have the same of something, and which of two films has the older director."""

from __future__ import annotations

from datetime import date

import pytest

from app.asking.language import language_of
from app.asking.parts.take_apart import take_apart


def apart(text: str) -> tuple[str, tuple[str, str]] | None:
    parts = take_apart(text, language_of(text), date(2025, 9, 20))
    return (parts.working, parts.questions) if parts else None


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        (
            "Do Tom and Ida have the same dentist?",
            ("What dentist does Tom have?", "What dentist does Ida have?"),
        ),
        ("Are Tom and Ida both from the same town?", ("Which town is Tom from?", "Which town is Ida from?")),
        (
            "Are both villages, Lund and Moss, located in the same country?",
            ("In which country is Lund?", "In which country is Moss?"),
        ),
        (
            "Were Ida Holm and Piet Smit of the same nationality?",
            ("What nationality is Ida Holm?", "What nationality is Piet Smit?"),
        ),
        (
            "Do both films, Nightfall and The Weir, have the directors from the same country?",
            (
                "Which country is the director of film Nightfall from?",
                "Which country is the director of film The Weir from?",
            ),
        ),
        (
            "Are director of film Nightfall and director of film The Weir from the same country?",
            (
                "Which country is the director of film Nightfall from?",
                "Which country is the director of film The Weir from?",
            ),
        ),
        (
            "Do both directors of films Nightfall and The Weir share the same nationality?",
            (
                "What nationality is the director of film Nightfall?",
                "What nationality is the director of film The Weir?",
            ),
        ),
        ("Haben Tom und Ida denselben Zahnarzt?", ("Welchen Zahnarzt hat Tom?", "Welchen Zahnarzt hat Ida?")),
        (
            "Kommen Tom und Ida aus derselben Stadt?",
            ("Aus welcher Stadt kommt Tom?", "Aus welcher Stadt kommt Ida?"),
        ),
        ("Tom et Ida ont-ils le même médecin ?", ("Quel médecin a Tom ?", "Quel médecin a Ida ?")),
        ("老王和小李来自同一个城市吗？", ("老王来自哪个城市？", "小李来自哪个城市？")),
        ("外婆和奶奶的生日一样吗？", ("外婆的生日是什么？", "奶奶的生日是什么？")),
        ("汤姆和艾达的牙医是同一个吗？", ("汤姆的牙医是什么？", "艾达的牙医是什么？")),
    ],
)
def test_what_both_have_is_asked_of_each(text: str, questions: tuple[str, str]) -> None:
    assert apart(text) == ("same", questions)


@pytest.mark.parametrize(
    ("text", "working", "questions"),
    [
        (
            "Which film has the director who was born earlier, Nightfall or The Weir?",
            "first",
            ("When was the director of film Nightfall born?", "When was the director of film The Weir born?"),
        ),
        (
            "Which film has the director who died later, Nightfall or The Weir?",
            "last",
            ("When did the director of film Nightfall die?", "When did the director of film The Weir die?"),
        ),
        (
            "Which book has the author who is younger, Nightfall or The Weir?",
            "last",
            ("When was the author of book Nightfall born?", "When was the author of book The Weir born?"),
        ),
        ("Was Ida or Tom born first?", "first", ("When was Ida born?", "When was Tom born?")),
    ],
)
def test_whose_maker_was_first(text: str, working: str, questions: tuple[str, str]) -> None:
    assert apart(text) == (working, questions)


@pytest.mark.parametrize(
    "text",
    [
        "Is it always the same colour?",
        "Were the kiln and the wheel bought in the same year?",
        "Do I have the same password as Tom?",
        "What is the same in both letters?",
        "Ist das Passwort dasselbe?",
    ],
)
def test_what_names_no_two_is_left_whole(text: str) -> None:
    assert apart(text) is None
