"""What the engine asks of a memory of encoded documents, and the smallest memory that answers: one held in RAM.

The bank on disk implements the same protocol; the engine never learns which one it reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from engine.config import MsaConfig
from engine.scoring import document_scores, reduce_chunks
from kernels.resident.candidates import Best, best_of_scores


@dataclass(frozen=True)
class Encoding:
    """One document's compressed latent memory, per router layer in the order of `MsaConfig.router_layers`.

    router_key, key, value: [layers, chunks, kv_heads, head_dim]; tokens: length of the encoded document.
    """

    router_key: Tensor
    key: Tensor
    value: Tensor
    tokens: int

    @property
    def chunks(self) -> int:
        return int(self.key.shape[1])


class Memory(Protocol):
    """The live documents of one committed state; it does not change while it is held."""

    @property
    def document_ids(self) -> Tensor:
        """[documents] int64, ascending."""
        ...

    def score(self, slot: int, queries: Sequence[Tensor]) -> Tensor:
        """Document scores at one router layer.

        slot: index among the router layers; queries: per question [tokens, heads, head_dim], normalised and scaled.
        Returns [questions, documents] float32, columns in the order of `document_ids`: mean over heads, max over a
        question's tokens, max over a document's chunks (spec §4).
        """
        ...

    def best(self, slot: int, queries: Sequence[Tensor], k: int) -> Best:
        """The k documents with the highest scores at one router layer, per question; queries as for `score`."""
        ...

    def fetch(self, slot: int, document_ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Content of some documents at one router layer: K̄, V̄ [chunks, kv_heads, head_dim] in the order asked for, and
        the number of chunks of each [len(document_ids)] int64."""
        ...


class ShardMemory(Protocol):
    """The part of a memory that one device or one process holds, and changes. One writer at a time; readers never wait."""

    def snapshot(self) -> Memory:
        """The state as it is now; later changes are not seen in it, but for forgetting, which blanks it too."""
        ...

    def add(self, document_ids: Sequence[int], encodings: Sequence[Encoding]) -> None:
        """Adds documents, or new encodings of present ones."""
        ...

    def remove(self, document_ids: Sequence[int]) -> None:
        """Documents that are elsewhere from now on, or deleted. Ids that are not here are ignored."""
        ...

    def forget(self, document_ids: Sequence[int]) -> None:
        """Removes documents and overwrites every copy of their vectors with zeros, before it returns."""
        ...


class RamMemory:
    """Documents kept as plain tensors, differentiable, every reduction of `msa_config` supported."""

    def __init__(
        self, encodings: Sequence[Encoding], config: MsaConfig, ids: Sequence[int] | None = None
    ) -> None:
        self._encodings = list(encodings)
        self._config = config
        numbers = list(ids) if ids is not None else list(range(1, len(self._encodings) + 1))
        if numbers != sorted(set(numbers)) or len(numbers) != len(self._encodings):
            raise ValueError("document ids must be ascending, one per encoding")
        self._ids = torch.tensor(numbers, dtype=torch.int64)
        self._row = {number: row for row, number in enumerate(numbers)}
        self._counts = torch.tensor([e.chunks for e in self._encodings], dtype=torch.int64)

    @property
    def document_ids(self) -> Tensor:
        return self._ids

    def chunk_scores(self, slot: int, query: Tensor) -> Tensor:
        """[chunks] scores of all documents' chunks for one question, query: [tokens, heads, head_dim]."""
        keys = torch.cat([e.router_key[slot] for e in self._encodings])  # [chunks, kv_heads, dim]
        query = query.to(keys.device)
        return reduce_chunks(query.float(), keys.float(), self._config.head_reduce, self._config.query_reduce)

    def score(self, slot: int, queries: Sequence[Tensor]) -> Tensor:
        if not self._encodings:
            return torch.zeros(len(queries), 0)
        rows = [
            document_scores(self.chunk_scores(slot, query), self._counts, self._config.chunk_reduce)
            for query in queries
        ]
        return torch.stack(rows)

    def best(self, slot: int, queries: Sequence[Tensor], k: int) -> Best:
        return best_of_scores(self.score(slot, queries), self._ids, k)

    def fetch(self, slot: int, document_ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        chosen = self._chosen(document_ids)
        counts = torch.tensor([e.chunks for e in chosen], dtype=torch.int64)
        return torch.cat([e.key[slot] for e in chosen]), torch.cat([e.value[slot] for e in chosen]), counts

    def _chosen(self, document_ids: Tensor) -> list[Encoding]:
        return [self._encodings[self._row[int(number)]] for number in document_ids]
