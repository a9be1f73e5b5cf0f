"""Answers written in recorded steps: the same as by the packed forward, whatever happens between the tokens."""

from __future__ import annotations

import copy
import logging
from typing import Any

import pytest
import torch

from engine import generate as generating
from engine import steps
from engine.encode import encode_documents
from engine.generate import Sampling, generate
from engine.memory import RamMemory
from engine.model import MsaModel
from engine.session import Session, encode_prefix, open_session
from engine.steps import PATIENCE, Step, Writer, recorded
from kernels import device as kernel_device
from tests.engine.card import CARD, Card, on_card
from tests.engine.tape import Graph, taped
from tests.engine.tiny import PREFIX, prefix_of, prompt, ram, tiny_model, tokens

DOCUMENTS = tokens(100, 9, 5, 14, 3, 8)
KINDS: dict[str, dict[str, Any]] = {
    "llama": {"heads": 8},
    "qwen2": {"tied": False},
    "qwen3": {"top_k": 3},
    "mistral": {"window": 8},  # exceeded at once, and by the prefix and what is written alone
}


def pair(kind: str, reserve: int = 256) -> tuple[Session, Session]:
    """Two sessions with the same three questions of unlike lengths."""
    model = tiny_model(kind, seed=11, **KINDS[kind])
    asked = [prompt(1, 5), prompt(2, 17), prompt(3, 1, tail=1)]
    memory, prefix = ram(model, DOCUMENTS), prefix_of(model)
    one, other = (open_session(model, memory, asked, prefix, reserve=reserve) for _ in range(2))
    return one, other


def assert_same(one: Session, other: Session) -> None:
    torch.testing.assert_close(one.logits, other.logits, rtol=0, atol=1e-4)
    assert one.next_position == other.next_position
    for mine, others in zip(one.caches, other.caches, strict=True):
        for a, b in zip(mine, others, strict=True):
            torch.testing.assert_close(a.keys, b.keys, rtol=0, atol=1e-4)
            torch.testing.assert_close(a.values, b.values, rtol=0, atol=1e-4)


@pytest.fixture
def fed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """The questions of every step that is taken, which replays its operations and nothing else."""
    found = []
    feed = Step.feed

    def counted(step: Step, tokens: list[int]) -> None:
        feed(step, tokens)
        found.append(step.rows)

    monkeypatch.setattr(Step, "feed", counted)
    monkeypatch.setattr(steps, "recorded", taped)
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reserve", [256, 3])
def test_a_recorded_step_gives_what_the_packed_forward_gives(
    kind: str, reserve: int, fed: list[tuple[int, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "BUCKET", 4)  # with little room, buffers grow while steps are replayed
    one, other = pair(kind, reserve)
    writer = Writer(one, records=True)
    for at, token in enumerate(tokens(7, 40)[0]):
        row: list[int | None] = [token, token - 1, token - 2]
        if at >= 15:
            row[1] = None  # it has ended
        writer.feed(row)
        other.extend([[] if x is None else [x] for x in row])
        assert_same(one, other)
        assert writer.recording == (PATIENCE <= at < 15 or at >= 15 + PATIENCE)
    assert fed == [(0, 1, 2)] * (15 - PATIENCE) + [(0, 2)] * (25 - PATIENCE)


def test_what_is_taken_back_added_or_fed_otherwise_between_tokens_is_followed(
    fed: list[tuple[int, ...]],
) -> None:
    one, other = pair("qwen3", reserve=30)
    writer = Writer(one, records=True)
    for at, token in enumerate(tokens(8, 30)[0]):
        if at == 8:
            for session in (one, other):
                session.rewind(1, 3)
        if at == 14:
            for session in (one, other):
                session.extend([[5, 6, 7], [], [8]])
        if at == 20:
            for session in (one, other):
                session.fork(0, 2)
        row: list[int | None] = [token] * len(one.next_position)
        writer.feed(row)
        other.extend([[token]] * len(row))
        assert_same(one, other)
    assert fed == [(0, 1, 2)] * (20 - PATIENCE) + [(0, 1, 2, 3)] * (10 - PATIENCE)


def test_what_depends_on_the_host_would_be_seen() -> None:
    """The stand-in for a graph repeats what it recorded, whatever the host says later."""
    number = torch.zeros(1)
    added = [1.0]
    replay = taped(lambda: number + added[0], number.device)
    number += 5
    added[0] = 100.0
    assert replay().item() == 6.0
    with pytest.raises(RuntimeError, match="waits"):
        taped(lambda: number * number.item(), number.device)


def test_on_a_card_a_graph_is_recorded_once_and_replayed(monkeypatch: pytest.MonkeyPatch) -> None:
    graphs: list[Graph] = []

    def made() -> Graph:
        graphs.append(Graph())
        return graphs[-1]

    monkeypatch.setattr(torch.cuda, "CUDAGraph", made)
    runs = []
    with Card():
        number = torch.ones(2, device=CARD)

        def forward() -> torch.Tensor:
            runs.append(graphs[-1].recording)
            if len(runs) == 4:
                raise RuntimeError("operation not permitted when stream is capturing")
            return number * 2

        replay = recorded(forward, CARD)
        for expected in (2, 8, 14):
            assert replay().tolist() == [expected, expected]
            number += 3
        assert runs == [False, True]  # first without recording, then never again
        with pytest.raises(RuntimeError, match="capturing"):
            recorded(forward, CARD)
        assert not graphs[-1].recording and (number * 2).tolist() == [20, 20]


def test_where_steps_cannot_be_recorded_answers_are_written_as_before(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries = []

    def refused(*arguments: Any) -> None:
        tries.append(1)
        raise RuntimeError("operation not permitted when stream is capturing")

    monkeypatch.setattr(steps, "recorded", refused)
    one, other = pair("qwen3")
    with caplog.at_level(logging.WARNING):
        for session in (one, one):  # the second time it is known
            writer = Writer(session, records=True)
            for token in tokens(9, 8)[0]:
                writer.feed([token] * 3)
                other.extend([[token]] * 3)
                assert_same(one, other)
            assert not writer.recording
    assert len(tries) == 1 and caplog.text.count("cannot be recorded") == 1


def test_on_a_card_answers_are_written_in_recorded_steps(
    monkeypatch: pytest.MonkeyPatch, fed: list[tuple[int, ...]]
) -> None:
    monkeypatch.setattr(kernel_device, "triton_works", lambda: False)
    here = tiny_model("qwen3", seed=100, top_k=3)
    there = copy.deepcopy(here)
    on_card(there)
    devices = []

    def plain(forward: Any, device: torch.device) -> Any:
        devices.append(device.type)
        return forward

    monkeypatch.setattr(steps, "recorded", plain)

    def written(model: MsaModel) -> list[list[int | None]]:
        memory = RamMemory(encode_documents(model, DOCUMENTS), model.config)
        session = open_session(model, memory, [prompt(1, 5), prompt(2, 7)], encode_prefix(model, PREFIX))
        return list(generate(session, Sampling(max_new_tokens=9), []))

    expected = written(here)
    assert not fed  # a CPU waits for no launches
    with Card():
        assert written(there) == expected
    assert devices == ["cuda"] and len(fed) == 8 - PATIENCE


def test_nothing_is_recorded_for_a_short_answer(
    fed: list[tuple[int, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generating, "Writer", lambda session: Writer(session, records=True))
    one, _ = pair("qwen3")
    assert len(list(generate(one, Sampling(max_new_tokens=PATIENCE + 1), []))) == PATIENCE + 1
    assert not fed
