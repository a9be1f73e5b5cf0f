"""What is read out of passages: which reading is believed, what reaches a person, how declining is weighed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from app.model.answerer import Answerer
from engine.answering.reader import ANSWER_TOKENS, DRAFT_TOKENS, first_paragraph
from engine.answering.refusal import DECLINED
from engine.answering.settings import KEY, ReadingSettings, reading_settings
from engine.answering.voting import Reading, elected, readings, votes
from engine.memory import RamMemory
from engine.model import READER
from engine.session import Session, open_session
from tests.app.model.test_answerer import PASSAGES, remembering, tiny_answerer


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    return tiny_answerer()


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


def declines(answerer: Answerer, memory: RamMemory, question: str, passages: list[str]) -> float:
    """log P that an answer from these passages begins as declining does."""
    prompt = answerer.layout.reading(question, passages)
    session = open_session(answerer.model, memory, [prompt], answerer._prefix_of(READER), adapter=READER)
    return float(session.logits.log_softmax(dim=1)[0, answerer.layout.tokens(DECLINED)[0]])


@pytest.mark.parametrize("question", ["who?", "where does the dog sleep?", "until when?", "a boat or a dog?"])
@pytest.mark.parametrize("draft_tokens", [1, ANSWER_TOKENS])
def test_the_reading_with_most_votes_is_answered_from(
    answerer: Answerer, monkeypatch: pytest.MonkeyPatch, question: str, draft_tokens: int
) -> None:
    monkeypatch.setattr("engine.answering.reader.DRAFT_TOKENS", draft_tokens)
    memory = remembering(answerer)
    answer = answerer.reader.read_apart(memory, question, PASSAGES)
    alone = answerer.reader.read_together(memory, question, [PASSAGES[place] for place in answer.reading])
    assert "".join(answer.text) == "".join(alone)
    if draft_tokens > 1:
        reading, agreement = believed(answerer, memory, question, PASSAGES)
        assert answer.reading == reading and answer.agreement == pytest.approx(agreement, rel=0.05)


def believed(
    answerer: Answerer, memory: RamMemory, question: str, passages: list[str]
) -> tuple[Reading, float]:
    """The reading that the product should choose, each read by itself, and its share of the votes."""
    tried = readings([len(passage) for passage in passages])
    quoted = [[passages[place] for place in reading] for reading in tried]
    answers = ["".join(answerer.reader.read_together(memory, question, texts)) for texts in quoted]
    declining = [declines(answerer, memory, question, texts[::-1]) for texts in quoted]
    row, agreement = elected(question, answers, votes(tried, declining))
    return tried[row], agreement


def test_declining_is_known_by_its_first_words(answerer: Answerer, monkeypatch: pytest.MonkeyPatch) -> None:
    said = answerer.layout.tokens(DECLINED)
    extend = Session.extend
    fed: list[Sequence[Sequence[int]]] = []

    def saying_so(session: Session, tokens: Sequence[Sequence[int]], **more: object) -> torch.Tensor:
        logits = extend(session, tokens)
        if all(len(row) <= 1 for row in tokens):
            fed.append(tokens)
        session.logits = torch.full_like(logits, -20.0)
        session.logits[:, said[len(fed)]] = 20.0
        return session.logits

    monkeypatch.setattr(Session, "extend", saying_so)
    answer = answerer.reader.read_apart(RamMemory([], answerer.model.config), "who?", PASSAGES)
    assert list(answer.text) == [DECLINED] and 0 < len(fed) < 3 < len(said)


def test_nobody_waits_for_readings_that_can_change_nothing(
    answerer: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, end = answerer.layout.tokens("n")[0], min(answerer.layout.stop_ids)
    extend = Session.extend
    written: list[int] = []

    def rambling(session: Session, tokens: Sequence[Sequence[int]], **more: object) -> torch.Tensor:
        extend(session, tokens)
        if all(len(row) <= 1 for row in tokens):
            written.append(1)
        session.logits = torch.full_like(session.logits, -20.0)
        session.logits[:, said] = 20.0
        session.logits[0, end] = (
            40.0 if written else -20.0
        )  # the first reading says one word, the others go on
        return session.logits

    monkeypatch.setattr(Session, "extend", rambling)
    for first, steps in ((9.0, 1), (0.5, DRAFT_TOKENS - 1)):
        monkeypatch.setattr(
            "engine.answering.reader.votes", lambda tried, _, first=first: [first] + [1.0] * (len(tried) - 1)
        )
        written.clear()
        answer = answerer.reader.read_apart(RamMemory([], answerer.model.config), "who?", PASSAGES)
        assert len(written) == steps and (answer.reading == (0,)) == (first > 1)
    assert next(answer.text) == "n"


@pytest.mark.parametrize(("ahead", "declines"), [(1.9, False), (2.1, True)])
def test_declining_has_to_be_clearly_likelier(
    answerer: Answerer, monkeypatch: pytest.MonkeyPatch, ahead: float, declines: bool
) -> None:
    first, other = answerer.layout.tokens(DECLINED)[0], answerer.layout.tokens("n")[0]

    def opened(*arguments: object, **more: object) -> object:
        session = open_session(*arguments, **more)  # type: ignore[arg-type]
        session.logits = torch.full_like(session.logits, -20.0)
        session.logits[:, first], session.logits[:, other] = ahead, 0.0
        return session

    assert answerer.model.reading.reluctance == 2.0
    monkeypatch.setattr("engine.answering.reader.open_session", opened)
    memory = RamMemory([], answerer.model.config)
    for answer in (
        answerer.reader.read_apart(memory, "who?", PASSAGES[:1]).text,
        answerer.reader.read_at_once(memory, "who?", PASSAGES).text,
        answerer.reader.read_together(memory, "who?", PASSAGES),
    ):
        assert next(answer)[0] == (DECLINED[0] if declines else "n")
    plain = answerer.reader.read_together(memory, "who?", PASSAGES, adapted=False)
    assert next(plain)[0] == DECLINED[0]


def test_a_reader_says_how_it_reads(
    answerer: Answerer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "reader.safetensors"
    save_file({"a": torch.zeros(1)}, file)
    assert reading_settings(file) == ReadingSettings()
    chosen = ReadingSettings(together=True, reluctance=0.5, sureness=0.25)
    save_file({"a": torch.zeros(1)}, file, metadata={KEY: json.dumps(asdict(chosen))})
    assert reading_settings(file) == chosen
    memory = remembering(answerer)
    apart = answerer.reader.read(memory, "who?", PASSAGES)
    monkeypatch.setattr(answerer.model, "reading", chosen)
    monkeypatch.setattr("engine.answering.reader.CERTAIN", 1.01)
    monkeypatch.setattr("engine.answering.reader.BELIEVED_ALONE", 1.01)
    once = answerer.reader.read(memory, "who?", PASSAGES)
    assert len(apart.reading) < len(PASSAGES) == len(once.reading)
    monkeypatch.setattr(answerer.model, "reading", ReadingSettings(together=True, sureness=1.0))
    plain = answerer.reader.read(memory, "who?", PASSAGES).agreement
    assert once.agreement == pytest.approx(plain**0.25) and 0 < plain < 1
    # All of them in one prompt, the best one next to the question.
    monkeypatch.setattr("engine.answering.reader.TOGETHER_TOKENS", 10_000)
    assert "".join(once.text) == "".join(answerer.reader.read_together(memory, "who?", PASSAGES))


@pytest.mark.parametrize(
    ("certain", "believed", "read", "prompts"),
    [(0.0, 0.0, (0,), [1, 2]), (1.01, 0.0, (0,), [1, 1]), (1.01, 1.01, (0, 1, 2, 3), [2, 2])],
)
def test_the_best_passage_is_read_alone_first(
    answerer: Answerer,
    monkeypatch: pytest.MonkeyPatch,
    certain: float,
    believed: float,
    read: Reading,
    prompts: list[int],
) -> None:
    """Where that is certain nothing else is read; where not, what it said is kept for a second look."""
    opened: list[int] = []

    def counted(*arguments: Any, **more: Any) -> Session:
        opened.append(len(arguments[2][0].ids))
        return open_session(*arguments, **more)

    monkeypatch.setattr("engine.answering.reader.open_session", counted)
    monkeypatch.setattr("engine.answering.reader.CERTAIN", certain)
    monkeypatch.setattr("engine.answering.reader.BELIEVED_ALONE", believed)
    monkeypatch.setattr(answerer.model, "reading", ReadingSettings(together=True))
    memory, kept = remembering(answerer), {}
    first = answerer.reader.read(memory, "who?", PASSAGES, kept=kept)
    assert first.reading == read and len(opened) == prompts[0] and opened == sorted(opened)
    again = answerer.reader.read(memory, "who?", PASSAGES[:1], kept=kept)
    assert len(opened) == prompts[1]
    alone = answerer.reader.read_at_once(memory, "who?", PASSAGES[:1])
    assert "".join(again.text) == "".join(alone.text) and again.agreement == alone.agreement
    answerer.reader.read(memory, "who else?", PASSAGES[:1], kept=kept)
    assert len(opened) == prompts[1] + 2  # another question
