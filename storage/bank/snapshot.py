"""What a question sees of a bank: one committed state, immutable, cheap to take.

Routing keys lie in blocks (`kernels.resident`), content in the segments. A large segment is a block by itself, scanned where
the system maps it, unless a device takes it; all small segments share blocks, which are only appended to. Liveness is a mask
that is replaced, never changed. So a snapshot is a few references, a question in flight keeps its state, and neither side
waits. The one exception is by intent: forgetting writes zeros over the vectors of a forgotten document, also under an older
snapshot.

Fulfils engine's `Memory` protocol by its shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from kernels.quantise import dequantise
from kernels.resident.block import View
from kernels.resident.columns import Column
from kernels.resident.state import State
from storage.bank.segment import Segment, Shape

# What a block keeps of a chunk beside its key: the number of its segment, and which chunk of it it is. Blanked, the number
# becomes 0, which no segment has.
PLACES = (Column((), torch.int32), Column((), torch.int64))


@dataclass(frozen=True)
class Stored:
    """An encoding read back from the bank: float32 [layers, chunks, kv_heads, head_dim], as exact as it is stored."""

    router_key: Tensor
    key: Tensor
    value: Tensor
    tokens: int


Place = tuple[Segment | None, int, int]
"""A document's segment, None once it is forgotten, and its first chunk in it and the one behind its last."""


class Snapshot(State):
    """One committed state of a bank. segments: by number; mapped: those whose view is the segment itself."""

    def __init__(
        self,
        shape: Shape,
        mapped: Sequence[tuple[View, Segment]],
        blocks: Sequence[View],
        segments: Mapping[int, Segment],
    ) -> None:
        super().__init__([*(view for view, _ in mapped), *blocks], shape.kv_heads, shape.head_dim)
        self.shape = shape
        self._mapped = {view: segment for view, segment in mapped}
        self._segments = segments

    @property
    def chunks(self) -> int:
        """Of its documents."""
        return sum(int(view.starts.diff()[view.alive].sum()) for view in self.views)

    def rows(self, ids: np.ndarray) -> Iterator[tuple[Segment, int, int]]:
        """Segment, position there and number of chunks of each of these documents that is in this snapshot, in the order of
        the bank."""
        wanted = torch.from_numpy(np.unique(ids))
        for view in self.views:
            for row in view.find(wanted)[1].sort().values.tolist():
                segment, low, high = self._at(view, row)
                if segment is not None:
                    yield segment, int(np.searchsorted(segment.starts, low)), high - low

    def fetch(self, slot: int, document_ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """K̄ and V̄ [chunks, kv_heads, head_dim] float32 of the documents in the given order, chunk counts [n].

        Reads these documents only. Raises KeyError for an id that is not in `document_ids`.
        """
        places = self._places(document_ids)
        counts = torch.tensor([high - low for _, low, high in places], dtype=torch.int64)
        return self._read("key", slot, places), self._read("value", slot, places), counts

    def encoding(self, document_id: int, tokens: int) -> Stored | None:
        """All that is stored of one document of so many tokens; None if it is not in this snapshot."""
        try:
            places = self._places(torch.tensor([document_id]))
        except KeyError:
            return None
        router_key, key, value = (
            torch.stack([self._read(name, slot, places) for slot in range(self.shape.layers)])
            for name in ("route", "key", "value")
        )
        return Stored(router_key, key, value, tokens)

    def _read(self, name: str, slot: int, places: Sequence[Place]) -> Tensor:
        """[chunks, kv_heads, head_dim] float32 of the documents at these places; zeros where one is forgotten."""
        heads, dim = self.shape.kv_heads, self.shape.head_dim
        parts = [torch.empty(0, heads, dim)]
        for segment, low, high in places:
            if segment is None:
                parts.append(torch.zeros(high - low, heads, dim))
            else:
                parts.append(dequantise(getattr(segment, name)(slot, low, high)).view(-1, heads, dim))
        return torch.cat(parts)

    def _places(self, document_ids: Tensor) -> list[Place]:
        """Where each document's content lies. Raises KeyError for an id that is not in `document_ids`."""
        return [self._at(view, row) for view, row in self.locate(document_ids)]

    def _at(self, view: View, row: int) -> Place:
        low, high = view.starts[row : row + 2].tolist()
        segment = self._mapped.get(view)
        if segment is None:
            number, first = (int(column[low]) for column in view.content)
            segment = self._segments.get(number)
            low, high = first, first + high - low
        return segment, low, high
