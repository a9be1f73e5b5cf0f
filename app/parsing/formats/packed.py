"""Tar archives, 7-Zip archives and single files packed with gzip, bzip2 or xz: what is readable in them.

Tar is read as a stream, a member in memory at a time; 7-Zip packs files together, so all of them must fit. Both count
what is unpacked while it is unpacked. A member that is not read costs only itself and is noted.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, Any

from app.errors import NotRead, Unreadable
from app.parsing.encoding import tidy
from app.parsing.items import MB, Item, Limits, Source, require_size, too_large
from app.parsing.notes import Unread
from app.parsing.registry import read_inner

_IGNORED = ("__MACOSX/", ".DS_Store", "Thumbs.db")
_BOMB = "far too large when unpacked (a bomb?): not opened"
_DAMAGE = (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, OSError, ValueError)
_BROKEN = "damaged, or cut short: unpack it into a folder"
_TAR_MARK = slice(257, 262)


def read_packed(source: Source, limits: Limits) -> Iterator[Item]:
    """A file packed by itself, or a packed tar."""
    require_size(source, limits.archive_bytes)
    with source.open() as raw:
        unpacked = _Counted(_unpacker(raw), source.size, limits)
        try:
            start = unpacked.read(512)
        except _DAMAGE as error:
            raise Unreadable(_BROKEN) from error
        if start[_TAR_MARK] != b"ustar":
            try:
                data = start + unpacked.read(limits.member_bytes + 1)
            except _DAMAGE as error:
                raise Unreadable(_BROKEN) from error
            if len(data) > limits.member_bytes:
                raise Unreadable(too_large(limits.member_bytes))
            yield from read_inner(_inner_name(source), data, source, limits, "")
            return
    with source.open() as raw:
        yield from _tar(_Counted(_unpacker(raw), source.size, limits), source, limits)


def read_tar(source: Source, limits: Limits) -> Iterator[Item]:
    require_size(source, limits.archive_bytes)
    with source.open() as raw:
        yield from _tar(raw, source, limits)


def _unpacker(raw: IO[bytes]) -> IO[bytes]:
    magic = raw.read(3)
    raw.seek(0)
    if magic.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=raw)  # type: ignore[return-value]
    return bz2.BZ2File(raw) if magic == b"BZh" else lzma.LZMAFile(raw)


class _Counted:
    """A stream that refuses to give more than an honest archive of this size holds."""

    def __init__(self, stream: IO[bytes], packed: int, limits: Limits) -> None:
        self.stream = stream
        self.left = min(limits.unpacked_bytes, max(16 * MB, limits.ratio * packed))

    def read(self, size: int = -1) -> bytes:
        pieces = []
        while size:
            piece = self.stream.read(min(size, MB) if size > 0 else MB)
            if not piece:
                break
            self.left -= len(piece)
            if self.left < 0:
                raise Unreadable(_BOMB)
            pieces.append(piece)
            size -= len(piece) if size > 0 else 0
        return b"".join(pieces)


def _inner_name(source: Source) -> str:
    name = source.name
    return PurePosixPath(name).stem if source.suffix in (".gz", ".bz2", ".xz", ".lzma") else name


def _tar(stream: Any, source: Source, limits: Limits) -> Iterator[Item]:
    unread = Unread()
    count = 0
    try:
        with tarfile.open(fileobj=stream, mode="r|", errors="surrogateescape") as archive:
            for member in archive:
                name = tidy(member.name)
                if not member.isfile() or name.startswith(_IGNORED[0]) or name.endswith(_IGNORED[1:]):
                    continue
                count += 1
                if count > limits.members:
                    raise Unreadable(f"holds more than {limits.members} files: unpack it into a folder")
                if member.size > limits.member_bytes:
                    unread.add(name, too_large(limits.member_bytes))
                    continue
                content = archive.extractfile(member)
                data = content.read() if content else b""
                try:
                    yield from read_inner(name, data, source, limits, name)
                except NotRead as error:
                    unread.add(name, error.reason)
    except _DAMAGE as error:
        if not count:
            raise Unreadable(_BROKEN) from error
        unread.add("what follows", _BROKEN)
    yield Item(source.stem, [], notes=unread.notes())


def read_seven_zip(source: Source, limits: Limits) -> Iterator[Item]:
    import py7zr
    from py7zr.exceptions import PasswordRequired, UnsupportedCompressionMethodError
    from py7zr.io import BytesIOFactory

    require_size(source, limits.archive_bytes)
    unread = Unread()
    with source.open() as stream:
        try:
            with py7zr.SevenZipFile(stream) as archive:
                if archive.needs_password():
                    raise Unreadable("protected by a password: unpack it into a folder")
                files = [entry for entry in archive.list() if not entry.is_directory]
                if len(files) > limits.members:
                    raise Unreadable(f"holds more than {limits.members} files: unpack it into a folder")
                if sum(entry.uncompressed for entry in files) > limits.member_bytes:
                    raise Unreadable(too_large(limits.member_bytes))
                factory = BytesIOFactory(limits.member_bytes)
                archive.extractall(factory=factory)
        except PasswordRequired as error:
            raise Unreadable("protected by a password: unpack it into a folder") from error
        except UnsupportedCompressionMethodError as error:
            raise Unreadable("packed in an unusual way: unpack it into a folder") from error
    for raw_name, product in factory.products.items():
        name = tidy(raw_name)
        if name.startswith(_IGNORED[0]) or name.endswith(_IGNORED[1:]):
            continue
        product.seek(0)
        try:
            yield from read_inner(name, product.read(), source, limits, name)
        except NotRead as error:
            unread.add(name, error.reason)
    yield Item(source.stem, [], notes=unread.notes())
