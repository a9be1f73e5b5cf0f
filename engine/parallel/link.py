"""One connection between rank 0 and another rank: messages with deadlines over a process group of just these two.

Why groups of two instead of one of all: in a group of all, one member that dies or hangs breaks every collective for
everybody, and it cannot come back without all others forming a new group. Nothing is ever said between two ranks that are
not 0, so nothing is lost: a broken link is one rank's, and a new one is made while the others go on.

The same code runs gloo on CPUs and, for the bulk of a message, NCCL where both ends are CUDA devices (`bulk`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import torch
from torch import Tensor

from engine.parallel import frames
from engine.parallel.errors import RankAway, RankFailed
from engine.parallel.frames import Message

SILENCE = 6.0  # seconds without a frame after which the other side counts as gone; an error comes within ten
BUSY_EVERY = 1.0  # seconds between two signs of life while something is worked on
PATIENCE = 60.0  # seconds without a word from rank 0, which asks every other second, after which a rank lets go of its shard


@dataclass
class Link:
    """other: the other side's rank within the pair; patience: seconds that what is sent may wait to be taken: rank 0 may be
    at work itself. Thread-safe for whole exchanges (`ask`, `begin` … `end`)."""

    group: Any  # a c10d process group of two
    other: int
    busy: threading.Lock = field(default_factory=threading.Lock)
    broken: str = ""
    patience: float = SILENCE

    def ask(self, message: Message, *, most: float | None = None) -> Message:
        """Send and wait for the answer. most: seconds that the work may take, where the other side says that it works.

        Raises RankAway within `SILENCE` of the last sign of life, RankFailed.
        """
        return self.begin(message)(most)

    def begin(self, message: Message) -> Callable[[float | None], Message]:
        """Send, and return what waits for the answer and must be called: others wait for the link until then."""
        self.busy.acquire()
        try:
            self.send(message)
        except BaseException:
            self.busy.release()
            raise

        def end(most: float | None = None) -> Message:
            try:
                answer = self.receive(most)
            finally:
                self.busy.release()
            if answer.kind == "failed":
                raise RankFailed(str(answer.facts.get("why", "")))
            return answer

        return end

    def send(self, message: Message) -> None:
        first, rest = frames.split(frames.pack(message))
        self._send(first)
        if rest is not None:
            self._send(rest)

    def send_busy(self) -> None:
        self._send(frames.busy_frame())

    def receive(self, most: float | None = None, silence: float = SILENCE) -> Message:
        """The next message. Raises RankAway."""
        waited = 0.0
        first = torch.empty(frames.FIRST, dtype=torch.uint8)
        try:
            while True:
                self._receive(first, silence)
                length = frames.length_of(first)
                if length != frames.BUSY:
                    break
                waited += BUSY_EVERY
                if most is not None and waited > most:
                    raise self._break(f"it has been at work for {waited:.0f} seconds")
            data = first[frames.LENGTH : frames.LENGTH + length].numpy().tobytes()
            if length > len(data):
                rest = torch.empty(length - len(data), dtype=torch.uint8)
                self._receive(rest, max(silence, SILENCE))
                data += rest.numpy().tobytes()
            return frames.unpack(data)
        except ValueError as error:
            raise self._break(str(error)) from error

    def close(self, why: str = "closed") -> None:
        """Of no use from now on, to whoever waits on it, too."""
        self.broken = self.broken or why
        self.group = None  # gloo closes the connection with the last reference

    def _send(self, tensor: Tensor) -> None:
        self._within(lambda group: group.send([tensor], self.other, 0), self.patience)

    def _receive(self, tensor: Tensor, seconds: float) -> None:
        self._within(lambda group: group.recv([tensor], self.other, 0), seconds)

    def _within(self, work: Callable[[Any], Any], seconds: float) -> None:
        group = self.group
        if group is None or self.broken:
            raise RankAway(self.broken)
        try:
            work(group).wait(timedelta(seconds=seconds))
        except RuntimeError as error:
            raise self._break(reason(error, seconds)) from error

    def _break(self, why: str) -> RankAway:
        self.close(why)
        return RankAway(why)


def reason(error: RuntimeError, seconds: float) -> str:
    """What gloo's error means, in few words."""
    text = str(error)
    if "Timed out" in text or "timeout" in text.lower():
        return f"no sign of life for {seconds:.0f} seconds"
    return "its process ended or its connection broke"
