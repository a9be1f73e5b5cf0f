"""What reaches a person of an answer, without a model."""

from __future__ import annotations

import pytest

from app.mind import Hit, first_paragraph, varied


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


def test_more_than_two_passages_of_a_file_stand_behind_those_of_others() -> None:
    files = {1: "a", 2: "a", 3: "a", 4: "b", 5: None, 6: None, 7: None, 8: "a"}
    hits = [Hit(number, 1 / number) for number in files]
    ordered = varied(hits, lambda ids: [files[number] for number in ids])
    assert [hit.document_id for hit in ordered] == [1, 2, 4, 5, 6, 7, 3, 8]
