"""What rank 0 asks of the other ranks' shards, and how it reads the answers.

A part is one rank's documents in one state. Every question is begun at all parts before any answer is waited for, so that
ranks work at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from engine.parallel.errors import RankAway
from engine.parallel.frames import Message
from engine.parallel.link import Link

QUESTION_SECONDS = 8.0  # the longest that one step of a question may take a rank that says it works


class Part(Protocol):
    """Each method begins, and returns what waits for the outcome. That raises RankAway, RankFailed."""

    @property
    def ids(self) -> np.ndarray:
        """[documents] int64, ascending."""
        ...

    def score(self, slot: int, folded: Sequence[Tensor]) -> Callable[[], Tensor]:
        """[questions, documents] float32. folded: per question [tokens, kv_heads * dim] float32."""
        ...

    def best(self, slot: int, folded: Sequence[Tensor], k: int) -> Callable[[], Tensor]:
        """Candidates [questions, at most k] int64, best first (see `kernels.resident.candidates`)."""
        ...

    def content(self, slot: int, ids: Sequence[int]) -> Callable[[], dict[str, Tensor]]:
        """Stored K̄ and V̄ of documents: key, key.scale, value, value.scale by chunk, and counts [documents] int64."""
        ...


@dataclass(frozen=True, eq=False)
class RemotePart:
    """version: the state's number on that rank."""

    link: Link
    ids: np.ndarray
    version: int

    def score(self, slot: int, folded: Sequence[Tensor]) -> Callable[[], Tensor]:
        end = self._asked("score", folded, {"slot": slot})

        def scores() -> Tensor:
            return end().tensors["scores"]

        return scores

    def best(self, slot: int, folded: Sequence[Tensor], k: int) -> Callable[[], Tensor]:
        end = self._asked("best", folded, {"slot": slot, "k": k})

        def candidates() -> Tensor:
            return end().tensors["candidates"]

        return candidates

    def content(self, slot: int, ids: Sequence[int]) -> Callable[[], dict[str, Tensor]]:
        wanted = torch.tensor(list(ids), dtype=torch.int64)
        end = self._begun(Message("content", {"slot": slot, "version": self.version}, {"ids": wanted}))
        return lambda: dict(end().tensors)

    def _asked(self, kind: str, folded: Sequence[Tensor], facts: dict[str, int]) -> Callable[[], Message]:
        about = {**facts, "version": self.version, "rows": [len(rows) for rows in folded]}
        end = self._begun(Message(kind, about, {"queries": torch.cat(list(folded)).float().cpu()}))

        def answered() -> Message:
            answer = end()
            if answer.facts.get("documents") != len(self.ids):
                self.link.close("it holds other documents than it should")
                raise RankAway(self.link.broken)
            return answer

        return answered

    def _begun(self, message: Message) -> Callable[[], Message]:
        """Begins at once; what fails at that already is raised with the answer, as all else."""
        try:
            end = self.link.begin(message)
        except RankAway as error:
            failure = error

            def failed() -> Message:
                raise failure

            return failed
        return lambda: end(QUESTION_SECONDS)
