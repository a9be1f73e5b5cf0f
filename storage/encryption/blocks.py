"""A file in encrypted blocks: any part of it is read, or overwritten, by its own blocks alone.

    magic (8 bytes), length of the content (8), then blocks: nonce (12), ciphertext (up to BLOCK), tag (16)

AES-256-GCM. The key is the file's own (by its name), a block is bound to its place and to the file's length, and every
writing of a block has a new random nonce. So blocks cannot be exchanged, nor a file cut off unnoticed. A block that does not
decrypt reads as zeros, and is found as any damage is: by the documents' digests.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.mapping import Content, content_of

MAGIC = b"doppel\x01\n"
HEADER = 16
BLOCK = 16_384
NONCE, TAG = 12, 16
STORED = NONCE + BLOCK + TAG
TRIES = 3  # a block that is read while it is overwritten does not decrypt for a moment

log = logging.getLogger(__name__)


def sealed(key: bytes, content: bytes | memoryview) -> Iterator[bytes]:
    """The pieces of a new file."""
    length = len(content)
    yield MAGIC + length.to_bytes(8, "little")
    aead, view = AESGCM(key), memoryview(content)
    for index in range(-(-length // BLOCK)):
        yield _encrypted(aead, index, length, view[index * BLOCK : (index + 1) * BLOCK])


@dataclass(frozen=True)
class SealedFile:
    """An encrypted file, mapped where that may be (`mapping`)."""

    name: str
    length: int  # bytes of the content
    stored: Content  # the file
    aead: AESGCM

    @property
    def by_name(self) -> bool:
        """Whether it has to keep its name while it is read."""
        return self.stored.by_name

    @classmethod
    def open(cls, path: Path, key: bytes) -> SealedFile:
        """Raises OSError where there is none, ValueError where it is none or cut off."""
        size = path.stat().st_size
        if size < HEADER:
            raise ValueError("cut off")
        stored = content_of(path, size)
        start = stored.read(0, HEADER)
        length = int.from_bytes(start[8:], "little")
        if start[:8] != MAGIC or size != HEADER + length + -(-length // BLOCK) * (NONCE + TAG):
            raise ValueError("no encrypted file, or cut off")
        return cls(path.name, length, stored, AESGCM(key))

    def read(self, low: int, high: int) -> bytearray:
        """The content from byte `low` up to `high`."""
        low, high = max(low, 0), min(high, self.length)
        if low >= high:
            return bytearray()
        out = bytearray()
        for index in range(low // BLOCK, -(-high // BLOCK)):
            out += self._block(index)
        first = low // BLOCK * BLOCK
        return out[low - first : high - first] if (low, high) != (first, first + len(out)) else out

    def erased(self, ranges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, bytes]]:
        """What to write where in the file, so that these (offset, length) of the content are zeros."""
        blocks: dict[int, bytearray] = {}
        for offset, length in ranges:
            for index in range(offset // BLOCK, -(-(offset + length) // BLOCK)):
                if index not in blocks:
                    blocks[index] = bytearray(self._block(index))
                block, base = blocks[index], index * BLOCK
                low, high = max(offset - base, 0), min(offset + length - base, len(block))
                block[low:high] = bytes(high - low)
        for index, block in sorted(blocks.items()):
            yield HEADER + index * STORED, _encrypted(self.aead, index, self.length, block)

    def _block(self, index: int) -> bytes:
        at = HEADER + index * STORED
        size = min(BLOCK, self.length - index * BLOCK)
        for left in reversed(range(TRIES)):
            stored = bytes(self.stored.read(at, at + NONCE + size + TAG))
            try:
                return self.aead.decrypt(stored[:NONCE], stored[NONCE:], _place(index, self.length))
            except InvalidTag:
                if left:
                    time.sleep(0.001)
        log.warning("a part of %s is damaged", self.name)
        return bytes(size)


def _encrypted(aead: AESGCM, index: int, length: int, content: bytes | bytearray | memoryview) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + aead.encrypt(nonce, bytes(content), _place(index, length))


def _place(index: int, length: int) -> bytes:
    return index.to_bytes(8, "little") + length.to_bytes(8, "little")
