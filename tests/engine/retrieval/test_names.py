"""Names in a text: what counts as one, where one ends, and that any text is a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.retrieval.names import names, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Yesterday Ann met Rosa Lindqvist in Oslo.", ["Yesterday Ann", "Ann", "Rosa Lindqvist", "Oslo"]),
        ("Show the list. Enable it.", []),
        ("Rosa Lindqvist moved. She left Oslo.", ["Rosa Lindqvist", "Lindqvist", "Oslo"]),
        ("the University of Notre Dame and the town", ["University of Notre Dame"]),
        ("by Terence D. Robinson, with Jean-Luc O'Hara", ["Terence D Robinson", "Jean Luc O Hara"]),
        ("see Oslo\nBergen", ["Oslo"]),
        ("- Anna Berg\n- Peer", ["Anna Berg", "Berg"]),
        ("in Oslo, then Oslo again", ["Oslo"]),
        ("seen in Rechnung 2023-0917 today", ["Rechnung 2023 0917"]),
        ("from 2019 to 2021 in 12 parts", []),
        ("nichts davon gross geschrieben", []),
        ("", []),
    ],
)
def test_names_are_runs_of_capitalised_words(text: str, found: list[str]) -> None:
    assert names(text) == found


@given(st.text(max_size=80))
def test_every_name_is_words_of_the_text_in_their_order(text: str) -> None:
    for name in names(text):
        assert name.split() and all(part in text for part in name.split())


def test_words_have_one_case() -> None:
    assert words("Große STRASSE, Nr. 7") == ["grosse", "strasse", "nr", "7"]
