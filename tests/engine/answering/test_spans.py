"""Where an answer stands in a passage: literally, nearly, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.answering.spans import covered, locate, numbers_missing


@pytest.mark.parametrize(
    ("answer", "passage", "stands"),
    [
        ("on Thursdays", "Bread is baked on Thursdays.", "on Thursdays"),
        ("cafe de paris", "Nous étions au Café de Paris.", "Café de Paris"),
        ("1,250 francs", "Die Miete: 1.250 Francs im Monat", "1.250 Francs"),
        ("1200元", "我的房租是每月1200元。", "1200元"),
        ("冯欣然", "房东是冯欣然，她很好。", "冯欣然"),
        ("東京タワー", "昨日、東京タワーに行った", "東京タワー"),
        ("Lindqvist, Ann", "Signed by Ann Lindqvist today.", "Ann Lindqvist"),
        ("the red boats of Hull", "A red boat lay in the port of Hull.", "red boat lay in the port of Hull"),
        ("Ann Lindkvist", "Signed by Ann Lindqvist today.", "Ann Lindqvist"),
        ("Paris", "Bread is baked on Thursdays.", None),
        ("17 francs", "It cost 18 francs.", None),
        ("", "words", None),
        ("words", "", None),
        ("?!", "words", None),
    ],
)
def test_spans(answer: str, passage: str, stands: str | None) -> None:
    span = locate(answer, passage)
    assert (None if span is None else passage[slice(*span)]) == stands


@given(st.text(), st.text())
def test_a_span_lies_in_its_passage(answer: str, passage: str) -> None:
    span = locate(answer, passage)
    assert span is None or 0 <= span[0] < span[1] <= len(passage)


@pytest.mark.parametrize(
    ("answer", "text", "share"),
    [
        ("Rye bread", "bread of rye", 1.0),
        ("Ulm", "Bread", 0.0),
        ("北京", "京北路", 0.0),
        ("北京", "在北京", 1.0),
        ("", "x", 1.0),
    ],
)
def test_coverage(answer: str, text: str, share: float) -> None:
    assert covered(answer, [text]) == pytest.approx(share)


def test_numbers_are_compared_without_what_groups_their_digits() -> None:
    assert not numbers_missing("5.000 and ٢٠٢٣", ["5,000", "in 2023"])
    assert numbers_missing("5001", ["5,000"])
