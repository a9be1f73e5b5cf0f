"""A question asked of a part of the memory only: of a period, a person, a folder, a kind.

What lies outside is never routed to, read or listed: not a lower rank, but no candidate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TypeVar, cast

import torch
from torch import Tensor

from engine.memory import Memory
from kernels.resident.candidates import Best, best_of_scores
from storage.records import Document

M = TypeVar("M", bound=Memory)


def narrowed(memory: M, ids: Iterable[int]) -> M:
    """The documents of a memory with these ids; those it lacks are left out."""
    return cast(M, _Narrowed(memory, ids))


class _Narrowed:
    def __init__(self, memory: Memory, ids: Iterable[int]) -> None:
        self._memory = memory
        self._wanted = torch.tensor(sorted(ids), dtype=torch.int64)

    def __getattr__(self, name: str) -> object:
        return getattr(self._memory, name)

    def __len__(self) -> int:
        return len(self.document_ids)

    @cached_property
    def _columns(self) -> Tensor:
        return torch.isin(self._memory.document_ids, self._wanted).nonzero()[:, 0]

    @cached_property
    def document_ids(self) -> Tensor:
        return self._memory.document_ids[self._columns]

    def score(self, slot: int, queries: Sequence[Tensor]) -> Tensor:
        """[questions, documents of this part]."""
        scores = self._memory.score(slot, queries)
        return scores[:, self._columns.to(scores.device)]

    def best(self, slot: int, queries: Sequence[Tensor], k: int) -> Best:
        return best_of_scores(self.score(slot, queries), self.document_ids, k)


def inside(documents: Iterable[Document], ids: frozenset[int] | None, limit: int) -> list[Document]:
    """The first documents of these that the scope holds; None: it holds all."""
    found = [document for document in documents if ids is None or document.id in ids]
    return found[:limit]
