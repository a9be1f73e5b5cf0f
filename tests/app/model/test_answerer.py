"""What a question leads to: evidence, and what leads it once the answer is there; the model is tiny and random."""

from __future__ import annotations

import pytest
import torch

from app.model.answerer import Answerer, Found, Hit, Library, varied
from engine.answering.reader import Believed
from engine.answering.refusal import DECLINED
from engine.answering.support import UNSUPPORTED
from engine.lora import LoraSettings, add_lora
from engine.memory import RamMemory
from tests.engine.tiny import tiny_model
from tests.engine.words import letters

PASSAGES = ["ann met bob at noon", "the dog sleeps", "a boat, a bridge, a river", "rain until the evening"]


def tiny_answerer() -> Answerer:
    """A tiny random model with a reader."""
    model = tiny_model(
        vocab=len(letters()), hidden=32, layout="chat", writes_document_ids=False, query_reduce="mean"
    )
    model.tokenizer = letters()
    add_lora(model, LoraSettings((0, 1, 2, 3), 2, 4.0, ("q_proj", "down_proj")))
    draw = torch.Generator().manual_seed(5)
    for name, parameter in model.backbone.named_parameters():
        if ".lora_b." in name:
            parameter.data.copy_(torch.randn(parameter.shape, generator=draw))
    return Answerer(model)


def remembering(answerer: Answerer) -> RamMemory:
    """A memory of PASSAGES, numbered from 1."""
    ids = range(1, len(PASSAGES) + 1)
    return RamMemory(answerer.encode(list(zip(ids, PASSAGES, strict=True))), answerer.model.config, ids)


def test_more_than_two_passages_of_a_file_stand_behind_those_of_others() -> None:
    files = {1: "a", 2: "a", 3: "a", 4: "b", 5: None, 6: None, 7: None, 8: "a"}
    hits = [Hit(number, 1 / number) for number in files]
    ordered = varied(hits, lambda ids: [files[number] for number in ids])
    assert [hit.document_id for hit in ordered] == [1, 2, 4, 5, 6, 7, 3, 8]


@pytest.mark.parametrize("question", ["who?", "where does the dog sleep?", "until when?", "a boat or a dog?"])
def test_what_the_answer_is_read_from_leads_the_evidence(question: str) -> None:
    answerer = tiny_answerer()
    memory = remembering(answerer)
    events = list(answerer.ask(memory, question, library()))
    found = [event for event in events if isinstance(event, Found)]
    first, last = (tuple(hit.document_id for hit in event.hits) for event in found[:2])
    answer = answerer.reader.read_apart(memory, question, [PASSAGES[number - 1] for number in first])
    read = [first[place] for place in answer.reading]
    assert list(last) == read + [number for number in first if number not in read]
    assert sorted(last) == memory.document_ids.tolist()
    # A random model says what no passage does.
    assert "".join(event for event in events if isinstance(event, str)) in ("".join(answer.text), DECLINED)
    told = [(event.agreement, event.read) for event in events if isinstance(event, Found)]
    assert told[:2] == [(None, None), (answer.agreement, len(read))]


@pytest.mark.parametrize(
    ("said", "text", "agreement", "leads"),
    [
        ("a bridge", "a bridge", 0.9, [3]),
        ("Paris", DECLINED, 0.9, [1, 2, 3, 4]),
        ("the dog sleeps in 1999", "the dog sleeps in 1999", UNSUPPORTED, [1, 2, 3, 4]),
    ],
)
def test_an_answer_rests_on_the_passages_that_say_it(
    said: str, text: str, agreement: float, leads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    answerer = tiny_answerer()
    memory = remembering(answerer)
    monkeypatch.setattr(
        answerer.reader, "read", lambda *a: Believed((0, 1, 2, 3), 0.9, iter([said[:2], said[2:]]))
    )
    monkeypatch.setattr(
        answerer, "find", lambda *a, **k: [Hit(number, 1 / number) for number in (1, 2, 3, 4)]
    )
    events = list(answerer.ask(memory, "what?", library()))
    assert "".join(event for event in events if isinstance(event, str)) == text
    last = founds(events)[-1]
    assert last.agreement == agreement
    assert [hit.document_id for hit in last.hits][: last.read] == leads


def library() -> Library:
    return Library(
        texts=lambda numbers: [PASSAGES[number - 1] for number in numbers],
        origins=lambda numbers: [None for _ in numbers],
        lexical=lambda text: [],
        named=lambda names, document: [],
        said=lambda names, document: [],
    )


def founds(events: list[Found | str]) -> tuple[Found, Found]:
    """What was found, before and after reading; the same where the best hit was read."""
    found = [event for event in events if isinstance(event, Found)]
    return found[0], found[-1]
