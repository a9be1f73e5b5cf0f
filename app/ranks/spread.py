"""Which rank holds which documents of a bank, and how changes reach them.

It follows the bank: what is added goes to the rank with most room left, what is killed goes where it lies, a published
state of the bank becomes one state of the spread memory. A rank that fails is left out of the next state, and what it held
is missing until some rank holds it again. The archive on rank 0's disk is whole all the time: nothing is ever read back
from a rank, and nothing is lost with one.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from torch import Tensor

from app.ranks.holders import Holder
from engine.parallel.errors import RankAway, RankFailed
from engine.parallel.memory import ParallelMemory
from engine.parallel.parts import Part
from storage.bank.bank import Bank
from storage.bank.segment import Segment, merge
from storage.bank.snapshot import Snapshot

NONE = np.empty(0, dtype=np.int64)
BATCH_CHUNKS = 4096  # sent at once while a rank is filled
UNEVEN = 0.1  # of all chunks: a larger difference between two ranks is levelled

Rows = list[tuple[Segment, np.ndarray]]
"""Documents, as positions in segments."""


@dataclass(eq=False)
class Held:
    """What one rank holds. ids: [documents] ascending; counts: [documents] chunks of each; version: its newest state."""

    holder: Holder
    ids: np.ndarray = field(default_factory=lambda: NONE)
    counts: np.ndarray = field(default_factory=lambda: NONE)
    version: int = 0
    dead: list[np.ndarray] = field(default_factory=list)

    @property
    def load(self) -> float:
        """Chunks for each byte of its room."""
        return float(self.counts.sum()) / max(self.holder.room, 1.0)

    def drop(self, ids: np.ndarray) -> np.ndarray:
        """Those of `ids` that it held."""
        gone = np.isin(self.ids, ids)
        found = self.ids[gone]
        self.ids, self.counts = self.ids[~gone], self.counts[~gone]
        return found

    def put(self, ids: np.ndarray, counts: np.ndarray) -> None:
        order = np.argsort(np.concatenate([self.ids, ids]), kind="stable")
        self.ids = np.concatenate([self.ids, ids])[order]
        self.counts = np.concatenate([self.counts, counts])[order]


class Spread:
    """Follows `bank` from `begin` to `end`. lost: told of a holder that failed, and why; any thread may use it."""

    def __init__(self, bank: Bank, lost: Callable[[Holder, str], None] = lambda holder, why: None) -> None:
        self.bank = bank
        self._told_lost = lost
        self._lock = threading.RLock()
        self._ranks: list[Held] = []
        self._version = 0
        self._known = NONE  # ids of all live documents of the bank
        self._new: Rows = []
        self._whole = bank.snapshot()
        self._read: weakref.WeakSet[ParallelMemory] = weakref.WeakSet()
        self._versions: weakref.WeakKeyDictionary[ParallelMemory, int] = weakref.WeakKeyDictionary()
        self._memory = ParallelMemory((), self._whole, bank.shape, self._part_lost)
        self._of_part: weakref.WeakKeyDictionary[Part, Holder] = weakref.WeakKeyDictionary()

    def begin(self) -> None:
        """Follow the bank from its present state on; call it while nothing is written."""
        with self._lock:
            self.bank.followers.append(self)
            self._whole = self.bank.snapshot()
            self._known = self._whole.document_ids.numpy()
            self._renew()

    def end(self) -> None:
        with self._lock:
            if self in self.bank.followers:
                self.bank.followers.remove(self)

    def memory(self) -> ParallelMemory:
        """The newest state."""
        return self._memory

    @property
    def missing(self) -> int:
        """How many live documents no rank holds."""
        with self._lock:
            return len(self._known) - sum(len(held.ids) for held in self._ranks)

    @property
    def held_share(self) -> float:
        return 1 - self.missing_share

    @property
    def missing_share(self) -> float:
        with self._lock:
            return self.missing / len(self._known) if len(self._known) else 0.0

    def join(self, holder: Holder) -> None:
        """A rank that holds nothing yet. Raises RankAway, RankFailed."""
        holder.take(self.bank.shape)
        with self._lock:
            self._ranks.append(Held(holder, version=self._version))
            self._renew()

    def lose(self, holder: Holder, why: str) -> None:
        """A rank is gone; what it held is missing from now on."""
        with self._lock:
            if not any(held.holder is holder for held in self._ranks):
                return
            self._ranks = [held for held in self._ranks if held.holder is not holder]
            self._renew()
        self._told_lost(holder, why)

    def fill(self) -> bool:
        """Give some missing documents to the rank with most room; False if none is missing or nobody is there."""
        with self._lock:
            if not self._ranks:
                return False
            held_by_any = np.concatenate([held.ids for held in self._ranks])
            missing = self._known[~np.isin(self._known, held_by_any)]
            if not len(missing):
                return False
            return self._hand_over(missing, None)

    def level(self) -> bool:
        """Move some documents from the fullest rank to the emptiest; False if they are about even."""
        with self._lock:
            if len(self._ranks) < 2:
                return False
            full, empty = max(self._ranks, key=lambda h: h.load), min(self._ranks, key=lambda h: h.load)
            chunks = sum(int(held.counts.sum()) for held in self._ranks)
            fair = chunks * full.holder.room / sum(held.holder.room for held in self._ranks)
            excess = int(full.counts.sum()) - fair
            # What is moved must be less than what is too much, or it would come back at the next turn.
            moved = int(np.searchsorted(np.cumsum(full.counts), excess, side="right"))
            if excess <= UNEVEN * chunks / 2 or not moved:
                return False
            return self._hand_over(full.ids[:moved], full, empty)

    # What the bank tells (see `Follower`)

    def added(self, segment: Segment, alive: np.ndarray) -> None:
        with self._lock:
            ids = segment.documents
            # What is known already has only moved to another segment.
            new = np.flatnonzero(alive & ~np.isin(ids, self._known))
            if len(new):
                self._new.append((segment, new))
                self._known = np.union1d(self._known, ids[new])

    def killed(self, ids: np.ndarray) -> None:
        with self._lock:
            self._known = self._known[~np.isin(self._known, ids)]
            self._new = [(s, rows[~np.isin(s.documents[rows], ids)]) for s, rows in self._new]
            for held in self._ranks:
                gone = held.drop(ids)
                if len(gone):
                    held.dead.append(gone)

    def blanked(self, ids: np.ndarray) -> None:
        """Returns when every rank that is there has overwritten its copies. One that fails is gone, and its copies with
        it: its process is ended, or lets go of its shard by itself when it no longer hears from rank 0."""
        with self._lock:
            ranks = list(self._ranks)
        for held in ranks:
            self._safely(held, lambda holder: holder.blank(ids))

    def published(self, snapshot: Snapshot) -> None:
        with self._lock:
            self._whole = snapshot
            rows, self._new = [(s, at) for s, at in self._new if len(at)], []
            self._version += 1
            target = min(self._ranks, key=lambda held: held.load, default=None)
            for held in list(self._ranks):
                if held.dead or (held is target and rows):
                    self._change(held, rows if held is target else [])
            self._renew()

    # Work that needs the lock

    def _hand_over(self, ids: np.ndarray, giver: Held | None, taker: Held | None = None) -> bool:
        """Give a batch of documents to a rank, by default the emptiest, in one new state."""
        taker = taker or min(self._ranks, key=lambda held: held.load)
        rows = batch(self._whole, ids[:BATCH_CHUNKS])
        if not rows:
            return False
        self._version += 1
        moved = np.concatenate([segment.documents[at] for segment, at in rows])
        if self._change(taker, rows) and giver is not None:
            giver.dead.append(giver.drop(moved))
            self._change(giver, [])
        self._renew()
        return True

    def _change(self, held: Held, rows: Rows) -> bool:
        """Bring a rank to the present version; False if it is lost by that."""
        tensors: dict[str, Tensor] | None = merge(self.bank.shape, rows) if rows else None
        dead = np.concatenate([NONE, *held.dead])
        held.dead = []
        oldest = min([*self._versions.values(), self._version - 1])
        if not self._safely(held, lambda holder: holder.change(self._version, dead, tensors, oldest)):
            return False
        held.version = self._version
        for segment, at in rows:
            held.put(segment.documents[at], np.diff(segment.starts)[at])
        return True

    def _safely(self, held: Held, work: Callable[[Holder], None]) -> bool:
        try:
            work(held.holder)
        except (RankAway, RankFailed) as error:
            self.lose(held.holder, str(error))
            return False
        return True

    def _renew(self) -> None:
        """Make the present state the one that the next question reads."""
        parts: list[Part] = []
        for held in self._ranks:
            if len(held.ids):
                part = held.holder.part(held.version, held.ids)
                self._of_part[part] = held.holder
                parts.append(part)
        complete = sum(len(held.ids) for held in self._ranks) == len(self._known)
        self._memory = ParallelMemory(parts, self._whole, self.bank.shape, self._part_lost, complete=complete)
        self._versions[self._memory] = min((held.version for held in self._ranks), default=self._version)

    def _part_lost(self, part: Part, error: Exception) -> None:
        holder = self._of_part.get(part)
        if holder is not None:
            self.lose(holder, str(error))


def batch(whole: Snapshot, ids: np.ndarray) -> Rows:
    """Some of these documents, those of a common segment first, up to BATCH_CHUNKS chunks."""
    found: dict[int, tuple[Segment, list[int]]] = {}
    chunks = 0
    for segment, at, count in whole.rows(ids):
        if chunks and chunks + count > BATCH_CHUNKS:
            break
        found.setdefault(id(segment), (segment, []))[1].append(at)
        chunks += count
    return [(segment, np.asarray(at, dtype=np.int64)) for segment, at in found.values()]
