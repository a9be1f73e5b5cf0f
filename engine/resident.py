"""A memory in blocks: keys on the devices with room, content in host memory, changed while it is read.

What one device or rank holds of a memory (`engine.memory.ShardMemory`). Scores are those of the checkpoints that take the
mean over heads and the maximum over chunks, as published.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.memory import Encoding
from kernels.quantise import quantise
from kernels.resident.block import CHUNKS, CPU, KeyFormat, Keys, View
from kernels.resident.blocks import Blocks
from kernels.resident.columns import Column
from kernels.resident.placing import HOST, Place
from kernels.resident.state import State


@dataclass(frozen=True)
class Shape:
    """layers: router layers; bits: of keys and content, 8, or 0 for float32."""

    layers: int
    kv_heads: int
    head_dim: int
    bits: int = 8

    def key_format(self) -> KeyFormat:
        return KeyFormat(self.layers, self.kv_heads * self.head_dim, self.bits)

    def content(self) -> list[Column]:
        """K̄ of all layers, V̄ of all layers, then their scales likewise."""
        dtype = torch.int8 if self.bits else torch.float32
        values = Column((self.kv_heads, self.head_dim), dtype)
        return [values] * 2 * self.layers + [Column((self.kv_heads,), torch.float32)] * 2 * self.layers


class ResidentMemory:
    """Implements `ShardMemory`."""

    def __init__(
        self, shape: Shape, places: Sequence[Place] = HOST, *, chunks_per_block: int = CHUNKS
    ) -> None:
        self.shape = shape
        self._blocks = Blocks(
            shape.key_format(), places, content=shape.content(), chunks_per_block=chunks_per_block
        )
        self._published = ResidentSnapshot(shape, ())

    @property
    def nbytes(self) -> int:
        """Bytes allocated for keys."""
        return self._blocks.nbytes

    def snapshot(self) -> ResidentSnapshot:
        return self._published

    def add(self, document_ids: Sequence[int], encodings: Sequence[Encoding]) -> None:
        """Raises ValueError where numbers differ or an id stands twice, NoRoom where no device has any left."""
        if len(set(document_ids)) != len(encodings) or len(document_ids) != len(encodings):
            raise ValueError(
                f"{len(document_ids)} ids came with {len(encodings)} encodings; each needs its own"
            )
        if not encodings:
            return
        keys: list[Keys] = []
        content: list[Tensor] = []
        scales: list[Tensor] = []
        for slot in range(self.shape.layers):
            joined = torch.cat([e.router_key[slot] for e in encodings]).flatten(1).float()
            keys.append(quantise(joined, self.shape.bits) if self.shape.bits else joined)
        for name in ("key", "value"):
            for slot in range(self.shape.layers):
                vectors = torch.cat([getattr(e, name)[slot] for e in encodings]).float()
                q = quantise(vectors, self.shape.bits) if self.shape.bits else None
                content.append(vectors if q is None else q.values)
                scales.append(vectors.new_ones(vectors.shape[:2]) if q is None else q.scales)
        counts = torch.tensor([e.chunks for e in encodings], dtype=torch.int64)
        ids = torch.tensor(list(document_ids), dtype=torch.int64)
        self._blocks.add(ids, counts, keys, [x.to(CPU) for x in (*content, *scales)])
        self._publish()

    def remove(self, document_ids: Sequence[int]) -> None:
        self._blocks.kill(torch.tensor(list(document_ids), dtype=torch.int64))
        self._publish()

    def forget(self, document_ids: Sequence[int]) -> None:
        ids = torch.tensor(list(document_ids), dtype=torch.int64)
        # Blanked first: killing may rewrite a block, and would then look for the copies in the old one.
        self._blocks.blank(ids)
        self._blocks.kill(ids)
        self._publish()

    def _publish(self) -> None:
        self._published = ResidentSnapshot(self.shape, self._blocks.view())


class ResidentSnapshot(State):
    """One state; implements `engine.memory.Memory`."""

    def __init__(self, shape: Shape, views: Sequence[View]) -> None:
        super().__init__(views, shape.kv_heads, shape.head_dim)
        self._layers = shape.layers

    def fetch(self, slot: int, document_ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """K̄, V̄ float32 on the CPU and chunk counts. Raises KeyError for an id that is not in `document_ids`."""
        places = self.locate(document_ids)
        spans = [(view, *view.starts[row : row + 2].tolist()) for view, row in places]
        parts = []
        for column in (slot, self._layers + slot):
            found = [
                view.content[column][low:high] * view.content[2 * self._layers + column][low:high, :, None]
                for view, low, high in spans
            ]
            parts.append(torch.cat([torch.empty(0, self.kv_heads, self.head_dim), *found]))
        counts = torch.tensor([high - low for _, low, high in spans], dtype=torch.int64)
        return parts[0], parts[1], counts
