"""What reaches a person of an answer, without a model."""

from __future__ import annotations

import pytest

from app.mind import first_paragraph


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        (["In", " April", " 2021", "."], "In April 2021."),
        (["\n\nIn", " April", "\n", "\nQuestion: next?"], "In April"),
        (["- a", "\n", "- b", "\n\n", "more"], "- a\n- b"),
        (["  ", "\n"], ""),
        ([], ""),
    ],
)
def test_an_answer_ends_at_its_first_blank_line(pieces: list[str], said: str) -> None:
    assert "".join(first_paragraph(pieces)) == said
