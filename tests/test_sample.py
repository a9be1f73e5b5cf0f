"""The sample archive and its questions belong together: every answer stands where the question set says it stands."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.parsing import read_file
from app.sample import ARCHIVE, sample_files, sample_texts

FILES = [path.relative_to(ARCHIVE).as_posix() for path in sample_files()]
QUESTION_FILE = Path(__file__).parent.parent / "benchmarks" / "sample_questions.jsonl"
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in QUESTION_FILE.read_text(encoding="utf-8").splitlines()
]
ANSWERABLE = [question for question in QUESTIONS if question["kind"] != "unanswerable"]

# words that are frequent in one of the three languages and rare in the others
TELLTALES = {
    "de": {"und", "nicht", "der", "ist", "mit", "ich", "wird"},
    "fr": {"et", "les", "des", "une", "pour", "est", "du"},
    "en": {"and", "the", "with", "of", "is", "was", "to"},
}


@cache
def text_of(path: str) -> str:
    """The file's text as the application reads it, white space evened out (lines break differently in a PDF)."""
    return " ".join(
        " ".join(block.text for item in read_file(ARCHIVE / path) for block in item.blocks).split()
    )


def language(text: str) -> str:
    words = Counter(text.lower().split())
    return max(TELLTALES, key=lambda name: sum(words[word] for word in TELLTALES[name]))


@pytest.mark.parametrize("path", FILES)
def test_every_file_can_be_read(path: str) -> None:
    assert len(text_of(path)) > 100


def test_texts_hold_every_item() -> None:
    texts = sample_texts()
    assert len(texts) > len(FILES)  # a mailbox and the like hold several
    assert any("Missa brevis neu, 44 Exemplare" in text for text in texts)


def test_size_and_variety() -> None:
    assert 55 <= len(FILES) <= 85
    suffixes = Counter(Path(path).suffix for path in FILES)
    assert set(suffixes) == set(
        [
            ".md",
            ".txt",
            ".org",
            ".eml",
            ".mbox",
            ".json",
            ".pdf",
            ".docx",
            ".html",
            ".xlsx",
            ".csv",
            ".ics",
            ".vcf",
        ]
    ), suffixes
    binary = [ARCHIVE / path for path in FILES if Path(path).suffix in {".pdf", ".docx", ".xlsx"}]
    assert sum(path.stat().st_size for path in binary) < 1_500_000


def test_three_languages() -> None:
    found = Counter(language(text_of(path)) for path in FILES)
    assert found["en"] >= 15, found
    assert found["de"] >= 10, found
    assert found["fr"] >= 5, found


def test_kinds_of_questions() -> None:
    assert Counter(question["kind"] for question in QUESTIONS) == {"single": 26, "two": 8, "unanswerable": 6}
    assert len({question["id"] for question in QUESTIONS}) == 40
    assert len({question["question"] for question in QUESTIONS}) == 40


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["id"])
def test_shape_of_a_question(question: dict[str, Any]) -> None:
    assert set(question) == {"id", "question", "answers", "evidence", "kind", "quote"}
    # several files of a "single" question are alternatives
    allowed = {"single": {1, 2}, "two": {2}, "unanswerable": {0}}[question["kind"]]
    assert len(set(question["evidence"])) in allowed
    assert bool(question["answers"]) == bool(question["quote"]) == bool(question["evidence"])
    assert set(question["evidence"]) <= set(FILES)


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question["id"])
def test_quotes_stand_in_the_evidence(question: dict[str, Any]) -> None:
    texts = {path: text_of(path) for path in question["evidence"]}
    for quote in question["quote"]:
        assert any(quote in text for text in texts.values()), quote
    for path, text in texts.items():
        assert any(quote in text for quote in question["quote"]), path


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question["id"])
def test_quotes_lead_to_no_other_file(question: dict[str, Any]) -> None:
    """What decides a question stands in its evidence alone: no other file has all of its quotes."""
    others = [path for path in FILES if path not in question["evidence"]]
    assert not [path for path in others if all(quote in text_of(path) for quote in question["quote"])]


@pytest.mark.parametrize(
    "question",
    [question for question in ANSWERABLE if question["kind"] == "single"],
    ids=lambda question: question["id"],
)
def test_an_answer_is_in_the_words_of_the_evidence(question: dict[str, Any]) -> None:
    assert any(answer in text_of(question["evidence"][0]) for answer in question["answers"])
