"""No path of the engine mixes devices: encoding, asking, writing and storing run on a card that only says it is one."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from engine.encode import encode_documents
from engine.generate import Sampling, generate
from engine.memory import RamMemory
from engine.model import MsaModel
from engine.resident import ResidentMemory, Shape
from engine.session import encode_prefix, open_session
from kernels import device as kernel_device
from storage.archive import Archive
from storage.records import Draft
from tests.engine.card import CARD, Card, OnCard, on_card
from tests.engine.tiny import PREFIX, prompt, tiny_model, tokens

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
