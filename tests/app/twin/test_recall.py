"""What of a question is looked for in passages of other languages."""

from __future__ import annotations

from app.twin.recall import unspoken


def test_names_and_numbers_are_the_same_in_other_languages() -> None:
    question = "When did Mrs Ihnen pay the 165 euros to Folk School?"
    assert unspoken(question) == ["Mrs Ihnen", "Folk School", "165"]
    assert unspoken("wo war er gestern?") == []
