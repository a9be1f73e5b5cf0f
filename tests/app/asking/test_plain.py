from __future__ import annotations

import pytest

from app.asking.plain import blocks, plain, sentences, shortened
from app.asking.quantities import told_distance
from app.asking.values import quantities
from app.passages.quotation import quoted_from


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**8 November** Bought a *microscope*.", "8 November Bought a microscope."),
        ("- [x] call `Anna`", "call Anna"),
        ("## Heading\ntext", "Heading text"),
        ("2024-01-03 | Energie | 148,00", "2024-01-03 · Energie · 148,00"),
        ("see [the page](https://example.org/x) now", "see the page now"),
        ("5 * 3 = 15", "5 * 3 = 15"),
    ],
)
def test_no_markup_is_left(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_a_day_at_the_head_of_a_line_is_no_number_of_a_list() -> None:
    assert plain("15. Juni 2025") == "15. Juni 2025" and plain("## 3. 12. 2024 Arzt") == "3. 12. 2024 Arzt"
    assert plain("1. Maibowle kaufen") == "Maibowle kaufen"


def test_cut_between_sentences() -> None:
    assert shortened("One two three. Four five six seven.", 20) == "One two three."
    assert shortened("word " * 50, 20).endswith(" …")
    assert sentences("Cover: 3 Mio. EUR for people. Dr. Lund signed.", 10) == [
        "Cover: 3 Mio. EUR for people.",
        "Dr. Lund signed.",
    ]


def test_wrapped_lines_are_joined_and_points_are_not() -> None:
    assert blocks("a wrapped\nline\n- one\n- two\n\nlast") == ["a wrapped\nline", "- one", "- two", "last"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("62 kg", 62),
        ("5.474,00 €", 5474),
        ("£1,290.50", 1290.5),
        ("4 600 euros", 4600),
        ("12,5 %", 12.5),
        ("none", None),
        ("on 3 May 2021", None),
        ("98 net since 2025", 98),
    ],
)
def test_the_number_of_an_answer(text: str, number: float | None) -> None:
    assert [quantity.value for quantity in quantities(text)][:1] == ([] if number is None else [number])


def test_a_distance_is_told_in_fitting_units() -> None:
    from datetime import date

    assert told_distance(date(2021, 4, 30), date(2023, 1, 1), "en") == "20 months"
    assert told_distance(date(2021, 4, 30), date(2021, 5, 3), "de") == "3 Tage"
    assert told_distance(date(2022, 8, 1), date(2022, 9, 11), "en", "mo") == "1 month"
    assert told_distance(date(2022, 8, 1), date(2022, 8, 2), "fr") == "1 jour"


def test_the_context_line_is_no_quotation() -> None:
    from app.passages.file_passages import text_hash

    assert quoted_from("notes / a · 2023\nThe words.", text_hash("The words.")) == len("notes / a · 2023") + 1
    assert quoted_from("The words.\nMore words.", text_hash("The words.\nMore words.")) == 0
    assert quoted_from("notes / a · 2023\nNew words.", text_hash("Old words."), edited=True) > 0
