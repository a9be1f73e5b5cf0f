"""A bank in memory: blocks of routing keys and the segments behind them, changed by one writer at a time, published after
each commit.

A change costs what it changes: merging segments appends the new one and marks the old rows dead, and a block is written anew
only when half of it is dead. Does not know SQL; `banks` calls it with what the database has committed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol

import numpy as np
import torch

from kernels.quantise import Quantised
from kernels.resident.block import KeyFormat, View
from kernels.resident.blocks import Blocks, NoRoom
from kernels.resident.placing import HOST, Place
from storage.bank.segment import Segment, Shape, joined
from storage.bank.snapshot import PLACES, Snapshot

# A segment with so many bytes of routing keys is scanned where it is mapped. Smaller ones are copied, since a system maps
# only so many files (65,530 on Linux) and a step of scanning has a fixed cost.
MAPPED_BYTES = 4 << 20
AT_ONCE = 16 << 20  # bytes of routing keys that are copied in one step

Part = tuple[Segment, np.ndarray]
"""A segment and which of its documents are alive in it, [documents] bool."""


class Routes(Sequence[Quantised]):
    """A segment's routing keys by slot, mapped or decrypted when a question first asks for them."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._read: dict[int, Quantised] = {}

    def __len__(self) -> int:
        return self._segment.shape.layers

    def __getitem__(self, slot: Any) -> Any:
        if not 0 <= slot < len(self):
            raise IndexError(slot)
        if slot not in self._read:
            self._read[slot] = self._segment.route(slot)
        return self._read[slot]

    def blank(self, ids: np.ndarray) -> None:
        """Overwrites what was decrypted of these documents with zeros; what is mapped changes with the file."""
        if self._segment.mapped:
            return
        for position in self._segment.positions(ids).tolist():
            low, high = self._segment.starts[position : position + 2].tolist()
            for keys in list(self._read.values()):
                keys.values[low:high] = 0


class Follower(Protocol):
    """Is told what happens to a bank, in this order, by the one writer; a change counts once it is published."""

    def added(self, segment: Segment, alive: np.ndarray) -> None: ...

    def killed(self, ids: np.ndarray) -> None: ...

    def blanked(self, ids: np.ndarray) -> None: ...

    def published(self, snapshot: Snapshot) -> None: ...


class Bank:
    """All segments of one fingerprint. `snapshot` may be called from any thread, the rest by the writer alone."""

    def __init__(self, fingerprint: str, shape: Shape, places: Sequence[Place] = HOST) -> None:
        self.fingerprint = fingerprint
        self.shape = shape
        self._keys = KeyFormat(shape.layers, shape.kv_heads * shape.head_dim, shape.key_bits)
        self._mapped: dict[str, tuple[View, Segment]] = {}  # by file name
        self._small: dict[int, Segment] = {}  # by number; never changed in place where segments leave
        self._numbers: dict[str, int] = {}  # by file name
        self._next = 1
        self._blocks = Blocks(self._keys, places, content=PLACES)
        self._published = self._state()
        self._changed = False
        self.followers: list[Follower] = []
        self.unmerged = 0  # segments that came since there was last nothing to merge

    def snapshot(self) -> Snapshot:
        return self._published

    @property
    def segments(self) -> list[Segment]:
        return [segment for _, segment in self._mapped.values()] + list(self._small.values())

    @property
    def on_devices(self) -> bool:
        """Whether its routing keys go to cards."""
        return any(place.device.type != "cpu" for place in self._blocks.places)

    def place(self, places: Sequence[Place]) -> None:
        """Brings the routing keys to other places, and publishes that; what they have no room for stays mapped."""
        contents = self.contents({segment.path.name for segment in self.segments})
        self._mapped, self._small, self._numbers = {}, {}, {}
        self._blocks = Blocks(self._keys, places, content=PLACES)
        self._take(contents)
        self._published = self._state()

    def add(self, segment: Segment, alive: np.ndarray) -> None:
        """Takes in a segment; `alive`: [documents] bool. Its live documents must not be alive elsewhere."""
        self.add_all([(segment, alive)])

    def add_all(self, parts: Sequence[Part]) -> None:
        """Takes in some segments at once, each with its live documents, as `add` does one."""
        self._changed = True
        self.unmerged += len(parts)
        for follower in self.followers:
            for segment, alive in parts:
                follower.added(segment, alive)
        self._take(parts)

    def _take(self, parts: Sequence[Part]) -> None:
        small: list[Part] = []
        chunk_bytes = self._keys.chunk_bytes
        for segment, alive in parts:
            large = segment.chunks * chunk_bytes >= MAPPED_BYTES
            if large and not self.on_devices:
                self._map(segment, alive)
            else:
                small.append((segment, alive))
        sums = np.cumsum([segment.chunks * chunk_bytes for segment, _ in small])
        for _, group in groupby(zip(sums // AT_ONCE, small, strict=True), key=itemgetter(0)):
            self._copy_or_map([part for _, part in group])

    def _copy_or_map(self, parts: Sequence[Part]) -> None:
        try:
            self._copy(parts)
        except NoRoom:
            taken = np.concatenate([segment.documents[alive] for segment, alive in parts])
            self._blocks.kill(torch.from_numpy(taken))
            if len(parts) == 1:
                self._map(*parts[0])
                return
            for part in parts:
                self._copy_or_map([part])

    def _map(self, segment: Segment, alive: np.ndarray) -> None:
        segment.let_go()
        view = View(
            keys=Routes(segment),
            ids=torch.from_numpy(segment.documents),
            starts=torch.from_numpy(segment.starts),
            alive=torch.from_numpy(alive),
        )
        self._mapped[segment.path.name] = view, segment

    def _copy(self, parts: Sequence[Part]) -> None:
        """Copies the living documents' keys of some segments into the blocks. Raises NoRoom."""
        segments = [segment for segment, _ in parts]
        numbers = np.arange(self._next, self._next + len(parts))
        self._next += len(parts)
        for segment in segments:
            segment.hold()
        alive = np.concatenate([alive for _, alive in parts])
        counts = np.concatenate([segment.counts for segment in segments])
        sizes = np.array([segment.chunks for segment in segments])
        chunks = torch.from_numpy(np.flatnonzero(np.repeat(alive, counts)))
        owners = torch.from_numpy(np.repeat(numbers, sizes))[chunks]
        within = chunks - torch.from_numpy(np.repeat(sizes.cumsum() - sizes, sizes))[chunks]
        width = self.shape.kv_heads * self.shape.head_dim
        keys = [
            Quantised(joined(segments, name), joined(segments, f"{name}.scale"), self.shape.key_bits, width)
            for name in (f"route.{slot}" for slot in range(self.shape.layers))
        ]
        for segment in segments:
            segment.let_go()
        self._blocks.add(
            torch.from_numpy(np.concatenate([segment.documents for segment in segments])[alive]),
            torch.from_numpy(counts[alive]),
            [rows[chunks] for rows in keys],
            [owners.to(torch.int32), within],
            new=True,
        )
        for number, segment in zip(numbers.tolist(), segments, strict=True):
            self._small[number] = segment
            self._numbers[segment.path.name] = number

    def kill(self, ids: Iterable[int]) -> None:
        """Marks every row of these documents dead."""
        dead = np.unique(np.fromiter(ids, dtype=np.int64))
        if not len(dead):
            return
        self._changed = True
        for follower in self.followers:
            follower.killed(dead)
        for name, (view, segment) in self._mapped.items():
            at = torch.from_numpy(segment.positions(dead))
            if len(at):
                alive = view.alive.clone()
                alive[at] = False
                self._mapped[name] = replace(view, alive=alive), segment
        self._blocks.kill(torch.from_numpy(dead))

    def contents(self, paths: Collection[str]) -> list[tuple[Segment, np.ndarray]]:
        """The segments with these file names, each with its [documents] bool of live ones."""
        found = [
            (segment, view.alive.numpy()) for name, (view, segment) in self._mapped.items() if name in paths
        ]
        numbers = [number for name, number in self._numbers.items() if name in paths]
        return found + list(zip([self._small[n] for n in numbers], self._alive(numbers), strict=True))

    def _alive(self, numbers: Sequence[int]) -> list[np.ndarray]:
        """Which documents of these copied segments are alive in them, [documents] bool each."""
        if not numbers:
            return []
        documents = [self._small[number].documents for number in numbers]
        sizes = [len(ids) for ids in documents]
        ids = torch.from_numpy(np.concatenate(documents))
        owners = torch.from_numpy(np.repeat(np.array(numbers), sizes))
        alive = torch.zeros(len(ids), dtype=torch.bool)
        for view in self._blocks.view():
            here, rows = view.find(ids)
            alive[here] |= view.content[0][view.starts[rows]] == owners[here]
        return np.split(alive.numpy(), np.cumsum(sizes)[:-1])

    def blank(self, ids: np.ndarray) -> None:
        """Overwrites the copies of these documents' routing keys with zeros."""
        for view, _ in self._mapped.values():
            if isinstance(view.keys, Routes):
                view.keys.blank(ids)
        self._blocks.blank(torch.from_numpy(ids))
        for follower in self.followers:
            follower.blanked(ids)

    def drop(self, paths: Collection[str]) -> None:
        """Lets go of the segments with these file names."""
        self._changed = True
        numbers = {self._numbers[name] for name in paths if name in self._numbers}
        living = self._alive(list(numbers))
        dead = [self._small[n].documents[alive] for n, alive in zip(numbers, living, strict=True)]
        if dead:
            self._blocks.kill(torch.from_numpy(np.concatenate(dead)))
        # Copies, as snapshots hold the old ones.
        self._small = {n: s for n, s in self._small.items() if n not in numbers}
        self._numbers = {name: n for name, n in self._numbers.items() if name not in paths}
        self._mapped = {name: found for name, found in self._mapped.items() if name not in paths}

    def publish(self) -> None:
        """Makes the present state the one that the next `snapshot` returns."""
        if self._changed:
            self._published = self._state()
            self._changed = False
            for follower in self.followers:
                follower.published(self._published)

    def _state(self) -> Snapshot:
        return Snapshot(self.shape, list(self._mapped.values()), self._blocks.view(), self._small)
