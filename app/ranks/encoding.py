"""Documents encoded by several ranks: each takes the next step when it is done with its last, rank 0 among them."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from engine.memory import Encoding
from engine.parallel.errors import RankAway, RankFailed
from engine.parallel.frames import Message
from engine.parallel.link import Link

log = logging.getLogger(__name__)

STRIKES = 3

Step = list[list[int]]
"""Documents as token ids, encoded together."""


@dataclass(eq=False)
class Helper:
    """A rank that encodes. One that is gone, or fails at STRIKES steps in a row, is not asked again until it comes anew."""

    name: str
    link: Link
    folder: Path
    fingerprint: str
    strikes: int = 0

    @property
    def failed(self) -> bool:
        return self.strikes >= STRIKES

    def encode(self, step: Step) -> list[Encoding]:
        """Raises RankAway, RankFailed."""
        tokens = torch.tensor([token for document in step for token in document], dtype=torch.int64)
        facts = {
            "folder": str(self.folder),
            "fingerprint": self.fingerprint,
            "lengths": [len(document) for document in step],
        }
        answer = self.link.ask(Message("encode", facts, {"tokens": tokens}))
        parts = [
            answer.tensors[name].split(answer.facts["chunks"], dim=1)
            for name in ("router_key", "key", "value")
        ]
        return [
            Encoding(router_key, key, value, len(document))
            for router_key, key, value, document in zip(*parts, step, strict=True)
        ]


def share_out(
    steps: Sequence[Step], own: Callable[[Step], list[Encoding]], helpers: Sequence[Helper]
) -> list[Encoding]:
    """The encodings of all steps, in order. A step that a helper fails at is done here; what `own` raises is raised."""
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(len(steps)):
        waiting.put(number)
    done: dict[int, list[Encoding]] = {}

    def help_with(helper: Helper) -> None:
        while True:
            try:
                number = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                done[number] = helper.encode(steps[number])
                helper.strikes = 0
            except (RankAway, RankFailed) as error:
                # What it left is done by the others; it may do better with the next documents.
                helper.strikes += 1 if isinstance(error, RankFailed) else STRIKES
                log.warning("%s did not encode: %s", helper.name, error)
                waiting.put(number)
                return

    threads = [
        threading.Thread(target=help_with, args=(helper,), daemon=True)
        for helper in helpers
        if not helper.failed
    ]
    for thread in threads:
        thread.start()
    try:
        _take(waiting, steps, own, done)
    finally:
        for thread in threads:
            thread.join()
    _take(waiting, steps, own, done)  # what a helper gave back at the end
    return [encoding for number in range(len(steps)) for encoding in done[number]]


def _take(
    waiting: queue.SimpleQueue[int],
    steps: Sequence[Step],
    own: Callable[[Step], list[Encoding]],
    done: dict[int, list[Encoding]],
) -> None:
    while True:
        try:
            number = waiting.get_nowait()
        except queue.Empty:
            return
        done[number] = own(steps[number])
