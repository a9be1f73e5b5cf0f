"""Files of the bank as they are read: mapped into memory, or, beyond a number, opened by name for every reading.

A system maps only so many files for a process (65,530 on Linux, libraries and heap among them), whatever their size. What is
mapped stays readable when its name is removed; what is read by name does not, so its file has to stay for as long as it is
read (`Banks.retire`).
"""

from __future__ import annotations

import contextlib
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch

# A quarter of Linux' limit. Merged segments have more than 4 MB of routing keys each, so these are 64 GB of them at least.
MOST = 16_384

_held: set[object] = set()


class Content(Protocol):
    """The bytes of a file."""

    @property
    def by_name(self) -> bool: ...

    def read(self, low: int, high: int) -> bytearray: ...


@dataclass(frozen=True)
class ByName:
    """Of a file that is opened for every reading; no map and no descriptor is kept. What is missing at its end is zeros."""

    path: Path
    by_name: bool = True

    def read(self, low: int, high: int) -> bytearray:
        """Raises OSError."""
        out = bytearray(high - low)
        with self.path.open("rb", buffering=0) as file:
            file.seek(low)
            file.readinto(out)
        return out


@dataclass(frozen=True)
class InMemory:
    """Of a mapped file. array: [bytes] uint8."""

    array: np.ndarray
    by_name: bool = False

    def read(self, low: int, high: int) -> bytearray:
        return bytearray(self.array[low:high])


def full() -> bool:
    """Whether as many files are mapped as may be."""
    return len(_held) >= MOST


def hold(owner: object) -> None:
    """Counts a mapping for as long as its owner lives."""
    token = object()
    _held.add(token)
    # Additions and removals are single steps of the interpreter, so the collector may end owners at any moment.
    weakref.finalize(owner, _held.discard, token).atexit = False


def content_of(path: Path, size: int) -> Content:
    """The first `size` bytes of a file, mapped if there is room. Raises OSError."""
    if not full():
        with contextlib.suppress(RuntimeError):  # the system maps no more
            # torch keeps the map and no open file, of which the system allows few.
            array = torch.from_file(str(path), shared=False, size=size, dtype=torch.uint8).numpy()
            hold(array)
            return InMemory(array)
    return ByName(path)
