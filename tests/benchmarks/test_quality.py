"""The quality benchmark's own arithmetic: how sets are cut, traced back and scored."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from benchmarks.datasets import Passage, Question, distractors, load_set, set_names
from benchmarks.quality import Outcome, ask, line, report, sample


def words(text: str) -> int:
    return len(text.split())


def write(file: Path, rows: Iterable[dict[str, object]]) -> None:
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    turns = [
        {
            "id": f"c/{i}",
            "title": "chat",
            "text": f"Ann: turn number {i} of this long chat " + "word " * 20,
            "conv": "c",
        }
        for i in range(20)
    ]
    write(tmp_path / "chat.docs.jsonl.gz", turns)
    write(
        tmp_path / "chat.qa.jsonl.gz",
        [
            {"id": 1, "question": "what?", "answers": ["five"], "evidence": ["c/3", "c/19"], "category": "1"},
            {"id": 2, "question": "trick?", "answers": ["no"], "evidence": ["c/4"], "category": "5"},
        ],
    )
    long = "A sentence of eight words stands right here. " * 120
    write(
        tmp_path / "notes.docs.jsonl.gz",
        [{"id": "d0", "title": "Note", "text": long}, {"id": "d1", "title": "", "text": "Short."}],
    )
    write(
        tmp_path / "notes.qa.jsonl.gz", [{"id": "q", "question": "which?", "answers": [], "evidence": ["d0"]}]
    )
    write(
        tmp_path / "prose.docs.jsonl.gz",
        [
            {"id": f"p{i}", "title": "", "text": "Ten words of prose that nobody ever asks for again."}
            for i in range(50)
        ],
    )
    return tmp_path


def test_chat_turns_share_passages_that_cover_each_turn_once(data: Path) -> None:
    chat = load_set(data, "chat", words)
    assert 1 < len(chat.passages) < 20
    assert [turn for passage in chat.passages for turn in passage.covers] == [f"c/{i}" for i in range(20)]
    for passage in chat.passages:
        assert all(f"turn number {turn.removeprefix('c/')} " in passage.text for turn in passage.covers)


def test_long_documents_are_cut_and_every_piece_covers_them(data: Path) -> None:
    notes = load_set(data, "notes", words)
    assert [p.covers for p in notes.passages].count(("d0",)) > 1
    assert max(words(p.text) for p in notes.passages) <= 512


def test_adversarial_questions_are_unanswerable(data: Path) -> None:
    assert [q.answerable for q in load_set(data, "chat", words).questions] == [True, False]


def test_conversations_that_name_their_language_are_archives_of_their_own(data: Path) -> None:
    turns = [
        {
            "id": f"{c}{i}",
            "title": f"{c} session_{i // 2} (1.2.2024)",
            "text": f"Ann: {i}",
            "conv": c,
            "lang": "en",
        }
        for c in "ab"
        for i in range(4)
    ]
    asked = {"id": "q", "question": "?", "answers": ["x"], "evidence": ["a1"], "lang": "en", "conv": "a"}
    write(data / "convs.docs.jsonl.gz", turns)
    write(
        data / "convs.qa.jsonl.gz", [asked, asked | {"evidence": [], "category": "unanswerable", "conv": "b"}]
    )
    convs = load_set(data, "convs", words)
    assert [q.archive for q in convs.questions] == ["a", "b"]
    assert [q.answerable for q in convs.questions] == [True, False]
    covered = {name: [p.covers for p in passages] for name, passages in convs.archives().items()}
    assert covered == {c: [(f"{c}0", f"{c}1"), (f"{c}2", f"{c}3")] for c in "ab"}
    assert list(load_set(data, "chat", words).archives()) == [""]


def test_statements_of_a_conversation_without_sessions_stand_alone(data: Path) -> None:
    said = [{"id": f"s{i}", "title": "", "text": f"I like {i}.", "conv": "a", "lang": "en"} for i in range(3)]
    write(data / "said.docs.jsonl.gz", said)
    write(
        data / "said.qa.jsonl.gz",
        [{"id": "q", "question": "?", "answers": [], "evidence": ["s1"], "lang": "en", "conv": "a"}],
    )
    assert [p.covers for p in load_set(data, "said", words).passages] == [("s0",), ("s1",), ("s2",)]


def test_evidence_outside_the_documents_is_refused(data: Path) -> None:
    write(
        data / "notes.qa.jsonl.gz", [{"id": "q", "question": "?", "answers": [], "evidence": ["elsewhere"]}]
    )
    with pytest.raises(ValueError, match="evidence"):
        load_set(data, "notes", words)


def test_sets_are_those_with_questions(data: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert set_names(data) == ["chat", "notes"]
    with pytest.raises(FileNotFoundError, match="--data"):
        set_names(tmp_path_factory.mktemp("empty"))


def test_distractors_stop_at_the_token_count_and_cover_nothing(data: Path) -> None:
    found = list(distractors(data, [], 95, words))
    assert len(found) == 10 and all(p.covers == () for p in found)


QUESTIONS = [
    Question("1", "two documents", ("red car",), ("a", "b"), True),
    Question("2", "one document", ("blue",), ("c",), True),
    Question("3", "nothing", (), (), False),
]


class FixedRanking:
    def rank(self, question: str, limit: int) -> list[int]:
        return [2, 0, 1][:limit]


def test_recall_counts_gold_documents_not_passages() -> None:
    passages = [Passage("", "", ("a", "x")), Passage("", "", ("b",)), Passage("", "", ("c",))]
    row = report("set", "fixed", ask(FixedRanking(), passages, QUESTIONS))
    assert row["recall"] == {"1": 0.5, "5": 1.0, "10": 1.0, "16": 1.0}
    assert row["f1"] is None and row["declined"] is None and row["questions"] == 3
    assert row["intervals"]["recall@1"] == [0.0, 1.0]
    assert "recall 0.500 [0.00, 1.00] / 1.000 [1.00, 1.00]" in line(row)


def test_all_gold_counts_no_question_with_a_part_of_its_evidence() -> None:
    question = Question("q", "Where?", (), ("a", "b"), True)
    row = report("set", "fixed", [Outcome(question, [("a",), ("x",), ("b",)], None, 0.1)])
    assert row["recall"]["1"] == 0.5 and row["all_gold"] == {"1": 0.0, "5": 1.0, "10": 1.0, "16": 1.0}


def test_a_passage_of_several_gold_documents_fills_recall_at_1() -> None:
    outcome = Outcome(QUESTIONS[0], [("a", "x", "b"), ("c",)], None, 0.1)
    assert outcome.recall(1) == 1.0


def test_answers_are_scored_where_they_can_be() -> None:
    answers = ["red", "blue", "I could not find that in your memory."]
    outcomes = [Outcome(q, [("c",)], a, 1.0) for q, a in zip(QUESTIONS, answers, strict=True)]
    row = report("set", "reader", outcomes)
    assert row["f1"] == pytest.approx((2 / 3 + 1) / 2, abs=1e-4)
    assert row["em"] == 0.5 and row["declined"] == 1.0 and row["seconds"] == 1.0


def test_answers_that_doppel_warns_of_are_told_from_the_others() -> None:
    said = [("red", 0.9), ("green", 0.2), ("I could not find that in your memory.", 0.1)]
    asked = [QUESTIONS[1], QUESTIONS[1], QUESTIONS[0]]
    outcomes = [Outcome(q, [("c",)], text, 1.0, share) for q, (text, share) in zip(asked, said, strict=True)]
    outcomes.append(Outcome(QUESTIONS[1], [("c",)], "blue", 1.0, 0.8))
    row = report("set", "doppel", outcomes)
    assert (row["unsure"], row["f1_sure"], row["f1_unsure"]) == (pytest.approx(1 / 3, abs=1e-4), 0.5, 0.0)
    assert "unsure 0.333 (f1 0.000, else 0.500)" in line(row)
    alone = report("set", "reader", [Outcome(QUESTIONS[1], [("c",)], "blue", 1.0)])
    assert alone["unsure"] is None and "unsure" not in line(alone)


def test_a_limit_samples_evenly() -> None:
    assert [q.id for q in sample(QUESTIONS, 2)] == ["1", "3"]
    assert sample(QUESTIONS, None) == QUESTIONS
