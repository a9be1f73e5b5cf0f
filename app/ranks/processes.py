"""The processes of ranks on this machine, started and ended by rank 0."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass

from app.ranks import worker
from engine.parallel.meeting import Meeting

END_SECONDS = 3.0


@dataclass(eq=False)
class RankProcess:
    process: subprocess.Popen[bytes]

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def end(self) -> None:
        """At once, stopped or not: a shard holds nothing that is not on rank 0's disk."""
        with contextlib.suppress(OSError):
            self.process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(END_SECONDS)


def start(meeting: Meeting, rank: int, device: str) -> RankProcess:
    environment = {
        **os.environ,
        worker.ADDRESS: meeting.address,
        worker.SECRET: meeting.secret,
        worker.RANK: str(rank),
        worker.DEVICE: device,
        worker.ONCE: "1",
    }
    if device.startswith("cuda:"):
        # Each rank sees its own card alone, so that nothing of it lands on another's.
        environment["CUDA_VISIBLE_DEVICES"] = visible(device, os.environ.get("CUDA_VISIBLE_DEVICES"))
        environment[worker.DEVICE] = "cuda:0"
    return RankProcess(
        subprocess.Popen(
            [sys.executable, "-m", "app.ranks.worker"], stdin=subprocess.DEVNULL, env=environment
        )
    )


def visible(device: str, already: str | None) -> str:
    """What CUDA_VISIBLE_DEVICES must be for one of the cards that are visible now."""
    number = int(device.removeprefix("cuda:"))
    names = [name for name in (already or "").split(",") if name.strip()]
    return names[number].strip() if number < len(names) else str(number)
