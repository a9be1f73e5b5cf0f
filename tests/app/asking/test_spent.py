"""What was spent is added up from the rows of one table, and only where it is plain what is added."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.asking.question import understand
from app.asking.spent import spent
from storage.records import Document
from tests.app.asking.shelf import Shelf, document

TODAY = date(2025, 12, 1)
HEADER = "date | item | amount_eur"
OCTOBER = "2025-10-02 | Groceries | 64.20\n2025-10-11 | Tyres | 318.00\n2025-10-19 | Groceries | 41.80"
LATER = "2025-11-03 | Groceries | 50.00"


def table(rows: str, header: str = HEADER, id: int = 1, file: int = 1) -> Document:
    return replace(document(id, f"{header}\n{rows}"), file_id=file)


@pytest.mark.parametrize(
    ("question", "total", "rows"),
    [
        ("How much did I spend on groceries in October 2025?", "€106 together", 2),
        ("How much money did I spend in total in October 2025?", "€424 together", 3),
        ("Wie viel habe ich im Oktober 2025 ausgegeben?", "424 € zusammen", 3),
        ("Combien ai-je dépensé en octobre 2025 ?", "424 € ensemble", 3),
        ("2025年10月我一共花了多少钱？", "一共424 €", 3),
        ("How much did I spend on groceries?", "€156 together", 3),
    ],
)
def test_the_rows_that_are_meant_are_added_and_shown(question: str, total: str, rows: int) -> None:
    # A long table is several passages, each with the header.
    shelf = Shelf([table(OCTOBER), table(LATER, id=2)])
    found = spent(understand(question, TODAY), shelf)
    assert found is not None
    first, *lines = found[0].split("\n")
    assert first == total
    assert len(lines) == rows and all(line.startswith("- 2025-1") for line in lines)
    assert {cited.document.id for cited in found[1]} <= {1, 2}


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        # One row is read; so is what no table says, and what is asked of no period and no thing.
        ("How much did I spend on tyres in October 2025?", [table(OCTOBER)]),
        ("How much did I spend on cheese in October 2025?", [table(OCTOBER)]),
        ("How much did I spend?", [table(OCTOBER)]),
        ("When did I buy groceries in October 2025?", [table(OCTOBER)]),
        # Two tables may tell of the same money; of two columns either may be meant; what came in is not what went out.
        ("How much did I spend in October 2025?", [table(OCTOBER), table(OCTOBER, id=2, file=2)]),
        ("How much did I spend in October 2025?", [table(OCTOBER, "date | price | amount_eur")]),
        (
            "How much did I spend in October 2025?",
            [table("2025-10-01 | Wages | 900.00\n2025-10-02 | Rent | -640.00")],
        ),
    ],
)
def test_nothing_is_added_where_it_is_not_plain_what(question: str, documents: list[Document]) -> None:
    assert spent(understand(question, TODAY), Shelf(documents)) is None
