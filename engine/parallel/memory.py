"""One memory of several parts: a question goes to all of them at once, candidates come back, winners come from their owners.

Fulfils the `Memory` protocol. Where a part fails while a question is answered, the question goes on: its documents are
not found any more, and what was found there already is read from `whole`, the archive on rank 0's disk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from engine.memory import Best
from engine.parallel.errors import RankAway, RankFailed
from engine.parallel.parts import Part
from kernels.quantise import Quantised, dequantise
from kernels.resident.candidates import merge, unpack
from kernels.route import fold_heads


class StoredShape(Protocol):
    """What all documents of a bank have in common."""

    @property
    def kv_heads(self) -> int: ...

    @property
    def head_dim(self) -> int: ...

    @property
    def content_bits(self) -> int: ...


Lost = Callable[[Part, Exception], None]


class ParallelMemory:
    """whole: all documents on rank 0's disk, those of absent ranks, too; lost: told of a part that fails; complete: whether
    all documents are in some part."""

    def __init__(
        self, parts: Sequence[Part], whole: Any, shape: StoredShape, lost: Lost, *, complete: bool = True
    ) -> None:
        self.parts = tuple(parts)
        self.whole = whole
        self.shape = shape
        self.complete = complete
        self._lost = lost

    @cached_property
    def _places(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """All ids, ascending; the part of each; and which column of the parts, one after the other, each is."""
        ids = np.concatenate([np.empty(0, dtype=np.int64), *(part.ids for part in self.parts)])
        owners = np.repeat(np.arange(len(self.parts)), [len(part.ids) for part in self.parts])
        order = np.argsort(ids, kind="stable")
        return ids[order], owners[order], order

    @cached_property
    def document_ids(self) -> Tensor:
        return torch.from_numpy(self._places[0])

    def __len__(self) -> int:
        return sum(len(part.ids) for part in self.parts)

    def score(self, slot: int, queries: Sequence[Tensor]) -> Tensor:
        """As `Memory.score`. Documents of a part that fails score as low as the lowest."""
        folded = self._folded(queries)
        answers = self._of_all(lambda part, _: part.score(slot, folded))
        known = [answer for answer in answers if answer is not None and answer.numel()]
        lowest = min((float(answer.min()) for answer in known), default=0.0)
        columns = [
            torch.full((len(folded), len(part.ids)), lowest) if answer is None else answer
            for part, answer in zip(self.parts, answers, strict=True)
        ]
        return torch.cat([torch.empty(len(folded), 0), *columns], dim=1)[:, torch.from_numpy(self._places[2])]

    def best(self, slot: int, queries: Sequence[Tensor], k: int) -> Best:
        """As `Memory.best`. Only candidates travel; of equal scores the lowest id comes first, wherever it lies."""
        folded = self._folded(queries)
        answers = self._of_all(lambda part, _: part.best(slot, folded, k))
        none = torch.empty(len(folded), 0, dtype=torch.int64)
        return Best(*unpack(merge([none, *(found for found in answers if found is not None)], k)))

    def fetch(self, slot: int, document_ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """As `Memory.fetch`. Raises KeyError for a document that is in no part."""
        wanted = document_ids.cpu().numpy()
        owners = self._owners(wanted)
        chosen = [wanted[owners == number].tolist() for number in range(len(self.parts))]
        answers = self._of_all(lambda part, ids: part.content(slot, ids), chosen)
        heads, dim = self.shape.kv_heads, self.shape.head_dim
        keys: list[Tensor] = [torch.empty(0, heads, dim)] * len(wanted)
        values = list(keys)
        for number, answer in enumerate(answers):
            at = np.flatnonzero(owners == number).tolist()
            if not at:
                continue
            if answer is None:
                key, value, counts = self.whole.fetch(slot, torch.from_numpy(wanted[at]))
            else:
                key, value = (self._floats(answer, kind) for kind in ("key", "value"))
                counts = answer["counts"]
            sizes = counts.tolist()
            for row, some, their in zip(at, key.split(sizes), value.split(sizes), strict=True):
                keys[row], values[row] = some, their
        counts = torch.tensor([len(key) for key in keys], dtype=torch.int64)
        empty = torch.empty(0, heads, dim)
        return torch.cat([empty, *keys]), torch.cat([empty, *values]), counts

    def _owners(self, wanted: np.ndarray) -> np.ndarray:
        ids, owners, _ = self._places
        at = np.searchsorted(ids, wanted)
        missing = [
            i for i, a in zip(wanted.tolist(), at.tolist(), strict=True) if a >= len(ids) or ids[a] != i
        ]
        if missing:
            raise KeyError(f"documents {missing} are not in this memory")
        return owners[at]

    def _floats(self, answer: dict[str, Tensor], kind: str) -> Tensor:
        stored = Quantised(
            answer[kind], answer[f"{kind}.scale"], self.shape.content_bits, self.shape.head_dim
        )
        return dequantise(stored)

    def _folded(self, queries: Sequence[Tensor]) -> list[Tensor]:
        return [fold_heads(query.float(), self.shape.kv_heads).cpu() for query in queries]

    def _of_all(
        self, begin: Callable[[Part, Any], Callable[[], Any]], wanted: Sequence[Any] | None = None
    ) -> list[Any]:
        """Every part's answer; None for one that has failed or of which nothing is wanted. Ends all that it begins."""
        asked = wanted if wanted is not None else [True] * len(self.parts)
        begun = [begin(part, what) if what else None for part, what in zip(self.parts, asked, strict=True)]
        answers: list[Any] = []
        for part, end in zip(self.parts, begun, strict=True):
            try:
                answers.append(end() if end is not None else None)
            except (RankAway, RankFailed) as error:
                self._lost(part, error)
                answers.append(None)
        return answers
