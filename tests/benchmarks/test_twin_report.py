"""What the twin benchmark makes of questions and answers, without a model."""

from __future__ import annotations

from collections import Counter

from app.sample import ARCHIVE
from benchmarks.twin import Outcome, Question, read_questions, summarise

ASKED = Question("q", "list", "en", "Which?", [["62"], ["quince", "Quitte"]], ["a.md"])


def test_facts_and_citations_are_shares() -> None:
    outcome = Outcome(ASKED, "62 kg", ["62 quinces"], False, 1.0)
    assert (outcome.facts, outcome.held) == (0.5, 1.0)
    assert Outcome(ASKED, "62 kg", ["pears"], False, 1.0).held == 0.0
    assert Outcome(Question("u", "unanswerable", "en", "?", [], []), "", [], True, 1.0).facts == 1.0


def test_follow_ups_in_full_are_reported_apart() -> None:
    outcome = Outcome(ASKED, "62", [], False, 1.0)
    result = summarise([("list", outcome), ("follow-up, in full", outcome)])
    assert result["all"]["questions"] == 1 and set(result["kinds"]) == {"list", "follow-up, in full"}


def test_the_questions_are_of_every_kind_and_about_files_that_exist() -> None:
    rows = read_questions()
    assert len(rows) >= 60 and min(Counter(row.kind for row in rows).values()) >= 4
    assert all((ARCHIVE / path).is_file() for row in rows for path in row.evidence)
    assert all(row.full for row in rows if row.history)
