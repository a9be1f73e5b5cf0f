"""A part of a bank, held in memory only: the documents that one rank of several answers for, in resident blocks.

It is told of changes by number, and keeps the state behind each number for as long as a question may still read it. Where
its documents come from and whose they are, rank 0 knows.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import torch
from torch import Tensor

from kernels.quantise import Quantised
from kernels.resident.block import CHUNKS, CPU, KeyFormat, View
from kernels.resident.blocks import Blocks
from kernels.resident.columns import Column
from kernels.resident.placing import HOST, Place
from kernels.resident.state import State
from storage.bank.segment import Shape


class Shard:
    """`change` and `blank` are called by one thread, `at` by any."""

    def __init__(
        self, shape: Shape, places: Sequence[Place] = HOST, *, chunks_per_block: int = CHUNKS
    ) -> None:
        self.shape = shape
        self._blocks = Blocks(
            KeyFormat(shape.layers, shape.kv_heads * shape.head_dim, shape.key_bits),
            places,
            content=content_columns(shape),
            chunks_per_block=chunks_per_block,
        )
        self._states: dict[int, ShardState] = {0: ShardState(shape, ())}
        self._guard = threading.Lock()

    @property
    def chunks(self) -> int:
        """Stored, dead ones included."""
        return sum(block.chunks for block in self._blocks)

    def change(self, version: int, dead: Tensor, tensors: dict[str, Tensor] | None, oldest: int) -> None:
        """The state `version`: without the documents `dead` [n] int64, with those of `tensors` (as a segment's, see `pack`).

        oldest: states before it are read by nobody any more. Raises NoRoom.
        """
        self._blocks.kill(dead)
        if tensors is not None and len(tensors["documents"]):
            self._add(tensors)
        state = ShardState(self.shape, self._blocks.view())
        with self._guard:
            self._states[version] = state
            keep = max((v for v in self._states if v <= oldest), default=0)
            self._states = {v: state for v, state in self._states.items() if v >= keep}

    def at(self, version: int) -> ShardState:
        """The state behind the last change up to `version`. Raises KeyError for one that is gone."""
        with self._guard:
            return self._states[max((v for v in self._states if v <= version), default=-1)]

    def blank(self, ids: Tensor) -> None:
        """Overwrites every vector of these documents with zeros, in every state and in dead rows too. ids: [n] int64."""
        self._blocks.blank(ids)

    def _add(self, tensors: dict[str, Tensor]) -> None:
        shape, width = self.shape, self.shape.kv_heads * self.shape.head_dim
        slots = range(shape.layers)
        keys = [
            Quantised(tensors[f"route.{slot}"], tensors[f"route.{slot}.scale"], shape.key_bits, width)
            for slot in slots
        ]
        content = [
            tensors[f"{kind}.{slot}{part}"]
            for part in ("", ".scale")
            for kind in ("key", "value")
            for slot in slots
        ]
        self._blocks.add(tensors["documents"], tensors["starts"].diff(), keys, content)


def content_columns(shape: Shape) -> list[Column]:
    """K̄ of all router layers, V̄ of all, then their scales likewise."""
    values = Column((shape.kv_heads, shape.head_dim * shape.content_bits // 8), torch.int8)
    return [values] * 2 * shape.layers + [Column((shape.kv_heads,), torch.float32)] * 2 * shape.layers


class ShardState:
    """One state of a shard; it does not change, but for forgetting, which blanks it too. keys: what finds its documents."""

    def __init__(self, shape: Shape, views: Sequence[View]) -> None:
        self.shape = shape
        self.keys = State(views, shape.kv_heads, shape.head_dim)

    def __len__(self) -> int:
        return len(self.keys)

    def score(self, slot: int, folded: Sequence[Tensor]) -> Tensor:
        """[questions, documents] float32 on the CPU, by ascending id. folded: per question [tokens, kv_heads * dim]."""
        return self.keys.score_folded(slot, folded)

    def best(self, slot: int, folded: Sequence[Tensor], k: int) -> Tensor:
        """Candidates [questions, at most k] int64 on the CPU, best first (see `kernels.resident.candidates`)."""
        return self.keys.best_folded(slot, folded, k).to(CPU)

    def content(self, slot: int, ids: Tensor) -> dict[str, Tensor]:
        """K̄ and V̄ of some documents at one router layer as they are stored: key, value with their scales by chunk, in the
        order asked for, and counts [documents] int64. Raises KeyError for a document that is not there."""
        layers = self.shape.layers
        places = [(view, *view.starts[row : row + 2].tolist()) for view, row in self.keys.locate(ids)]
        columns = {
            "key": slot,
            "value": layers + slot,
            "key.scale": 2 * layers + slot,
            "value.scale": 3 * layers + slot,
        }
        parts = {
            name: torch.cat([view.content[at][low:high] for view, low, high in places])
            for name, at in columns.items()
        }
        return parts | {"counts": torch.tensor([high - low for _, low, high in places], dtype=torch.int64)}
