"""What a question sees of a bank: one committed state, immutable, cheap to take.

A bank is a list of stretches. A large segment is a stretch by itself, scanned where the system maps it; all small
segments share one, the tail, whose routing keys are copied into arrays that grow. Rows are only ever appended;
liveness is a mask that is replaced, never changed. So a snapshot is a few references, a question in flight keeps its
state, and neither side waits. The one exception is by intent: forgetting writes zeros over the vectors of a
forgotten document, also under an older snapshot.

Fulfils engine's `Memory` protocol by its shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from kernels.quantise import Quantised, dequantise
from kernels.resident.candidates import Best, best_of_scores
from kernels.route import fold_heads, score_documents_batch
from storage.bank.segment import Segment, Shape


@dataclass(frozen=True)
class Stretch:
    """Rows scanned together. Row r is document `documents[r]`, with the chunks `starts[r]` … of `keys`."""

    documents: np.ndarray  # [rows] int64
    starts: np.ndarray  # [rows + 1] int64
    alive: np.ndarray  # [rows] bool
    keys: Sequence[Quantised]  # per slot [chunks, kv_heads * head_dim]
    segments: Sequence[Segment]
    segment: np.ndarray  # [rows] int32, index into `segments`
    offset: np.ndarray  # [rows] int64, first chunk within that segment


@dataclass(frozen=True)
class Stored:
    """An encoding read back from the bank: float32 [layers, chunks, kv_heads, head_dim], as exact as it is stored."""

    router_key: Tensor
    key: Tensor
    value: Tensor
    tokens: int


class Snapshot:
    """One committed state of a bank. `document_ids`: [documents] int64, ascending."""

    def __init__(self, shape: Shape, stretches: Sequence[Stretch]) -> None:
        self.shape = shape
        self._stretches = tuple(stretches)
        self._bases = np.cumsum([0, *(len(s.documents) for s in stretches)])

    @cached_property
    def _live(self) -> tuple[np.ndarray, np.ndarray]:
        """(ids ascending, their rows among all stretches' rows one after the other)."""
        rows = [np.flatnonzero(s.alive) for s in self._stretches]
        empty = np.empty(0, dtype=np.int64)
        ids = np.concatenate([empty, *(s.documents[r] for s, r in zip(self._stretches, rows, strict=True))])
        at = np.concatenate([empty, *(b + r for b, r in zip(self._bases, rows, strict=False))])
        order = np.argsort(ids, kind="stable")
        return ids[order], at[order]

    @cached_property
    def document_ids(self) -> Tensor:
        return torch.from_numpy(self._live[0])

    def __len__(self) -> int:
        return len(self._live[0])

    @property
    def chunks(self) -> int:
        """Of its documents."""
        return sum(int(np.diff(s.starts)[s.alive].sum()) for s in self._stretches)

    def score(self, slot: int, queries: Sequence[Tensor]) -> Tensor:
        """queries: per question [tokens >= 1, heads, head_dim] float -> [questions, documents] float32.

        Documents in the order of `document_ids`; exact with respect to the stored keys.
        """
        folded = [fold_heads(q.float(), self.shape.kv_heads) for q in queries]  # [tokens, kv_heads * dim]
        if not len(self) or not folded:
            return torch.empty(len(folded), len(self), dtype=torch.float32)
        parts = [
            score_documents_batch(folded, s.keys[slot], torch.from_numpy(s.starts))
            for s in self._stretches
            if len(s.documents)
        ]
        return torch.cat(parts, dim=1)[:, torch.from_numpy(self._live[1])]

    def best(self, slot: int, queries: Sequence[Tensor], k: int) -> Best:
        """The k best documents of each question; queries as for `score`."""
        return best_of_scores(self.score(slot, queries), self.document_ids, k)

    def fetch(self, slot: int, document_ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """K̄ and V̄ [chunks, kv_heads, head_dim] float32 of the documents in the given order, chunk counts [n].

        Reads these documents only. Raises KeyError for an id that is not in `document_ids`.
        """
        keys, values, counts = [], [], []
        for segment, low, high in self._places(document_ids):
            keys.append(dequantise(segment.key(slot, low, high)))
            values.append(dequantise(segment.value(slot, low, high)))
            counts.append(high - low)
        empty = torch.empty(0, self.shape.kv_heads, self.shape.head_dim)
        return torch.cat([empty, *keys]), torch.cat([empty, *values]), torch.tensor(counts, dtype=torch.int64)

    def routing_keys(self, slot: int, document_ids: Tensor) -> Tensor:
        """K̄ᴿ [chunks, kv_heads, head_dim] float32 of the documents in the given order. Raises KeyError as `fetch` does."""
        heads, dim = self.shape.kv_heads, self.shape.head_dim
        places = self._places(document_ids)
        keys = [
            dequantise(segment.route(slot, low, high)).view(-1, heads, dim) for segment, low, high in places
        ]
        return torch.cat([torch.empty(0, heads, dim), *keys])

    def _places(self, document_ids: Tensor) -> list[tuple[Segment, int, int]]:
        """Where each document's chunks lie. Raises KeyError for an id that is not in `document_ids`."""
        ids, rows = self._live
        wanted = document_ids.cpu().numpy()
        at = np.searchsorted(ids, wanted)
        missing = [
            i for i, a in zip(wanted.tolist(), at.tolist(), strict=True) if a >= len(ids) or ids[a] != i
        ]
        if missing:
            raise KeyError(f"documents {missing} are not in this snapshot")
        return [self._at(row) for row in rows[at].tolist()]

    def rows(self, ids: np.ndarray) -> Iterator[tuple[Segment, int, int]]:
        """Segment, position there and number of chunks of each of these documents that is in this snapshot, in the order of
        the bank."""
        live, rows = self._live
        at = np.searchsorted(live, ids)
        at = at[(at < len(live)) & (live[np.minimum(at, len(live) - 1)] == ids)] if len(live) else at[:0]
        for row in np.sort(rows[at]).tolist():
            segment, low, high = self._at(row)
            yield segment, int(np.searchsorted(segment.starts, low)), high - low

    def encoding(self, document_id: int, tokens: int) -> Stored | None:
        """All that is stored of one document of so many tokens; None if it is not in this snapshot."""
        ids, rows = self._live
        at = int(np.searchsorted(ids, document_id))
        if at == len(ids) or ids[at] != document_id:
            return None
        segment, low, high = self._at(int(rows[at]))
        shape = (self.shape.layers, high - low, self.shape.kv_heads, self.shape.head_dim)
        router_key, key, value = (
            torch.stack([dequantise(part(slot, low, high)) for slot in range(self.shape.layers)]).view(shape)
            for part in (segment.route, segment.key, segment.value)
        )
        return Stored(router_key, key, value, tokens)

    def _at(self, row: int) -> tuple[Segment, int, int]:
        """The segment that holds a row of all stretches' rows, and its chunks there."""
        index = int(np.searchsorted(self._bases, row, side="right")) - 1
        stretch, row = self._stretches[index], row - int(self._bases[index])
        low = int(stretch.offset[row])
        count = int(stretch.starts[row + 1] - stretch.starts[row])
        return stretch.segments[int(stretch.segment[row])], low, low + count
