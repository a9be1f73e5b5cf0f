"""Key-value cache of one question: grows in place, so a generated token costs one row and never a copy of the context."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from engine.attention import NO_CHUNKS


class LayerCache:
    """Keys and values of one layer's assembled context: template prefix | selected chunks | active tokens.

    Buffers are [kv_heads, capacity, dim] and double when full, which copies O(1) amortised per token. What is behind
    the length is not read, but finite: a recorded step (`engine.steps`) masks it.
    """

    def __init__(
        self, parts: Sequence[tuple[Tensor, Tensor]], reserve: int, *, chunks: range = NO_CHUNKS
    ) -> None:
        """parts: (keys, values) pairs, each [kv_heads, n, dim], laid out one after the other; chunks: which of these rows
        are chunks of documents; reserve: rows of room beyond them."""
        first = parts[0][0]
        self.chunks = chunks
        self.length = 0
        capacity = sum(key.shape[1] for key, _ in parts) + reserve
        self._keys = _room(first, capacity, capacity - reserve)
        self._values = _room(first, capacity, capacity - reserve)
        for key, value in parts:
            self.append(key, value)

    def append(self, key: Tensor, value: Tensor) -> None:
        """key, value: [kv_heads, n, dim]."""
        end = self.length + key.shape[1]
        if end > self._keys.shape[1]:
            self.grow(2 * end)
        self._keys[:, self.length : end] = key
        self._values[:, self.length : end] = value
        self.length = end

    def grow(self, capacity: int) -> None:
        """Room for so many rows; what was given of the buffers before is the old ones."""
        self._keys = _grown(self._keys, self.length, capacity)
        self._values = _grown(self._values, self.length, capacity)

    def advance(self) -> None:
        """One more row, which a recorded step has written."""
        self.length += 1

    @property
    def room(self) -> int:
        """Rows that still fit."""
        return self._keys.shape[1] - self.length

    @property
    def buffers(self) -> tuple[Tensor, Tensor]:
        """Keys and values with the room behind them, [kv_heads, capacity, dim]."""
        return self._keys, self._values

    def copy(self, drop: int) -> LayerCache:
        """One that grows by itself, without the newest `drop` rows and with room for as many rows more as this has."""
        kept = self.length - drop
        part = (self._keys[:, :kept], self._values[:, :kept])
        return LayerCache([part], self._keys.shape[1], chunks=self.chunks)

    def drop(self, count: int) -> None:
        """Forget the newest `count` rows."""
        self.length -= count

    @property
    def keys(self) -> Tensor:
        return self._keys[:, : self.length]

    @property
    def values(self) -> Tensor:
        return self._values[:, : self.length]


def _grown(buffer: Tensor, length: int, capacity: int) -> Tensor:
    larger = _room(buffer, capacity, length)
    larger[:, :length] = buffer[:, :length]
    return larger


def _room(like: Tensor, capacity: int, filled: int) -> Tensor:
    """[kv_heads, capacity, dim], zeros behind the rows that are to be filled."""
    buffer = like.new_empty(like.shape[0], capacity, like.shape[2])
    buffer[:, filled:] = 0
    return buffer
