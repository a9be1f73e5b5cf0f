"""What is counted of answers to questions about notes in another language."""

from __future__ import annotations

from pathlib import Path

from app.asking.language import language_of
from app.records import Answer
from benchmarks.foreign import Asked, outcome, read_questions, table, write_notes

NOTE = Asked("a", "How much was it?", ["48"])
NOTHING = Asked("u", "Who was it?", [])


def said(text: str, declined: bool = False, unsure: bool = False) -> Answer:
    return Answer(text, (), declined, None, 0.0, unsure=unsure)


def test_each_answer_has_one_outcome() -> None:
    assert outcome(NOTE, said("48 Euro")) == "right" and outcome(NOTE, said("480 Euro")) == "wrong"
    assert outcome(NOTHING, said("Tom", unsure=True)) == "wrong, not sure"
    assert outcome(NOTE, said("48", declined=True)) == "declined"
    rows = list(table([(NOTE, said("48")), (NOTHING, said("Tom")), (NOTHING, said("", declined=True))]))
    assert rows[1].split()[-5:] == ["1", "0", "0", "0", "0"] and rows[2].split()[-5:] == [
        "0",
        "0",
        "1",
        "0",
        "1",
    ]


def test_the_questions_are_in_other_languages_than_the_notes_that_answer_them(tmp_path: Path) -> None:
    assert write_notes(tmp_path) == 34
    notes = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file()]
    for asked in read_questions():
        found = [text for text in notes if any(way in text for way in asked.answer)]
        assert not asked.answer or any(language_of(text) != language_of(asked.question) for text in found), (
            asked.id
        )
    assert {language_of(asked.question) for asked in read_questions()} == {"en", "de", "fr", "zh"}
