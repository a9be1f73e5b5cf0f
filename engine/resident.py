"""A memory in blocks: keys on the devices with room, content in host memory, changed while it is read.

What one device or rank holds of a memory (`engine.memory.ShardMemory`). Scores are those of the checkpoints that take the
mean over heads and the maximum over chunks, as published.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from engine.memory import Encoding
from kernels.quantise import Quantised, dequantise, quantise
from kernels.resident.best import best_documents
from kernels.resident.block import CHUNKS, CPU, KeyFormat, Keys, View
from kernels.resident.blocks import Blocks
from kernels.resident.candidates import Best, unpack
from kernels.resident.columns import Column
from kernels.resident.placing import HOST, Place
from kernels.route import fold_heads, score_documents_batch


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


class ResidentSnapshot:
    """One state; implements `engine.memory.Memory`."""

    def __init__(self, shape: Shape, views: Sequence[View]) -> None:
        self.shape = shape
        self._views = tuple(views)

    @cached_property
    def _columns(self) -> tuple[Tensor, Tensor]:
        """Ids ascending, and the place of each among the views' rows one after the other."""
        bases = torch.tensor([0, *(len(v.ids) for v in self._views)]).cumsum(0)
        rows = [base + v.living[1] for base, v in zip(bases.tolist(), self._views, strict=False)]
        ids, order = torch.cat(
            [torch.empty(0, dtype=torch.int64), *(v.living[0] for v in self._views)]
        ).sort()
        return ids, torch.cat([torch.empty(0, dtype=torch.int64), *rows])[order]

    @property
    def document_ids(self) -> Tensor:
        return self._columns[0]

    def __len__(self) -> int:
        return sum(len(view.living[0]) for view in self._views)

    def _folded(self, queries: Sequence[Tensor]) -> list[Tensor]:
        return [fold_heads(query.float(), self.shape.kv_heads) for query in queries]

    def score(self, slot: int, queries: Sequence[Tensor]) -> Tensor:
        """[questions, documents] float32 on the CPU. A table of all documents: routing uses `best`."""
        folded = self._folded(queries)
        parts = [
            score_documents_batch(folded, v.keys[slot], v.starts).cpu() for v in self._views if len(v.ids)
        ]
        if not parts:
            return torch.empty(len(queries), 0)
        return torch.cat(parts, dim=1)[:, self._columns[1]]

    def best(self, slot: int, queries: Sequence[Tensor], k: int) -> Best:
        return unpack(best_documents(self._views, slot, self._folded(queries), k))

    def fetch(self, slot: int, document_ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """K̄, V̄ float32 on the CPU and chunk counts. Raises KeyError for an id that is not in `document_ids`."""
        layers = self.shape.layers
        keys = self._gather(document_ids, slot, 2 * layers + slot)
        values = self._gather(document_ids, layers + slot, 3 * layers + slot)
        counts = torch.tensor([len(part) for part in keys], dtype=torch.int64)
        empty = torch.empty(0, self.shape.kv_heads, self.shape.head_dim)
        return torch.cat([empty, *keys]), torch.cat([empty, *values]), counts

    def routing_keys(self, slot: int, document_ids: Tensor) -> Tensor:
        parts = []
        for view, low, high in self._places(document_ids):
            keys = view.keys[slot]
            part = dequantise(keys[low:high]) if isinstance(keys, Quantised) else keys[low:high]
            parts.append(part.cpu().unflatten(1, (self.shape.kv_heads, self.shape.head_dim)))
        return torch.cat([torch.empty(0, self.shape.kv_heads, self.shape.head_dim), *parts])

    def _gather(self, document_ids: Tensor, values: int, scales: int) -> list[Tensor]:
        return [
            view.content[values][low:high].float() * view.content[scales][low:high, :, None]
            for view, low, high in self._places(document_ids)
        ]

    def _places(self, document_ids: Tensor) -> list[tuple[View, int, int]]:
        """Where each document's chunks lie."""
        wanted = document_ids.cpu()
        found: dict[int, tuple[View, int, int]] = {}
        for view in self._views:
            for at, row in zip(*(x.tolist() for x in view.find(wanted)), strict=True):
                low, high = view.starts[row : row + 2].tolist()
                found[at] = (view, low, high)
        if len(found) < len(wanted):
            missing = [number for at, number in enumerate(wanted.tolist()) if at not in found]
            raise KeyError(f"documents {missing} are not in this snapshot")
        return [found[at] for at in range(len(wanted))]
