"""Arrays that grow together at their end and are never moved under a reader: the storage of a block.

What is read is the part filled by then; what comes later lies behind it. `blank` is the one change that older readings see,
by intent: it also reaches arrays that were outgrown while somebody still reads them.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Column:
    """tail: the shape of one row."""

    tail: tuple[int, ...]
    dtype: torch.dtype

    @property
    def row_bytes(self) -> int:
        return torch.empty(self.tail, dtype=self.dtype, device="meta").nbytes


class Columns:
    """Used by one writer at a time. limit: rows to which the arrays double at most; pinned: in page-locked host memory."""

    def __init__(
        self, columns: Sequence[Column], device: torch.device, *, limit: int, pinned: bool = False
    ) -> None:
        self.rows = 0
        self.columns = columns
        self._limit = limit
        self._arrays = [
            torch.empty((0, *c.tail), dtype=c.dtype, device=device, pin_memory=pinned) for c in columns
        ]
        self._pinned = pinned
        self._given: list[weakref.ref[Tensor]] = []

    @property
    def nbytes(self) -> int:
        """Allocated."""
        return sum(array.nbytes for array in self._arrays)

    def append(self, new: Sequence[Tensor]) -> None:
        """new: per column [n, *tail], on any devices."""
        end = self.rows + len(new[0])
        for at, rows in enumerate(new):
            array = self._arrays[at]
            if end > len(array):
                array = self._arrays[at] = self._grown(array, end)
            # From pageable memory this waits for the copy; a pinned source would have to be kept until it is done.
            array[self.rows : end].copy_(rows)
        self.rows = end

    def read(self) -> list[Tensor]:
        """Per column [rows, *tail], as it is now."""
        self._given = [ref for ref in self._given if ref() is not None]
        found = [array[: self.rows] for array in self._arrays]
        self._given += [weakref.ref(part) for part in found]
        return found

    def blank(self, low: int, high: int) -> None:
        """Overwrites rows with zeros, under every reading that still exists."""
        for array in (*self._arrays, *(part for ref in self._given if (part := ref()) is not None)):
            array[low:high] = 0

    def _grown(self, array: Tensor, needed: int) -> Tensor:
        # Twice the size, so that growing costs each row a constant; never beyond the limit unless one document needs it.
        capacity = max(needed, min(2 * len(array), self._limit))
        larger = torch.empty(
            (capacity, *array.shape[1:]), dtype=array.dtype, device=array.device, pin_memory=self._pinned
        )
        larger[: self.rows] = array[: self.rows]
        return larger
