"""Rows as people see them: an old answer is shown with where its words stand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.twin import to_records
from engine.answering.refusal import DECLINED
from storage.records import Citation, Document, Message

TEXT = "Bread is baked on Thursdays."


@pytest.fixture
def document() -> Document:
    return Document(
        1, None, 0, TEXT, "h", "", "", None, "", 5, "2024-01-01", False, "", False, None, "", None
    )


def shown(document: Document, text: str, *, erased: bool = False) -> tuple[int | None, int | None]:
    kept = Message(1, 1, "assistant", text, "2024-01-01", erased, None, (Citation(1, TEXT, 1.0, 1, True),))
    (item,) = to_records.message(kept, {1: document}, lambda _: False).evidence
    return item.start, item.end


def test_a_kept_answer_shows_where_its_words_stand(document: Document) -> None:
    assert shown(document, "thursdays") == (TEXT.index("Thursdays"), TEXT.index("."))
    edited = replace(document, text="Now: on Thursdays.")
    assert shown(edited, "thursdays") == (8, 17)


def test_what_says_it_in_another_language_is_looked_for_without_it(document: Document) -> None:
    assert shown(document, "Thursdays (donnerstags)") == (TEXT.index("Thursdays"), TEXT.index("."))


def test_nothing_is_marked_for_what_is_not_there(document: Document) -> None:
    assert shown(document, "Paris") == (None, None)
    assert shown(document, DECLINED) == (None, None)
    assert shown(document, "Thursdays", erased=True) == (None, None)
