"""Whoever is something to somebody is asked for first."""

from __future__ import annotations

import pytest

from app.asking.language import Language
from app.asking.parts.roles import by_role


@pytest.mark.parametrize(
    ("text", "language", "first", "then"),
    [
        ("Where does Tom's sister live?", "en", "Who is Tom's sister?", "Where does {} live?"),
        ("What is Tom's sister's phone number?", "en", "Who is Tom's sister?", "What is {}'s phone number?"),
        ("When did the wife of Lutz Kern retire?", "en", "Who is the wife of Lutz Kern?", "When did {} retire?"),
        ("Where was the director of film Blue born?", "en", "Who is the director of film Blue?", "Where was {} born?"),
        ("When did Anna, Lady of Kiel's father die?", "en", "Who is Anna, Lady of Kiel's father?", "When did {} die?"),
        ("Who is Emil's maternal grandmother?", "en", "Who is the mother of Emil?", "Who is the mother of {}?"),
        ("Wann hat die Schwester von Tom Geburtstag?", "de", "Wer ist die Schwester von Tom?", "Wann hat {} Geburtstag?"),
        ("Où habite la mère de Julie Martin ?", "fr", "Qui est la mère de Julie Martin ?", "Où habite {} ?"),
        ("小雨的男朋友在哪里工作？", "zh", "小雨的男朋友是谁？", "{}在哪里工作？"),
    ],
)  # fmt: skip
def test_who_it_is_comes_first(text: str, language: Language, first: str, then: str) -> None:
    steps = by_role(text, language)
    assert steps is not None and (steps.first, steps.then) == (first, then)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Who is Tom's sister?", "en"),
        ("What is the name of Tom's sister?", "en"),
        ("What did my brother buy?", "en"),
        ("Where was St. James's church built?", "en"),
        ("What did Tom's wife Greta say?", "en"),
        ("Wie heißt die Schwester von Tom?", "de"),
        ("Comment s'appelle le fils de Carlo et Maria ?", "fr"),
        ("小雨的男朋友叫什么？", "zh"),
        ("", "en"),
    ],
)
def test_where_only_that_is_asked_or_nobody_is_named_there_is_no_first(text: str, language: Language) -> None:
    assert by_role(text, language) is None
