"""What the sample benchmark makes of questions and answers, without a model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import pytest

from app.records import Answer, Done, Event, Evidence, Retrieved, Token
from app.sample import ARCHIVE
from benchmarks.sample import Outcome, Question, archive_path, ask, read_questions, show, summarise

if TYPE_CHECKING:
    from app.twin.twin import Twin


def question(kind: str, evidence: list[str], answers: list[str]) -> Question:
    return Question("q", "Who?", answers, evidence, kind, [])


def outcome(asked: Question, files: list[str], answer: str = "", declined: bool = False) -> Outcome:
    return Outcome(asked, answer, files, declined, 0.5)


SINGLE = question("single", ["a.md"], ["quince"])
TWO = question("two", ["a.md", "b.md"], ["54 years", "54"])
NONE = question("unanswerable", [], [])


def evidence(path: str) -> Evidence:
    return Evidence(1, path, None, None, None, "text", 1.0)


class OneAnswer:
    """A twin that answers every question alike."""

    def ask(self, text: str) -> Iterator[Event]:
        found = (evidence(str(ARCHIVE / "home" / "x.md")), evidence(str(ARCHIVE / "y.md")))
        yield Retrieved(found)
        yield Token("Fifty-four")
        yield Done(Answer("Fifty-four", found[:1], False, 0.25, 0.5))


def test_asking_keeps_all_that_was_retrieved() -> None:
    got = ask(cast("Twin", OneAnswer()), SINGLE)
    assert got.files == ["home/x.md", "y.md"]
    assert (got.answer, got.declined, got.first_token_s) == ("Fifty-four", False, 0.25)


def test_paths_are_those_of_the_question_file() -> None:
    asked = next(question for question in read_questions() if question.evidence)
    assert archive_path(str(ARCHIVE / asked.evidence[0])) == asked.evidence[0]
    assert archive_path(None) == ""


@pytest.mark.parametrize(
    "below", ["Earlier (2019): plum [2]", "Eine andere Erinnerung sagt: plum [2]", "此前（2019）：plum [2]"]
)
def test_the_answer_itself_is_scored(below: str) -> None:
    assert outcome(SINGLE, ["a.md"], f"quince [1]\n{below}").f1 == 1.0
    assert outcome(SINGLE, ["a.md"], "plum [1]").f1 == 0.0


def test_one_of_several_files_is_enough_unless_both_are_needed() -> None:
    either = question("single", ["a.md", "b.md"], ["quince"])
    assert outcome(either, ["b.md"]).found == 1.0
    assert outcome(either, ["c.md"]).found == 0.0
    assert outcome(TWO, ["b.md"]).found == 0.5


def test_headline_figures() -> None:
    outcomes = [
        outcome(SINGLE, ["x", "a.md"], "the quince"),
        outcome(SINGLE, ["1", "2", "3", "4", "5", "a.md"], "pear", declined=True),  # sixth passage: too late
        outcome(TWO, ["a.md", "a.md", "b.md"], "54"),
        outcome(TWO, ["a.md"], "54 of them"),
        outcome(NONE, ["a.md"], "No.", declined=True),
        outcome(NONE, [], "Rex"),
    ]
    result = summarise(outcomes)
    assert result["evidence_at_5"] == pytest.approx((1 + 0 + 1 + 0.5) / 4)
    assert result["evidence_all_at_5"] == 0.5
    assert result["answer_f1"] == pytest.approx((1 + 0 + 1 + 0.5) / 4)
    assert result["declined"] == 0.5
    assert result["declined_wrongly"] == 0.25
    assert result["first_token_s"] == 0.5
    assert result["kinds"]["two"] == {
        "questions": 2,
        "declined": 0.0,
        "evidence_at_5": 0.75,
        "evidence_all_at_5": 0.5,
        "answer_f1": 0.75,
        "exact_match": 0.5,
    }
    assert result["kinds"]["unanswerable"] == {"questions": 2, "declined": 0.5}


def test_report_is_json_and_names_what_was_not_read() -> None:
    result: dict[str, Any] = {
        **summarise([outcome(SINGLE, ["a.md"], "quince"), outcome(TWO, []), outcome(NONE, [])]),
        "encode_ratio": 1.25,
        "encode": {"tokens": 100, "encode": 500.0, "plain_padded": 300.0, "plain_single": 400.0},
        "ingest": {"not_read": ["broken.xlsx"]},
    }
    text = show(json.loads(json.dumps(result)))
    assert "encode_ratio      1.250" in text
    assert "not read: broken.xlsx" in text
