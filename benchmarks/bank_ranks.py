"""Killing a rank over and over while the memory it holds a part of is changed and read.

Each round one rank of several dies (SIGKILL, every third time SIGSTOP: it hangs) while rank 0 adds, forgets and fetches.
Nothing may wait longer than WITHIN for it; afterwards the archive and the filled-up ranks must hold what was added and not
forgotten, and of a forgotten document no rank may hold anything. Counted as in `bank_crashes`.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from app.health import Health
from app.ranks.ranks import PART, Ranks
from benchmarks.bank_crashes import (
    BANK,
    HEAD_DIM,
    KV_HEADS,
    LAYERS,
    encoded,
    stored_ids,
    text_of,
    whole,
    word,
)
from storage.archive import Archive
from storage.records import Draft

WITHIN = 10.0  # seconds until it is said that a rank is gone, and until any call comes back
FILLED = 300.0  # seconds for it to come back and be filled on a busy machine
MOST_DOCUMENTS = 120
WORK = ("add", "forget", "fetch")


@dataclass
class Tally:
    """noticed_s, slowest_s: the longest until a death was said, and the longest that a change or reading took."""

    kills: int = 0
    hangs: int = 0
    changes: int = 0
    fetches: int = 0
    lost: int = 0
    resurrected: int = 0
    noticed_s: float = 0.0
    slowest_s: float = 0.0
    wrong: list[str] = field(default_factory=list)


@dataclass
class Work:
    """What goes on meanwhile, and the documents that must be there: exactly `alive`."""

    archive: Archive
    ranks: Ranks
    random: random.Random
    tally: Tally
    alive: set[int] = field(default_factory=set)
    forgotten: list[int] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def add(self) -> None:
        ids = list(self.archive.commits.reserve_ids(self.random.randint(1, 6)))
        drafts = [Draft(i, n, text_of(i, 0), word(i, 0), tokens=32) for n, i in enumerate(ids)]
        self.archive.commits.commit_documents(
            None, add=drafts, encodings=[encoded(i, 0) for i in ids], bank=BANK
        )
        self.alive |= set(ids)
        self.tally.changes += 1

    def forget(self) -> None:
        ids = self.random.sample(sorted(self.alive), min(len(self.alive), self.random.randint(1, 3)))
        if ids:
            self.archive.forgetting.forget(ids)
            self.alive -= set(ids)
            self.forgotten += ids
            self.tally.changes += 1

    def fetch(self) -> None:
        memory = self.ranks.memory(self.archive.banks.in_memory[BANK])
        if memory is None or not len(memory):
            return
        some = memory.document_ids[torch.randperm(len(memory))[:8]]
        _, _, counts = memory.fetch(0, some)
        memory.best(0, [torch.randn(2, KV_HEADS, HEAD_DIM)], 4)
        if len(counts) != len(some):
            self.tally.wrong.append(f"{len(counts)} of {len(some)} documents were fetched")
        self.tally.fetches += 1

    def go_on(self, what: str) -> None:
        """What a round is about mostly, and the rest now and then."""
        while not self.stopping.is_set():
            now = what if self.random.random() < 0.7 else self.random.choice(WORK)
            now = "forget" if now == "add" and len(self.alive) > MOST_DOCUMENTS else now
            began = time.monotonic()
            try:
                getattr(self, now)()
            except Exception as error:
                self.tally.wrong.append(f"{now}: {error!r}")
                return
            self.tally.slowest_s = max(self.tally.slowest_s, time.monotonic() - began)
            self.stopping.wait(0.005)


def rank_rounds(
    directory: Path,
    rounds: int,
    ranks: int = 2,
    *,
    seed: int = 0,
    report: Callable[[int], None] | None = None,
) -> Tally:
    """Kills one of so many ranks so many times; all counts of harm must be 0."""
    chance, tally, health = random.Random(seed), Tally(), Health()
    crew = Ranks(["cpu"] * ranks, health)
    with Archive.open(directory / "data") as archive:
        bank = archive.banks.open(BANK, LAYERS, KV_HEADS, HEAD_DIM)
        work = Work(archive, crew, chance, tally)
        for _ in range(10):
            work.add()
        crew.start()
        try:
            crew.follow(bank)
            for number in range(rounds):
                if not crew.wait_whole(FILLED):
                    tally.wrong.append(f"round {number}: the ranks did not come back: {health.troubles()}")
                    break
                work.stopping.clear()
                doing = threading.Thread(target=work.go_on, args=(WORK[number % len(WORK)],))
                doing.start()
                time.sleep(chance.random() * 0.3)
                strike(crew, chance, number % 3 == 2, tally, health)
                time.sleep(chance.random() * 0.3)
                work.stopping.set()
                doing.join(2 * WITHIN)
                if doing.is_alive():
                    tally.wrong.append(f"round {number}: what was under way does not end")
                    break
                check(work, health)
                if report is not None:
                    report(number + 1)
        finally:
            crew.stop()
    if max(tally.noticed_s, tally.slowest_s) > WITHIN:
        tally.wrong.append(f"something took longer than {WITHIN:.0f} s")
    return tally


def strike(crew: Ranks, chance: random.Random, hang: bool, tally: Tally, health: Health) -> None:
    """One rank dies or hangs; returns once that is said."""
    process: Any = chance.choice(crew._ranks).process
    os.kill(process.process.pid, signal.SIGSTOP if hang else signal.SIGKILL)
    began = time.monotonic()
    while not any(trouble.part == PART for trouble in health.troubles()):
        if time.monotonic() - began > 3 * WITHIN:
            tally.wrong.append("that a rank is gone was never said")
            break
        time.sleep(0.01)
    tally.noticed_s = max(tally.noticed_s, time.monotonic() - began)
    tally.kills += not hang
    tally.hangs += hang


def check(work: Work, health: Health) -> None:
    """Whether archive and ranks, filled up again, hold what they must."""
    tally, archive, bank = work.tally, work.archive, work.archive.banks.in_memory[BANK]
    there = set(stored_ids(archive))
    tally.lost += len(work.alive - there)
    tally.resurrected += len(there - work.alive)
    if not work.ranks.wait_whole(FILLED):
        tally.wrong.append(f"the ranks did not come back: {health.troubles()}")
        return
    memory = work.ranks.memory(bank)
    assert memory is not None
    held = set(memory.document_ids.tolist())
    tally.lost += len(work.alive - held)
    tally.resurrected += len(held - work.alive)
    half = [id for id in sorted(work.alive & held) if not whole(memory, id, 0)]
    back = archive.forgetting.verify([word(id, 0) for id in work.forgotten[-20:]])
    tally.resurrected += len(back)
    if half or back or not memory.complete:
        tally.wrong.append(f"half there {half}, back {back[:3]}, whole: {memory.complete}")
