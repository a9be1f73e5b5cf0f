"""What a rank that is not 0 does when it is asked: the messages of `engine.parallel` over a shard in memory."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from torch import Tensor

from engine.parallel.frames import Message
from engine.parallel.serve import Handler
from kernels.resident.placing import Place
from storage.bank.segment import Shape
from storage.bank.shard import Shard, ShardState


class ShardHandlers:
    """questions, changes: what is answered on each of the two links."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places
        self._shard: Shard | None = None
        self._taking = threading.Lock()
        self.questions: dict[str, Handler] = {
            "score": self._score,
            "best": self._best,
            "content": self._content,
            "ping": ping,
        }
        self.changes: dict[str, Handler] = {
            "take": self._take,
            "change": self._change,
            "blank": self._blank,
            "ping": ping,
        }

    def _here(self) -> Shard:
        with self._taking:
            if self._shard is None:
                raise LookupError("there is no shard yet")
            return self._shard

    def _take(self, message: Message) -> Message:
        layers, kv_heads, head_dim, key_bits, content_bits = message.facts["shape"]
        with self._taking:
            self._shard = None  # its room is needed for the new one
            self._shard = Shard(Shape(layers, kv_heads, head_dim, key_bits, content_bits), self._places)
        return Message("done")

    def _change(self, message: Message) -> Message:
        tensors = dict(message.tensors)
        dead = tensors.pop("dead")
        shard = self._here()
        shard.change(int(message.facts["version"]), dead, tensors or None, int(message.facts["oldest"]))
        return Message("done", {"chunks": shard.chunks})

    def _blank(self, message: Message) -> Message:
        self._here().blank(message.tensors["ids"])
        return Message("done")

    def _asked(self, message: Message) -> tuple[ShardState, int, tuple[Tensor, ...]]:
        state = self._here().at(int(message.facts["version"]))
        return state, int(message.facts["slot"]), message.tensors["queries"].split(message.facts["rows"])

    def _score(self, message: Message) -> Message:
        state, slot, folded = self._asked(message)
        return Message("done", {"documents": len(state)}, {"scores": state.score(slot, folded)})

    def _best(self, message: Message) -> Message:
        state, slot, folded = self._asked(message)
        candidates = state.best(slot, folded, int(message.facts["k"]))
        return Message("done", {"documents": len(state)}, {"candidates": candidates})

    def _content(self, message: Message) -> Message:
        state = self._here().at(int(message.facts["version"]))
        return Message("done", {}, state.content(int(message.facts["slot"]), message.tensors["ids"]))


def ping(message: Message) -> Message:
    return Message("done")
