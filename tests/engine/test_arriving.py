"""What is brought to a card beside what it computes: nobody reads it before it is there."""

from __future__ import annotations

import copy

import pytest
import torch

from engine import arriving
from engine.arriving import Arriving, Courier
from engine.encode import encode_documents
from engine.memory import RamMemory
from engine.session import encode_prefix, open_session
from kernels import device as kernel_device
from tests.engine.card import CARD, Card, on_card
from tests.engine.tiny import PREFIX, prompt, tiny_model, tokens

CPU = torch.device("cpu")


def test_what_is_brought_is_there_once_it_is_waited_for() -> None:
    with Card():
        brought = Courier(CARD).bring(torch.arange(6.0).view(2, 3), torch.float32)
        assert brought.tensor.is_cuda and brought.tensor.cpu().isnan().all()  # still on its way
        assert brought.here().tolist() == [[0, 1, 2], [3, 4, 5]]


def test_on_a_cpu_nothing_is_waited_for() -> None:
    tensor = torch.arange(6.0)
    brought = Courier(CPU).bring(tensor, torch.float32)
    assert brought == Arriving(tensor) and brought.here() is tensor
    assert Courier(CPU).bring(tensor, torch.bfloat16).here().dtype == torch.bfloat16


def test_what_is_on_the_card_already_stays_there() -> None:
    with Card():
        tensor = torch.ones(3, device=CARD)
        assert Courier(CARD).bring(tensor, torch.float32).sent is None


def test_a_layer_waits_for_its_content_after_all_questions_have_sent_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kernel_device, "triton_works", lambda: False)
    here = tiny_model("qwen3", seed=100, top_k=3)
    there = copy.deepcopy(here)
    on_card(there)
    memory = RamMemory(encode_documents(here, tokens(100, 9, 5, 14, 3, 8)), here.config)  # in host memory
    asked = [prompt(1, 5), prompt(2, 7)]
    expected = open_session(here, memory, asked, encode_prefix(here, PREFIX), keep_scores=False)
    order: list[str] = []
    bring, wait = Courier.bring, Arriving.here

    def bringing(self: Courier, tensor: torch.Tensor, dtype: torch.dtype) -> Arriving:
        order.append("sent")
        return bring(self, tensor, dtype)

    def waiting(self: Arriving) -> torch.Tensor:
        order.append("waited")
        assert self.sent is not None
        return wait(self)

    monkeypatch.setattr(arriving.Courier, "bring", bringing)
    monkeypatch.setattr(arriving.Arriving, "here", waiting)
    with Card():
        session = open_session(there, memory, asked, encode_prefix(there, PREFIX), keep_scores=False)
        torch.testing.assert_close(session.logits.cpu(), expected.logits)
    layers = len(here.config.router_layers)
    assert order == (["sent"] * 4 + ["waited"] * 4) * layers  # keys and values of two questions
