"""How the bytes of an archive lie on the disk: as they are, or encrypted. All that differs between the two is here.

`PLAIN` changes nothing. `Sealed` has SQLCipher write the database, and every other file in encrypted blocks (`blocks`).
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any, BinaryIO, Protocol

from storage import durable
from storage.directory import BANK, DATABASE, DERIVED
from storage.encryption.blocks import BLOCK, SealedFile, sealed
from storage.encryption.key import DataKey
from storage.encryption.pages import Pages
from storage.encryption.sqlcipher import sqlcipher, unlock
from storage.sqlite.connect import driver
from storage.sqlite.pages import clean_pages

WINDOW = 64 * BLOCK  # bytes that are searched at once
Alone = AbstractContextManager[None]


class Cipher(Protocol):
    """What the rest of the storage asks of it. Files are named by their paths in the data directory."""

    @property
    def driver(self) -> Any:
        """The DB-API module that opens the database."""

    def unlock(self, connection: Any) -> None:
        """Says the key to a new connection, before anything else."""

    def stored(self, path: Path, content: bytes) -> Iterable[bytes | memoryview]:
        """What to write to a file so that it holds this content."""

    def opened(self, path: Path) -> SealedFile | None:
        """An encrypted file, None where files lie as they are. Raises OSError, ValueError."""

    def erase(self, path: Path, ranges: Sequence[tuple[int, int]]) -> None:
        """Fills (offset, length) of a file's content with zeros, in place and durably. Raises ArchiveFull."""

    def clean_pages(self, file: BinaryIO, alone: Alone) -> None:
        """Zeroes unallocated bytes of the database (`sqlite.pages`). alone: while this is held, nobody reads."""

    def searchable(self, path: Path, file: IO[bytes]) -> Iterator[bytes | mmap.mmap]:
        """A file as it is to be searched, part by part."""


class Plain:
    """Bytes as they are."""

    driver = driver

    def unlock(self, connection: Any) -> None:
        pass

    def stored(self, path: Path, content: bytes) -> Iterable[bytes | memoryview]:
        return [content]

    def opened(self, path: Path) -> SealedFile | None:
        return None

    def erase(self, path: Path, ranges: Sequence[tuple[int, int]]) -> None:
        durable.overwrite(path, ranges)

    def clean_pages(self, file: BinaryIO, alone: Alone) -> None:
        clean_pages(file)

    def searchable(self, path: Path, file: IO[bytes]) -> Iterator[bytes | mmap.mmap]:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data


PLAIN = Plain()


class Sealed:
    """Encrypted with the archive's key. Raises EncryptionMissing where this installation cannot."""

    def __init__(self, directory: Path, key: DataKey) -> None:
        self._directory = directory
        self._key = key
        self._database = key.of("database")
        self._pages = Pages(self._database)
        self.driver = sqlcipher()

    def unlock(self, connection: Any) -> None:
        unlock(connection, self._database)

    def stored(self, path: Path, content: bytes) -> Iterable[bytes | memoryview]:
        return sealed(self._file_key(path), content)

    def opened(self, path: Path) -> SealedFile | None:
        return SealedFile.open(path, self._file_key(path))

    def erase(self, path: Path, ranges: Sequence[tuple[int, int]]) -> None:
        changes = list(SealedFile.open(path, self._file_key(path)).erased(ranges))
        durable.rewrite(self._directory, path.relative_to(self._directory).as_posix(), changes)

    def clean_pages(self, file: BinaryIO, alone: Alone) -> None:
        if changes := self._pages.cleaned(file):
            with alone:
                durable.rewrite(self._directory, DATABASE, changes, file)

    def searchable(self, path: Path, file: IO[bytes]) -> Iterator[bytes | mmap.mmap]:
        name = path.relative_to(self._directory)
        if name.as_posix() == DATABASE:
            yield from _joined(self._pages.readable(file))
        elif name.as_posix() == f"{DATABASE}-wal":
            yield from _joined(self._pages.readable_log(file))
        elif name.parts[0] in (BANK, DERIVED) and not name.name.endswith(durable.PARTIAL):
            try:
                whole = SealedFile.open(path, self._file_key(path))
            except ValueError:  # cut off, or none of ours
                yield from PLAIN.searchable(path, file)
                return
            for at in range(0, whole.length, WINDOW):
                yield bytes(whole.read(at, at + WINDOW))
        else:
            yield from PLAIN.searchable(path, file)

    def _file_key(self, path: Path) -> bytes:
        # Under a key of its own, no file can be put in another's place.
        return self._key.of(f"file {path.parent.name}/{path.name}")


def cipher_of(directory: Path, key: DataKey | None) -> Cipher:
    return PLAIN if key is None else Sealed(directory, key)


def _joined(parts: Iterable[bytes]) -> Iterator[bytes]:
    some = bytearray()
    for part in parts:
        some += part
        if len(some) >= WINDOW:
            yield bytes(some)
            some.clear()
    yield bytes(some)
