"""What reaches a person of an answer, and which passage it is read from; the model is tiny and random."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch

from app.mind import (
    ANSWER_TOKENS,
    DRAFT_TOKENS,
    RELUCTANCE,
    Found,
    Hit,
    Library,
    Mind,
    first_paragraph,
    varied,
)
from app.readings import Reading, elected, readings, votes
from engine.lora import LoraSettings, add_lora
from engine.memory import RamMemory
from engine.model import READER
from engine.session import Session, open_session
from engine.words import DECLINED
from tests.engine.tiny import tiny_model
from tests.engine.words import letters

PASSAGES = ["ann met bob at noon", "the dog sleeps", "a boat, a bridge, a river", "rain until the evening"]


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


@pytest.fixture(scope="module")
def mind() -> Mind:
    model = tiny_model(
        vocab=len(letters()), hidden=32, layout="chat", writes_document_ids=False, query_reduce="mean"
    )
    model.tokenizer = letters()
    add_lora(model, LoraSettings((0, 1, 2, 3), 2, 4.0, ("q_proj", "down_proj")))
    draw = torch.Generator().manual_seed(5)
    for name, parameter in model.backbone.named_parameters():
        if ".lora_b." in name:
            parameter.data.copy_(torch.randn(parameter.shape, generator=draw))
    return Mind(model)


def declines(mind: Mind, memory: RamMemory, question: str, passages: list[str]) -> float:
    """log P that an answer from these passages begins as declining does."""
    prompt = mind.layout.reading(question, passages)
    session = open_session(mind.model, memory, [prompt], mind._prefix_of(READER), adapter=READER)
    return float(session.logits.log_softmax(dim=1)[0, mind.layout.tokens(DECLINED)[0]])


@pytest.mark.parametrize("question", ["who?", "where does the dog sleep?", "until when?", "a boat or a dog?"])
@pytest.mark.parametrize("draft_tokens", [1, ANSWER_TOKENS])
def test_the_reading_with_most_votes_is_answered_from_and_leads_the_evidence(
    mind: Mind, monkeypatch: pytest.MonkeyPatch, question: str, draft_tokens: int
) -> None:
    monkeypatch.setattr("app.mind.DRAFT_TOKENS", draft_tokens)
    ids = range(1, len(PASSAGES) + 1)
    memory = RamMemory(mind.encode(list(zip(ids, PASSAGES, strict=True))), mind.model.config, ids)
    answer = mind.read_apart(memory, question, PASSAGES)
    alone = mind.read(memory, question, [PASSAGES[place] for place in answer.reading])
    assert "".join(answer.text) == "".join(alone)
    if draft_tokens > 1:
        reading, agreement = believed(mind, memory, question, PASSAGES)
        assert answer.reading == reading and answer.agreement == pytest.approx(agreement, rel=0.05)
    library = Library(
        texts=lambda numbers: [PASSAGES[number - 1] for number in numbers],
        origins=lambda numbers: [None for _ in numbers],
        lexical=lambda text: [],
        named=lambda names, document: [],
    )
    events = list(mind.ask(memory, question, library))
    first, last = (tuple(hit.document_id for hit in event.hits) for event in founds(events))
    answer = mind.read_apart(memory, question, [PASSAGES[number - 1] for number in first])
    read = [first[place] for place in answer.reading]
    assert list(last) == read + [number for number in first if number not in read]
    assert sorted(last) == list(ids)
    assert "".join(event for event in events if isinstance(event, str)) == "".join(answer.text)
    assert [event.agreement for event in events if isinstance(event, Found)] == [None, answer.agreement]


def believed(mind: Mind, memory: RamMemory, question: str, passages: list[str]) -> tuple[Reading, float]:
    """The reading that the product should choose, each read by itself, and its share of the votes."""
    tried = readings([len(passage) for passage in passages])
    quoted = [[passages[place] for place in reading] for reading in tried]
    answers = ["".join(mind.read(memory, question, texts)) for texts in quoted]
    declining = [declines(mind, memory, question, texts[::-1]) for texts in quoted]
    row, agreement = elected(question, answers, votes(tried, declining))
    return tried[row], agreement


def founds(events: list[Found | str]) -> tuple[Found, Found]:
    """What was found, before and after reading; the same where the best hit was read."""
    found = [event for event in events if isinstance(event, Found)]
    return found[0], found[-1]


def test_declining_is_known_by_its_first_words(mind: Mind, monkeypatch: pytest.MonkeyPatch) -> None:
    said = mind.layout.tokens(DECLINED)
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
    answer = mind.read_apart(RamMemory([], mind.model.config), "who?", PASSAGES)
    assert list(answer.text) == [DECLINED] and 0 < len(fed) < 3 < len(said)


def test_nobody_waits_for_readings_that_can_change_nothing(
    mind: Mind, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, end = mind.layout.tokens("n")[0], min(mind.layout.stop_ids)
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
            "app.mind.votes", lambda tried, _, first=first: [first] + [1.0] * (len(tried) - 1)
        )
        written.clear()
        answer = mind.read_apart(RamMemory([], mind.model.config), "who?", PASSAGES)
        assert len(written) == steps and (answer.reading == (0,)) == (first > 1)
    assert next(answer.text) == "n"


@pytest.mark.parametrize(("ahead", "declines"), [(RELUCTANCE - 0.1, False), (RELUCTANCE + 0.1, True)])
def test_declining_has_to_be_clearly_likelier(
    mind: Mind, monkeypatch: pytest.MonkeyPatch, ahead: float, declines: bool
) -> None:
    first, other = mind.layout.tokens(DECLINED)[0], mind.layout.tokens("n")[0]

    def opened(*arguments: object, **more: object) -> object:
        session = open_session(*arguments, **more)  # type: ignore[arg-type]
        session.logits = torch.full_like(session.logits, -20.0)
        session.logits[:, first], session.logits[:, other] = ahead, 0.0
        return session

    monkeypatch.setattr("app.mind.open_session", opened)
    memory = RamMemory([], mind.model.config)
    for answer in (mind.read_apart(memory, "who?", PASSAGES[:1]).text, mind.read(memory, "who?", PASSAGES)):
        assert next(answer)[0] == (DECLINED[0] if declines else "n")
    plain = mind.read(memory, "who?", PASSAGES, adapted=False)
    assert next(plain)[0] == DECLINED[0]
