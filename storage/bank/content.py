"""The tensors of a segment's file: mapped, read when they are asked for, or, of a small file, held whole for a moment.

A bank can be of very many tiny files. Opening or merging them then costs each a reading, not one for each of its tensors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import torch
from torch import Tensor

WHOLE = 128 << 10  # bytes of a file up to which it is small
ALIKE = 64  # headers that are remembered
TYPES = {
    "I8": torch.int8,
    "F32": torch.float32,
    "I64": torch.int64,
}  # safetensors' names of what a segment holds


class Content(Protocol):
    """What a file holds, decrypted."""

    @property
    def by_name(self) -> bool: ...

    def read(self, low: int, high: int) -> bytearray | memoryview: ...


@dataclass(frozen=True)
class Place:
    """Where a tensor lies in a file's content: its bytes are low … high - 1."""

    dtype: torch.dtype
    shape: tuple[int, ...]
    low: int
    high: int

    @property
    def row_bytes(self) -> int:
        return (self.high - self.low) // max(self.shape[0], 1)


@dataclass(frozen=True)
class Layout:
    """What a file's header says. places: by the tensor's name; size: bytes of the whole content."""

    places: Mapping[str, Place]
    about: Mapping[str, str]
    size: int


@lru_cache(ALIKE)
def layout(header: bytes) -> Layout:
    """Of a header with its length before it. Files of as many documents and chunks have the same one, so it is shared.

    Raises ValueError, KeyError or TypeError for what is no header of a segment.
    """
    said = json.loads(header[8:])
    about = said.pop("__metadata__", None) or {}
    places = {}
    for name, one in said.items():
        low, high = one["data_offsets"]
        places[name] = Place(TYPES[one["dtype"]], tuple(one["shape"]), len(header) + low, len(header) + high)
    return Layout(places, about, max((place.high for place in places.values()), default=len(header)))


class Mapped(dict[str, Tensor]):
    """The tensors of a file, each mapped when it is first used: mapping all would read most of a bank."""

    def __init__(self, file: Any) -> None:
        super().__init__()
        self._file = file

    def __missing__(self, name: str) -> Tensor:
        tensor: Tensor = self._file.get_tensor(name)
        self[name] = tensor
        return tensor

    def rows(self, name: str, low: int, high: int) -> Tensor:
        """Rows low … high - 1 of a tensor; no others are read."""
        return self[name][low:high]

    def raw(self, name: str) -> memoryview:
        """The bytes of a tensor."""
        return self[name].numpy().data


class Read:
    """The tensors of a file that is encrypted, not mapped, or held whole; each is read when it is asked for, never kept."""

    def __init__(self, file: Content, layout: Layout) -> None:
        self.file = file
        self._layout = layout
        self.by_name = file.by_name

    def __getitem__(self, name: str) -> Tensor:
        return self.rows(name, 0, self._layout.places[name].shape[0])

    def rows(self, name: str, low: int, high: int) -> Tensor:
        place = self._layout.places[name]
        width = place.row_bytes
        content = self.file.read(place.low + low * width, place.low + high * width)
        shape = [high - low, *place.shape[1:]]
        if not content:
            return torch.empty(shape, dtype=place.dtype)
        return torch.frombuffer(content, dtype=place.dtype).view(shape)

    def raw(self, name: str) -> bytearray | memoryview:
        """The bytes of a tensor."""
        place = self._layout.places[name]
        return self.file.read(place.low, place.high)


@dataclass(frozen=True)
class Held:
    """The content of a small file in memory."""

    content: memoryview
    by_name: bool = False

    def read(self, low: int, high: int) -> memoryview:
        return self.content[low:high]
