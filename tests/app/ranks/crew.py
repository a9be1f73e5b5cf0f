"""A bank of synthetic documents spread over ranks that live in this process, or in others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from app.ranks.holders import Holder, OwnHolder
from app.ranks.spread import Spread
from engine.parallel.errors import RankAway
from storage.bank.bank import Bank
from tests.storage.synthetic import HEAD_DIM, HEADS, LAYERS


class Mortal(OwnHolder):
    """A rank in this process that can be told to fail."""

    dead = False

    def change(self, version: int, dead: np.ndarray, tensors: dict[str, Tensor] | None, oldest: int) -> None:
        if self.dead:
            raise RankAway("killed")
        super().change(version, dead, tensors, oldest)

    def blank(self, ids: np.ndarray) -> None:
        if self.dead:
            raise RankAway("killed")
        super().blank(ids)


def spread_over(bank: Bank, holders: Sequence[Holder]) -> Spread:
    spread = Spread(bank)
    spread.begin()
    for holder in holders:
        spread.join(holder)
    settle(spread)
    return spread


def settle(spread: Spread) -> None:
    while spread.fill() or spread.level():
        pass


def mortals(count: int) -> list[Mortal]:
    return [Mortal(f"rank {number}", 1e9) for number in range(count)]


def questions(seed: int = 0, count: int = 3) -> list[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(tokens + 1, HEADS, HEAD_DIM, generator=generator) for tokens in range(count)]


def assert_same(spread: Spread, bank: Bank) -> None:
    """The spread memory answers as the bank does by itself, to the last bit."""
    ours, whole = spread.memory(), bank.snapshot()
    assert ours.document_ids.tolist() == whole.document_ids.tolist()
    asked = questions()
    for slot in range(LAYERS):
        assert torch.equal(ours.score(slot, asked), whole.score(slot, asked))
        for left, right in zip(ours.best(slot, asked, 4), whole.best(slot, asked, 4), strict=True):
            assert torch.equal(left, right)
        some = ours.document_ids[torch.randperm(len(ours.document_ids))[:5]]
        for left, right in zip(ours.fetch(slot, some), whole.fetch(slot, some), strict=True):
            assert torch.equal(left, right)
