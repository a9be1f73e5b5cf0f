"""No path of the engine mixes devices: encoding, asking, writing and storing run on a card that only says it is one."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from engine.encode import encode_documents
from engine.generate import Sampling, generate
from engine.interleave import Event, Finished, interleave
from engine.layout import Layout
from engine.memory import RamMemory
from engine.model import MsaModel
from engine.resident import ResidentMemory, Shape
from engine.session import encode_prefix, open_session
from engine.training.forward import Sample, compute_losses
from kernels import device as kernel_device
from storage.archive import Archive
from storage.records import Draft
from tests.engine.card import CARD, Card, OnCard, on_card
from tests.engine.tiny import PREFIX, prompt, tiny_model, tokens
from tests.engine.words import letters

MODEL = tiny_model("qwen3", seed=100, top_k=3)
DOCUMENTS = tokens(100, 9, 5, 14, 3, 8)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[MsaModel]:
    monkeypatch.setattr(kernel_device, "triton_works", lambda: False)
    moved = copy.deepcopy(MODEL)
    on_card(moved)
    with Card():
        yield moved


def test_the_card_refuses_what_a_card_refuses() -> None:
    with Card():
        there = torch.ones(3, device=CARD)
        assert there.is_cuda and (there + 1).is_cuda and not there.cpu().is_cuda
        with pytest.raises(RuntimeError, match="two devices"):
            there + torch.ones(3)
        with pytest.raises(RuntimeError, match="indexed"):
            torch.ones(3)[torch.tensor([0], device=CARD)]
        there[:2] = torch.zeros(2)
        assert there.tolist() == [0, 0, 1]


def test_encoding_asking_and_writing_stay_on_their_devices(model: MsaModel) -> None:
    encodings = encode_documents(model, DOCUMENTS)
    assert all(isinstance(e.key, OnCard) and isinstance(e.router_key, OnCard) for e in encodings)
    shape = Shape(len(model.config.router_layers), model.kv_heads, model.head_dim, bits=0)
    memory = ResidentMemory(shape, chunks_per_block=4)
    memory.add(range(1, 6), encodings)
    prefix = encode_prefix(model, PREFIX)
    asked = [prompt(1, 5), prompt(2, 7)]
    written = {}
    for scores in (True, False):
        session = open_session(model, memory.snapshot(), asked, prefix, keep_scores=scores)
        written[scores] = list(generate(session, Sampling(max_new_tokens=4), []))
    assert written[True] == written[False]


def test_the_card_computes_what_the_cpu_does(model: MsaModel) -> None:
    there = encode_documents(model, DOCUMENTS)
    here = encode_documents(MODEL, DOCUMENTS)
    for one, other in zip(there, here, strict=True):
        torch.testing.assert_close(one.key.cpu(), other.key)
    memory = RamMemory(here, MODEL.config)
    sessions = [open_session(m, memory, [prompt(1, 5)], encode_prefix(m, PREFIX)) for m in (model, MODEL)]
    torch.testing.assert_close(sessions[0].logits.cpu(), sessions[1].logits)


def test_a_file_with_known_and_new_passages_is_stored(model: MsaModel, tmp_path: Path) -> None:
    """What was known comes from the bank, in host memory, what is new from the card."""
    new = encode_documents(model, DOCUMENTS[:2])
    known = encode_documents(MODEL, DOCUMENTS[2:3])
    with Archive.open(tmp_path) as archive:
        shape = (len(model.config.router_layers), model.kv_heads, model.head_dim)
        bank = archive.banks.open("fingerprint", *shape)
        ids = archive.commits.reserve_ids(3)
        drafts = [Draft(id, row, f"text {id}", f"hash {id}", tokens=9) for row, id in enumerate(ids)]
        archive.commits.commit_documents(
            None, add=drafts, encodings=[new[0], known[0], new[1]], bank="fingerprint"
        )
        snapshot = bank.snapshot()
        assert snapshot.document_ids.tolist() == list(ids)
        session = open_session(
            model, snapshot, [prompt(1, 5)], encode_prefix(model, PREFIX), keep_scores=False
        )
        assert session.logits.is_cuda and session.selections[0][0].document_ids.tolist()


@pytest.mark.parametrize(("family", "reduce"), [("qwen3", "max"), ("mistral", "mean"), ("llama", "pool")])
def test_sampling_forking_and_rewinding_stay_on_their_devices(
    monkeypatch: pytest.MonkeyPatch, family: str, reduce: str
) -> None:
    monkeypatch.setattr(kernel_device, "triton_works", lambda: False)
    # There is no generator of random numbers without a card.
    monkeypatch.setattr(
        "engine.generate._generator", lambda seed, device: torch.Generator().manual_seed(seed)
    )
    window = None if family == "llama" else 8
    here = tiny_model(family, seed=7, top_k=3, query_reduce=reduce, window=window)
    there = copy.deepcopy(here)
    on_card(there)
    rules = Sampling(5, temperature=0.8, top_k=9, top_p=0.9, repetition_penalty=1.1, seed=3)

    def written(model: MsaModel) -> tuple[list[list[int | None]], list[float]]:
        memory = RamMemory(encode_documents(model, DOCUMENTS), model.config)
        session = open_session(model, memory, [prompt(1, 5), prompt(2, 7)], encode_prefix(model, PREFIX))
        session.fork(0, 2)
        session.extend([[], [], [5, 6]])
        session.rewind(2, 1)
        session.extend([[7], [8], [9]])
        assert session.logits.is_cuda == (model is there)
        return list(generate(session, rules, [])), session.logits.flatten().tolist()

    expected = written(here)
    with Card():
        found = written(there)
    assert found[0] == expected[0] and len(found[0]) == 5
    assert found[1] == pytest.approx(expected[1], abs=1e-4)


def test_rounds_of_written_ids_stay_on_their_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_device, "triton_works", lambda: False)
    tokenizer = letters()
    layout = Layout("msa", tokenizer)
    here = tiny_model("qwen3", seed=50, vocab=len(tokenizer), top_k=2, query_reduce="mean")
    here.backbone.config.max_position_embeddings = 4096
    there = copy.deepcopy(here)
    on_card(there)
    texts = {3: "Ann lives in Oslo.", 12: "Oslo is cold."}

    def events(model: MsaModel) -> list[Event]:
        documents = [layout.document(number, text) for number, text in texts.items()]
        memory = RamMemory(encode_documents(model, documents), model.config, list(texts))
        asked = interleave(
            model, memory, layout, ["Where?"], lambda ids: [*map(texts.get, ids)], sampling=Sampling(6)
        )
        return list(asked)

    expected = events(here)
    with Card():
        found = events(there)
    assert isinstance(found[-1], Finished) and found == expected


def test_what_is_learned_from_is_computed_on_one_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """Losses only: their gradients need torch's own support for cards."""
    monkeypatch.setattr(kernel_device, "triton_works", lambda: False)
    there = copy.deepcopy(MODEL)
    on_card(there)
    samples = [
        Sample(
            PREFIX,
            DOCUMENTS[:3],
            [7, 8, 9, 10],
            [True, True, False, False],
            [-100, -100, 9, 10],
            [True, False, False],
        ),
        Sample(PREFIX, DOCUMENTS[2:], [11, 12, 13], [True, True, True], [-100, 12, 13], [False, True, False]),
    ]
    with torch.no_grad():
        expected = compute_losses(MODEL, samples)
        with Card():
            found = compute_losses(there, samples)
            assert found.total.is_cuda
            losses = [float(part.cpu()) for part in (found.total, found.language, found.router)]
    assert losses == pytest.approx(
        [float(expected.total), float(expected.language), float(expected.router)], abs=1e-4
    )
