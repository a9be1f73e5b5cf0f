"""Who holds a shard, as rank 0 sees it: itself, or another process behind two links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from engine.parallel.frames import Message
from engine.parallel.link import Link
from engine.parallel.parts import Part, RemotePart
from kernels.resident.placing import HOST, Place
from storage.bank.segment import Shape
from storage.bank.shard import Shard, ShardState


class Holder(Protocol):
    """Each method may raise RankAway or RankFailed. name: for people; room: bytes it has for documents."""

    name: str
    room: float

    def take(self, shape: Shape) -> None:
        """Begin with an empty shard."""
        ...

    def change(
        self, version: int, dead: np.ndarray, tensors: dict[str, Tensor] | None, oldest: int
    ) -> None: ...

    def blank(self, ids: np.ndarray) -> None:
        """Returns when every copy there is overwritten."""
        ...

    def part(self, version: int, ids: np.ndarray) -> Part: ...


@dataclass(eq=False)
class OwnHolder:
    """Rank 0's own shard."""

    name: str
    room: float
    places: Sequence[Place] = HOST
    shard: Shard | None = None

    def take(self, shape: Shape) -> None:
        self.shard = Shard(shape, self.places)

    def change(self, version: int, dead: np.ndarray, tensors: dict[str, Tensor] | None, oldest: int) -> None:
        assert self.shard is not None
        self.shard.change(version, torch.from_numpy(dead), tensors, oldest)

    def blank(self, ids: np.ndarray) -> None:
        assert self.shard is not None
        self.shard.blank(torch.from_numpy(np.asarray(ids, dtype=np.int64)))

    def part(self, version: int, ids: np.ndarray) -> Part:
        assert self.shard is not None
        return OwnPart(self.shard.at(version), ids)


@dataclass(frozen=True, eq=False)
class OwnPart:
    """Works when the outcome is asked for, so that the other ranks have begun by then."""

    state: ShardState
    ids: np.ndarray

    def score(self, slot: int, folded: Sequence[Tensor]) -> Callable[[], Tensor]:
        return lambda: self.state.score(slot, folded)

    def best(self, slot: int, folded: Sequence[Tensor], k: int) -> Callable[[], Tensor]:
        return lambda: self.state.best(slot, folded, k)

    def content(self, slot: int, ids: Sequence[int]) -> Callable[[], dict[str, Tensor]]:
        return lambda: self.state.content(slot, torch.tensor(list(ids), dtype=torch.int64))


@dataclass(eq=False)
class RemoteHolder:
    """questions, changes: links of their own, so that a question never waits for a long change; their order does not matter,
    as a question names the state it reads."""

    name: str
    room: float
    questions: Link
    changes: Link
    encoding: Link
    facts: dict[str, Any] = field(default_factory=dict)

    def take(self, shape: Shape) -> None:
        numbers = (shape.layers, shape.kv_heads, shape.head_dim, shape.key_bits, shape.content_bits)
        self.changes.ask(Message("take", {"shape": numbers}))

    def change(self, version: int, dead: np.ndarray, tensors: dict[str, Tensor] | None, oldest: int) -> None:
        sent = {"dead": torch.from_numpy(np.asarray(dead, dtype=np.int64)), **(tensors or {})}
        self.changes.ask(Message("change", {"version": version, "oldest": oldest}, sent))

    def blank(self, ids: np.ndarray) -> None:
        self.changes.ask(Message("blank", {}, {"ids": torch.from_numpy(np.asarray(ids, dtype=np.int64))}))

    def part(self, version: int, ids: np.ndarray) -> Part:
        return RemotePart(self.questions, ids, version)

    def close(self, why: str) -> None:
        self.questions.close(why)
        self.changes.close(why)
        self.encoding.close(why)
