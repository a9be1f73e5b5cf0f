"""All blocks of one memory: documents come, go and are found, each change at its own cost."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from kernels.resident.block import CHUNKS, Block, KeyFormat, Keys, View
from kernels.resident.columns import Column
from kernels.resident.placing import HOST, Place, choose

DEAD_SHARE = 0.5  # of a full block's chunks: from then on it is written anew without them


class NoRoom(Exception):
    """No place has room for another block."""


class Blocks:
    """Used by one writer at a time. A view of it is a tuple of the blocks' views: unchanged blocks keep theirs."""

    def __init__(
        self,
        keys: KeyFormat,
        places: Sequence[Place] = HOST,
        *,
        content: Sequence[Column] = (),
        chunks_per_block: int = CHUNKS,
    ) -> None:
        self.format = keys
        self.content = content
        self.places = places
        self.limit = chunks_per_block
        self._blocks: list[Block] = []
        self._views: dict[Block, View] = {}
        self._left: weakref.WeakSet[Block] = weakref.WeakSet()  # rewritten, maybe still viewed

    def __iter__(self) -> Iterator[Block]:
        return iter(self._blocks)

    @property
    def nbytes(self) -> int:
        return sum(block.nbytes for block in self._blocks)

    def add(
        self,
        ids: Tensor,
        counts: Tensor,
        keys: Sequence[Keys],
        content: Sequence[Tensor] = (),
        *,
        new: bool = False,
    ) -> None:
        """Adds documents, or new encodings of present ones, whose old ones are dead from the next view on.

        new: none of them is alive here, which spares looking for them.

        ids, counts: [documents] int64, distinct ids and chunks of each; keys: per slot [chunks, width];
        content: per column [chunks, *tail]. Raises NoRoom, ValueError for an id beyond 32 bits.
        """
        if not new:
            self.kill(ids)
        ends = counts.cumsum(0)
        row = 0
        while row < len(ids):
            begin = int(ends[row]) - int(counts[row])
            block = self._with_room(int(counts[row]))
            room = max(block.room, int(counts[row]))
            stop = row + max(1, int(torch.searchsorted(ends[row:], begin + room, right=True)))
            part = slice(begin, int(ends[stop - 1]))
            block.append(ids[row:stop], counts[row:stop], [k[part] for k in keys], [c[part] for c in content])
            self._views.pop(block, None)
            row = stop

    def kill(self, ids: Tensor) -> None:
        """Marks these documents dead; those that are not here are ignored. ids: [n] int64."""
        for block in list(self._blocks):
            rows = block.rows_of(ids)
            rows = rows[block.alive[rows]]
            if len(rows):
                block.kill(rows)
                self._views.pop(block, None)
                self._reclaim(block)

    def blank(self, ids: Tensor) -> None:
        """Overwrites every copy of these documents' keys with zeros, also where a block was outgrown or rewritten."""
        for block in (*self._blocks, *self._left):
            block.blank(block.rows_of(ids))

    def view(self) -> tuple[View, ...]:
        """The state as it is now."""
        for block in self._blocks:
            if block not in self._views:
                self._views[block] = block.view()
        return tuple(self._views[block] for block in self._blocks)

    def _with_room(self, chunks: int) -> Block:
        last = self._blocks[-1] if self._blocks else None
        if last is not None and (last.room >= chunks or not last.chunks):
            return last
        limit = max(self.limit, chunks)
        place = choose(self.places, self._blocks, limit * self.format.chunk_bytes)
        if place is None:
            raise NoRoom(
                f"a block of {limit} chunks takes {limit * self.format.chunk_bytes / 1e9:.1f} GB, and no device or host "
                "memory has so much left: lower the number of tokens, or give the memory more devices (doppel plan)"
            )
        block = Block(self.format, place.device, content=self.content, limit=limit, pinned=place.pinned)
        self._blocks.append(block)
        return block

    def _reclaim(self, block: Block) -> None:
        """Lets go of an empty block, and of the dead in a full one of which half is dead."""
        counts = block.starts[1 : block.rows + 1] - block.starts[: block.rows]
        living = int(counts[block.alive].sum())
        if living and (block is self._blocks[-1] or living > (1 - DEAD_SHARE) * block.chunks):
            return
        at = self._blocks.index(block)
        self._left.add(block)
        self._blocks[at : at + 1] = [block.without_dead()] if living else []
