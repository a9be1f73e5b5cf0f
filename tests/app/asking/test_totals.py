"""Totals: the amount that a bill calls so, where what it comes to in all is asked for."""

from __future__ import annotations

from datetime import date

import pytest

from app.asking.memory import Cited
from app.asking.question import understand
from app.asking.readings import Reading
from app.asking.totals import asks_total, in_total, total_of
from engine.answering.refusal import DECLINED
from tests.app.asking.shelf import document

TODAY = date(2025, 9, 20)
BILL = document(
    1,
    "Boat repair\nPlanks 1.200,00 Paint 300,00 Summe netto 1.500,00 MwSt. 285,00 Rechnungsbetrag 1.785,00 20 Tage",
    path="/n/a.pdf",
)
ROOM = document(2, "Chambre : 70 € par nuit, soit 280 € au total\nAcompte reçu : 90 €.", path="/n/b.eml")


@pytest.mark.parametrize(
    ("text", "total"),
    [
        (BILL.text, "1.785,00"),
        (ROOM.text, "280 €"),
        ("Subtotal: $90.00\nShipping: $5.00\nTotal: $95.00", "$95.00"),
        ("Tickets 2 x 12.50\nGrand total EUR 25.00, total of discounts 3.00", "EUR 25.00"),
        ("Sous-total 40,00 €\nMontant total 48,00 €", "48,00 €"),
        ("房费 800 元，押金 200 元，合计：1000 元", "1000 元"),
        ("Total HT 40,00 €\nTotal TTC 48,00 €", "48,00 €"),
        ("Total hours: 44", None),  # no money
        ("Total: 12.00 €\nTotal: 15.00 €", None),  # two of them
        ("We paid 12 € and 15 €.", None),
    ],
)
def test_the_total_of_a_text(text: str, total: str | None) -> None:
    assert total_of(text) == total


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How much did the boat repair cost in total?", True),
        ("Was hat die Reparatur insgesamt gekostet?", True),
        ("Combien avons-nous payé au total ?", True),
        ("一共花了多少钱？", True),
        ("How many boats are there in total?", False),
        ("What did the repair cost?", False),
        ("Wie hoch war die Rechnung insgesamt, ohne Steuer?", False),
    ],
)
def test_what_asks_for_a_total(question: str, asked: bool) -> None:
    assert asks_total(question) == asked


def test_the_total_stands_instead_of_another_amount_of_the_same_passage() -> None:
    question = understand("Combien a coûté la chambre au total ?", TODAY)
    read = Reading("90 €", (Cited(ROOM),), 0.9)
    total = in_total(question, read)
    assert total is not None and total.text == "280 €" and total.cited == (Cited(ROOM),)
    assert in_total(question, Reading("280,00 €", (Cited(ROOM),), 0.9)) is None


def test_where_nothing_was_read_only_a_passage_about_the_question_tells_it() -> None:
    question = understand("Was hat die Boat repair insgesamt gekostet?", TODAY)
    nothing = Reading(DECLINED, (Cited(ROOM), Cited(BILL)))
    total = in_total(question, nothing)
    assert total is not None and total.text == "1.785,00" and total.cited == (Cited(BILL),)
    assert in_total(question, Reading(DECLINED, (Cited(ROOM),))) is None
