"""The pages of an encrypted database, decrypted one by one: to find what must not be in them, and to clean them.

SQLCipher encrypts what SQLite writes, page by page, and has no way to show a page as it is. Its format 4 is documented
(zetetic.net/sqlcipher/design): AES-256-CBC; the last 80 bytes of a page are its initialisation vector (16) and an
HMAC-SHA512 (64) of ciphertext, vector and page number; the first page begins with 16 bytes of salt. The primitives are
`cryptography`'s.
"""

from __future__ import annotations

import hashlib
import hmac
import mmap
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from storage.sqlite.pages import dirty_in_page

PAGE = 4096  # SQLCipher's own, which every archive has
SALT, VECTOR, MAC = 16, 16, 64
USED = PAGE - VECTOR - MAC
LOG_HEADER, FRAME_HEADER = 32, 24  # of SQLite's write-ahead log
HMAC_SALT, HMAC_ROUNDS = 0x3A, 2


@dataclass
class Pages:
    """One database's pages. clean: the vectors of pages as they were last seen clean; a page rewritten has a new one."""

    key: bytes
    clean: np.ndarray = field(default_factory=lambda: np.empty((0, VECTOR), dtype=np.uint8))

    def decrypted(self, page: bytes, number: int) -> bytes:
        """number: from 1 on. A page that was never written (zeros) stays as it is. What the page reserves reads as zeros."""
        start = SALT if number == 1 else 0
        if not any(page[USED : USED + VECTOR]):
            return page
        decryptor = Cipher(AES(self.key), CBC(page[USED : USED + VECTOR])).decryptor()
        return bytes(start) + decryptor.update(page[start:USED]) + bytes(VECTOR + MAC)

    def encrypted(self, page: bytes, number: int, salt: bytes) -> bytes:
        """The page as SQLCipher would write it, under a new vector. salt: of the database."""
        start = SALT if number == 1 else 0
        vector = secrets.token_bytes(VECTOR)
        encryptor = Cipher(AES(self.key), CBC(vector)).encryptor()
        body = encryptor.update(page[start:USED]) + vector
        mac = hmac.digest(self._mac_key(salt), body + number.to_bytes(4, "little"), "sha512")
        return salt[:start] + body + mac

    def cleaned(self, file: IO[bytes]) -> list[tuple[int, bytes]]:
        """(offset, page) of every page whose unallocated bytes were not all zeros, as it has to be. Reads new pages only."""
        size = os.fstat(file.fileno()).st_size // PAGE
        changes: list[tuple[int, bytes]] = []
        if not size:
            return changes
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            rows = np.frombuffer(data, dtype=np.uint8, count=size * PAGE).reshape(size, PAGE)
            vectors = rows[:, USED : USED + VECTOR].copy()
            del rows  # a map with a view cannot be closed
            known = min(size, len(self.clean))
            new = np.ones(size, dtype=bool)
            new[:known] = (vectors[:known] != self.clean[:known]).any(axis=1)
            salt = data[:SALT]
            for index in np.flatnonzero(new).tolist():
                page = self.decrypted(data[index * PAGE : (index + 1) * PAGE], index + 1)
                places = list(dirty_in_page(page, first=index == 0))
                if not places:
                    continue
                whole = bytearray(page)
                for low, length in places:
                    whole[low : low + length] = bytes(length)
                stored = self.encrypted(bytes(whole), index + 1, salt)
                vectors[index] = np.frombuffer(stored, dtype=np.uint8)[USED : USED + VECTOR]
                changes.append((index * PAGE, stored))
        self.clean = vectors
        return changes

    def readable(self, file: IO[bytes]) -> Iterator[bytes]:
        """The database's pages, decrypted, some at a time."""
        yield from self._run(file, 0, 0, None)

    def readable_log(self, file: IO[bytes]) -> Iterator[bytes]:
        """The pages of its write-ahead log, decrypted."""
        yield from self._run(file, LOG_HEADER, FRAME_HEADER, 0)

    def _run(self, file: IO[bytes], start: int, before: int, numbered: int | None) -> Iterator[bytes]:
        size = os.fstat(file.fileno()).st_size
        if size <= start:
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            for at in range(start, size - before - PAGE + 1, before + PAGE):
                number = (
                    at // PAGE + 1
                    if numbered is None
                    else int.from_bytes(data[at + numbered : at + numbered + 4], "big")
                )
                yield self.decrypted(data[at + before : at + before + PAGE], number)

    def _mac_key(self, salt: bytes) -> bytes:
        return hashlib.pbkdf2_hmac("sha512", self.key, bytes(b ^ HMAC_SALT for b in salt), HMAC_ROUNDS, 32)
