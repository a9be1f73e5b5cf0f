"""Which documents an answer comes from: all that were looked into on the way, not only those it cites.

What is forgotten while an answer is written, or later, takes with it every answer that has read of it.
"""

from __future__ import annotations

from typing import TypeVar, cast

from torch import Tensor

from engine.memory import Memory

M = TypeVar("M", bound=Memory)


class ReadLog:
    """ids: of the documents that were routed to so far; what else was looked into, `Recall` notes."""

    def __init__(self) -> None:
        self.ids: set[int] = set()

    def memory(self, memory: M) -> M:
        """The same memory; whose content is fetched is noted."""
        return cast(M, _Noted(memory, self.ids))


class _Noted:
    def __init__(self, memory: Memory, ids: set[int]) -> None:
        self._memory = memory
        self._ids = ids

    def __getattr__(self, name: str) -> object:
        return getattr(self._memory, name)

    def __len__(self) -> int:
        return len(self._memory.document_ids)

    def fetch(self, slot: int, document_ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        self._ids.update(document_ids.tolist())
        return self._memory.fetch(slot, document_ids)
