"""One committed state: the views of all blocks, read together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import torch
from torch import Tensor

from kernels.resident.best import best_documents
from kernels.resident.block import View
from kernels.resident.candidates import Best, unpack
from kernels.route import fold_heads, score_documents_batch


class State:
    """kv_heads, head_dim: of the routing keys; a document is alive in one row of one view."""

    def __init__(self, views: Sequence[View], kv_heads: int, head_dim: int) -> None:
        self.views = tuple(views)
        self.kv_heads = kv_heads
        self.head_dim = head_dim

    def __len__(self) -> int:
        return sum(int(view.alive.sum()) for view in self.views)

    @cached_property
    def _columns(self) -> tuple[Tensor, Tensor]:
        """Ids ascending, and the place of each among the views' rows one after the other."""
        none = torch.empty(0, dtype=torch.int64)
        rows, base = [none], 0
        for view in self.views:
            rows.append(base + view.living[1])
            base += len(view.ids)
        ids, order = torch.cat([none, *(view.living[0] for view in self.views)]).sort()
        return ids, torch.cat(rows)[order]

    @property
    def document_ids(self) -> Tensor:
        """[documents] int64, ascending."""
        return self._columns[0]

    def score(self, slot: int, queries: Sequence[Tensor]) -> Tensor:
        """queries: per question [tokens >= 1, heads, head_dim] float -> [questions, documents] float32 on the CPU.

        Documents in the order of `document_ids`; exact with respect to the stored keys. For rankings that need all.
        """
        return self.score_folded(slot, self._folded(queries))

    def score_folded(self, slot: int, folded: Sequence[Tensor]) -> Tensor:
        """`score` of queries whose heads are folded already: per question [tokens, kv_heads * head_dim]."""
        views = [view for view in self.views if len(view.ids)]
        if not views or not folded:
            return torch.empty(len(folded), len(self.document_ids))
        parts = [score_documents_batch(folded, view.keys[slot], view.starts).cpu() for view in views]
        return torch.cat(parts, dim=1)[:, self._columns[1]]

    def best(self, slot: int, queries: Sequence[Tensor], k: int) -> Best:
        """The k best documents of each question; queries as for `score`. On the device of the first block."""
        return unpack(self.best_folded(slot, self._folded(queries), k))

    def best_folded(self, slot: int, folded: Sequence[Tensor], k: int) -> Tensor:
        """Candidates [questions, at most k] int64, best first (see `kernels.resident.candidates`), on that device."""
        return best_documents(self.views, slot, folded, k)

    def locate(self, document_ids: Tensor) -> list[tuple[View, int]]:
        """The view and row of each document, in the order asked for. Raises KeyError for one that is not here."""
        wanted = document_ids.cpu()
        found: dict[int, tuple[View, int]] = {}
        for view in self.views:
            here, rows = view.find(wanted)
            found |= {at: (view, row) for at, row in zip(here.tolist(), rows.tolist(), strict=True)}
        if len(found) < len(wanted):
            missing = [number for at, number in enumerate(wanted.tolist()) if at not in found]
            raise KeyError(f"documents {missing} are not in this snapshot")
        return [found[at] for at in range(len(wanted))]

    def _folded(self, queries: Sequence[Tensor]) -> list[Tensor]:
        """Per question [tokens, kv_heads * head_dim]."""
        return [fold_heads(query.float(), self.kv_heads) for query in queries]
