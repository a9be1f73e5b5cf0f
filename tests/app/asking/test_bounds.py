"""Amounts that a list is bounded by."""

from __future__ import annotations

from datetime import date

import pytest

from app.asking.bounds import bound_in
from app.asking.question import understand
from app.asking.strategies.listing import answer
from tests.app.asking.shelf import Shelf, document, run

TODAY = date(2026, 1, 5)
ROWS = """Datum | Was | Betrag
2024-02-11 | Bremsen | 538,20
2024-03-02 | Kopfhörer | 229,00
2024-09-01 | Umzug 3 | 1.530,00"""


@pytest.mark.parametrize(
    ("question", "value", "unit", "more", "said"),
    [
        ("List all expenses over €400", 400, "€", True, "over €400"),
        ("List all purchases under 1,200.50 euros", 1200.5, "€", False, "under 1,200.50 euros"),
        ("List all hikes longer than 12 km", 12, "km", True, "longer than 12 km"),
        ("Liste alle Ausgaben über 400 Euro auf", 400, "€", True, "über 400 Euro"),
        ("Welche Touren waren kürzer als 9 km?", 9, "km", False, "kürzer als 9 km"),
        ("Liste toutes les dépenses de plus de 300 €", 300, "€", True, "plus de 300 €"),
        ("列出所有超过五百元的支出", 500, "¥", True, "超过五百元"),
        ("列出五百元以下的支出", 500, "¥", False, "五百元以下"),
    ],
)
def test_an_amount_is_read_in_four_languages(
    question: str, value: float, unit: str, more: bool, said: str
) -> None:
    bound = bound_in(question)
    assert bound is not None
    assert (bound.value, bound.unit, bound.more, bound.said) == (value, unit, more, said)


@pytest.mark.parametrize(
    "question",
    ["List all books about 20 people", "List all rooms over the shop", "List all trips over 2 years"],
)
def test_without_a_unit_there_is_no_bound(question: str) -> None:
    assert bound_in(question) is None


def test_a_list_shows_only_what_is_within_it() -> None:
    shelf = Shelf([document(1, ROWS, title="Ausgaben")])
    text, _, _ = run(answer(understand("Liste alle Ausgaben über 400 Euro auf", TODAY), shelf))
    assert "538,20" in text and "1.530,00" in text
    assert "229,00" not in text and "Betrag" not in text


def test_an_amount_of_another_unit_does_not_count() -> None:
    bound = bound_in("list all hikes longer than 12 km")
    assert bound is not None
    assert bound.holds("Arête des Fous: 14 km, 900 m") and not bound.holds("9 km, 1200 m")


def test_a_number_is_no_side_of_a_comparison() -> None:
    assert understand("Ist Mama älter als 65?", TODAY).kind == "fact"
