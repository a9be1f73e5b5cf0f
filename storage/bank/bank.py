"""A bank in memory: the stretches of `snapshot`, changed by one writer at a time, published after each commit.

Does not know SQL; `banks` calls it with what the database has committed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import torch

from kernels.quantise import Quantised
from storage.bank.segment import Segment, Shape
from storage.bank.snapshot import Snapshot, Stretch

MAPPED_CHUNKS = 8192  # a segment of at least so many chunks is scanned where it is mapped


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


class Tail:
    """The rows of all small segments, in arrays that grow to twice their size when full."""

    def __init__(self, shape: Shape) -> None:
        self.segments: list[Segment] = []
        self.rows = 0
        self.chunks = 0
        self.documents = np.empty(0, dtype=np.int64)
        self.starts = np.zeros(1, dtype=np.int64)
        self.alive = np.empty(0, dtype=bool)
        self.segment = np.empty(0, dtype=np.int32)
        self.offset = np.empty(0, dtype=np.int64)
        width = shape.kv_heads * shape.head_dim
        packed = width if shape.key_bits == 8 else width // 2
        self.keys = [
            Quantised(torch.empty(0, packed, dtype=torch.int8), torch.empty(0), shape.key_bits, width)
            for _ in range(shape.layers)
        ]

    def append(self, segment: Segment, alive: np.ndarray) -> None:
        low, high = self.rows, self.rows + len(segment.documents)
        chunks = self.chunks + segment.chunks
        self.documents = put(self.documents, low, segment.documents)
        self.starts = put(self.starts, low + 1, self.chunks + segment.starts[1:])
        self.segment = put(self.segment, low, np.full(high - low, len(self.segments), dtype=np.int32))
        self.offset = put(self.offset, low, segment.starts[:-1])
        self.alive = np.concatenate([self.alive, alive])
        for slot, q in enumerate(self.keys):
            new = segment.route(slot)
            values = put(q.values.numpy(), self.chunks, new.values.numpy())
            scales = put(q.scales.numpy(), self.chunks, new.scales.numpy())
            self.keys[slot] = Quantised(torch.from_numpy(values), torch.from_numpy(scales), q.bits, q.dim)
        self.segments.append(segment)
        self.rows, self.chunks = high, chunks

    def stretch(self) -> Stretch:
        rows, chunks = self.rows, self.chunks
        return Stretch(
            documents=self.documents[:rows],
            starts=self.starts[: rows + 1],
            alive=self.alive,
            keys=tuple(q[:chunks] for q in self.keys),
            segments=self.segments,
            segment=self.segment[:rows],
            offset=self.offset[:rows],
        )


class Bank:
    """All segments of one fingerprint. `snapshot` may be called from any thread, the rest by the writer alone."""

    def __init__(self, fingerprint: str, shape: Shape) -> None:
        self.fingerprint = fingerprint
        self.shape = shape
        self._mapped: list[Stretch] = []
        self._tail = Tail(shape)
        self._published = Snapshot(shape, [])
        self._changed = False
        self.followers: list[Follower] = []

    def snapshot(self) -> Snapshot:
        return self._published

    @property
    def segments(self) -> list[Segment]:
        return [s.segments[0] for s in self._mapped] + list(self._tail.segments)

    def add(self, segment: Segment, alive: np.ndarray) -> None:
        """Takes in a segment; `alive`: [documents] bool. Its live documents must not be alive elsewhere."""
        self._changed = True
        for follower in self.followers:
            follower.added(segment, alive)
        if segment.chunks < MAPPED_CHUNKS:
            self._tail.append(segment, alive)
            return
        self._mapped.append(
            Stretch(
                documents=segment.documents,
                starts=segment.starts,
                alive=alive,
                keys=Routes(segment),
                segments=(segment,),
                segment=np.zeros(len(segment.documents), dtype=np.int32),
                offset=segment.starts[:-1],
            )
        )

    def kill(self, ids: Iterable[int]) -> None:
        """Marks every row of these documents dead."""
        dead = np.unique(np.fromiter(ids, dtype=np.int64))
        if not len(dead):
            return
        self._changed = True
        for follower in self.followers:
            follower.killed(dead)
        for i, stretch in enumerate(self._mapped):
            at = stretch.segments[0].positions(dead)
            if len(at):
                self._mapped[i] = replace(stretch, alive=without(stretch.alive, at))
        tail = self._tail
        at = np.flatnonzero(np.isin(tail.documents[: tail.rows], dead))
        if len(at):
            tail.alive = without(tail.alive, at)

    def contents(self, paths: Collection[str]) -> list[tuple[Segment, np.ndarray]]:
        """The segments with these file names, each with its [documents] bool of live ones."""
        tail = self._tail
        small = [(s, tail.alive[tail.segment[: tail.rows] == i]) for i, s in enumerate(tail.segments)]
        large = [(s.segments[0], s.alive) for s in self._mapped]
        return [(s, alive) for s, alive in large + small if s.path.name in paths]

    def blank(self, ids: np.ndarray) -> None:
        """Overwrites the copies of these documents' routing keys with zeros."""
        for stretch in self._mapped:
            if isinstance(stretch.keys, Routes):
                stretch.keys.blank(ids)
        for follower in self.followers:
            follower.blanked(ids)
        tail = self._tail
        for row in np.flatnonzero(np.isin(tail.documents[: tail.rows], ids)).tolist():
            low, high = tail.starts[row : row + 2].tolist()
            for keys in tail.keys:
                keys.values[low:high] = 0

    def drop(self, paths: Collection[str]) -> None:
        """Lets go of the segments with these file names."""
        self._changed = True
        self._mapped = [s for s in self._mapped if s.segments[0].path.name not in paths]
        old = self._tail
        if not any(s.path.name in paths for s in old.segments):
            return
        self._tail = Tail(self.shape)
        for index, segment in enumerate(old.segments):
            if segment.path.name not in paths:
                self._tail.append(segment, old.alive[old.segment[: old.rows] == index])

    def publish(self) -> None:
        """Makes the present state the one that the next `snapshot` returns."""
        if self._changed:
            self._published = Snapshot(self.shape, [*self._mapped, self._tail.stretch()])
            self._changed = False
            for follower in self.followers:
                follower.published(self._published)


def put(array: np.ndarray, low: int, rows: np.ndarray) -> np.ndarray:
    """Writes `rows` at `low`, into a larger copy if they do not fit. Rows before `low` are never touched."""
    high = low + len(rows)
    if high > len(array):
        grown = np.empty((max(high, 2 * len(array)), *array.shape[1:]), dtype=array.dtype)
        grown[:low] = array[:low]
        array = grown
    array[low:high] = rows
    return array


def without(alive: np.ndarray, rows: np.ndarray) -> np.ndarray:
    alive = alive.copy()
    alive[rows] = False
    return alive
