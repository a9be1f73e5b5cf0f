"""What a thing cost, by the line that tells of it."""

from __future__ import annotations

from datetime import date

import pytest

from app.asking.amounts import of_what_is_asked
from app.asking.memory import Cited
from app.asking.question import understand
from app.asking.readings import Reading
from tests.app.asking.shelf import document

JOURNEY = (
    "Lisbon 2023\n- Flight: €240\n- Suitcase from Hartmann: €120\n- Room in the Alfama, two nights: €95\n"
)
RENT = "Mietzins: 2150 Franken im Monat, dazu 230 Franken Nebenkosten"
HOUSE = "## Boiler\n- Price: 4,200 €\n- Boiler inspection: 90 € a year\n"


@pytest.mark.parametrize(
    ("text", "question", "answer", "expected"),
    [
        (JOURNEY, "How much did the suitcase cost?", "€95", "€120"),
        (JOURNEY, "What did the suitcase cost?", "€95", "€120"),
        (JOURNEY, "What did the suitcase cost?", "€120", None),
        (JOURNEY, "What did the ferry cost?", "€95", None),
        (JOURNEY, "Who sold us the suitcase?", "€95", None),
        (HOUSE, "What did the boiler cost?", "4,200 €", None),
        (HOUSE, "How much does the boiler inspection cost?", "4,200 €", "90 €"),
        ("The boiler came in May. It cost 4,200 €. A boiler costs 90 €.", "What did the boiler cost?", "4,200 €", None),
        ("- Koffer 120 € oder 130 €\n- Zimmer 95 €", "Was hat der Koffer gekostet?", "95 €", None),
        (RENT, "Wie hoch ist der Mietzins?", "230", "2150 Franken"),
        (RENT, "Wie hoch sind die Nebenkosten?", "230", None),
        ("Die Miete ist 640 Euro, die Kaution 1.920 Euro.", "Wie hoch ist die Kaution?", "640 Euro", "1.920 Euro"),
        ("- Koffer: 120 €\n- Zimmer: 95 €", "Was hat der Koffer gekostet?", "95 €", "120 €"),
    ],
)  # fmt: skip
def test_the_amount_of_the_line_about_it_counts(
    text: str, question: str, answer: str, expected: str | None
) -> None:
    asked = understand(question, date(2025, 9, 20))
    found = of_what_is_asked(asked, Reading(answer, (Cited(document(1, text)),), 0.9))
    assert (found and found.text) == expected
