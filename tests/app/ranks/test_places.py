"""A card's room is given once: to rank 0's shard where the memory is spread, else to the whole bank."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch

from app.model.switch import ModelSwitch
from app.ranks.places import CARD_SHARE, places_on
from kernels.resident.placing import HOST, Place
from storage.bank.bank import Bank
from storage.bank.segment import Shape


def test_what_torch_holds_back_counts_as_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda card: (1000, 80_000))
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda card: 700)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda card: 200)
    card, host = places_on("cuda:1")
    assert card.bytes == int(CARD_SHARE * 1500) and card.device.index == 1
    assert host.pinned and host.device.type == "cpu"
    assert places_on("cpu") == HOST


def test_a_bank_leaves_the_card_before_rank_0_takes_its_shard() -> None:
    bank = Bank("model", Shape(1, 1, 8))
    bank.place((Place(torch.device("cuda:0"), 10**6),))  # empty: nothing is put there
    assert bank.on_devices
    followed: list[bool] = []
    switch: Any = SimpleNamespace(
        _ranks=SimpleNamespace(follow=lambda bank: followed.append(bank.on_devices)),
        _archive=SimpleNamespace(store=SimpleNamespace(writing=torch.no_grad())),
        present=lambda: (None, bank),
    )
    ModelSwitch._follow(switch)
    assert followed == [False]
