"""What answers come to, and whether two of them say otherwise."""

from __future__ import annotations

import pytest

from app.asking.values import Quantity, quantities, say_otherwise


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1.250,50 € im Monat", [Quantity(1250.5, "€")]),
        ("EUR 48.60", [Quantity(48.6, "€")]),
        ("62 kg on 3 May 2021", [Quantity(62, "kg")]),
        ("3 ans et 2 mois", [Quantity(3, "y"), Quantity(2, "mo")]),
        ("房租是3200元", [Quantity(3200, "¥")]),
        ("18 kinds", [Quantity(18, "")]),
        ("£385", [Quantity(385, "£")]),
        ("nothing", []),
    ],
)
def test_numbers_have_units_in_one_form(text: str, wanted: list[Quantity]) -> None:
    assert quantities(text) == wanted


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("700 €", "745 euros a month"),
        ("9 to 17", "8 bis 18"),
        ("Rosa Lind", "Pavel Horn"),
        ("on 3 May 2021", "4. Mai 2021"),
        ("Yes", "No, not any more"),
        ("Ja", "Nein"),
        ("3200元", "3500元"),
        ("在厨房", "地下室里"),
        ("le mardi", "le jeudi soir"),
        ("0171 555 3390", "0160 555 7714"),
        ("138 0013 8000", "139 0013 8000"),
    ],
)
def test_what_cannot_both_be_so(one: str, other: str) -> None:
    assert say_otherwise(one, other) and say_otherwise(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("700 €", "700,00 EUR"),
        ("Rosa", "Rosa Lind"),
        ("in May 2021", "3. Mai 2021"),
        ("62 kg", "30 €"),
        ("Rosa Lind", "42"),
        ("because the old one had been broken for a long time by then", "it was cold"),
        ("3200元", "3200 元"),
        ("0171 555 3390", "+49 171 5553390"),
        ("07642 12-34", "+49 (0)7642 1234"),
    ],
)
def test_what_may_both_be_so(one: str, other: str) -> None:
    assert not say_otherwise(one, other)


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("门票三十元", 30, "¥"),
        ("一万九千元", 19000, "¥"),
        ("百分之八", 8, "%"),
        ("共二百零五公斤", 205, "kg"),
    ],
)
def test_chinese_numbers_in_characters_count(written: str, value: float, unit: str) -> None:
    assert quantities(written) == [Quantity(value, unit)]


def test_characters_of_numbers_inside_words_count_nothing() -> None:
    assert quantities("五十二周苔藓") == [Quantity(52, "w")] and not quantities("十全十美的千万个")
