"""Zip archives: the readable files in them, bounded in number, size, compression ratio and depth.

Members are unpacked in memory, one at a time, and counted while they are unpacked: what a zip says about itself
is not believed. A member that is not read costs only itself; what such members have in common is one note. Names that
the zip does not mark as UTF-8 are in the code page of whoever packed it: all of them together tell which.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator

from app.errors import NotRead, Unreadable
from app.parsing.encoding import SAMPLE
from app.parsing.formats.zip_names import member_names
from app.parsing.items import MB, Item, Limits, Source, require_size, too_large, without_ids
from app.parsing.notes import Unread
from app.parsing.registry import read_inner
from app.parsing.sniff import sniff

_IGNORED = ("__MACOSX/", ".DS_Store", "Thumbs.db")
_CHUNK = 1 * MB
_BESIDE = 20 * MB  # of a member that is read to understand another
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def read_zip(source: Source, limits: Limits) -> Iterator[Item]:
    require_size(source, limits.archive_bytes)
    with source.open() as stream, zipfile.ZipFile(stream) as archive:
        members = [info for info in archive.infolist() if not info.is_dir() and not _ignored(info.filename)]
        if len(members) > limits.members:
            raise Unreadable(
                f"holds {len(members)} files, more than {limits.members}: unpack it into a folder"
            )
        if members and all(info.flag_bits & 1 for info in members):
            raise Unreadable("protected by a password: unpack it into a folder")
        yield from _members(archive, members, source, limits)


def _ignored(name: str) -> bool:
    return name.startswith(_IGNORED[0]) or name.endswith(_IGNORED[1:])


def _members(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], source: Source, limits: Limits
) -> Iterator[Item]:
    unpacked = 0
    unread = Unread()
    names = member_names(members)
    by_name = dict(zip(names, members, strict=True))

    def near(path: str) -> bytes | None:
        info = by_name.get(posixpath.normpath(path))
        try:
            return _unpack(archive, info, _BESIDE, limits) if info else None
        except (NotRead, _Bomb):
            return None

    for info, name in zip(members, names, strict=True):
        try:
            _refuse_no_text(archive, info, name)
            data = _unpack(archive, info, min(limits.member_bytes, limits.unpacked_bytes - unpacked), limits)
            unpacked += len(data)
            yield from read_inner(name, data, source, limits, without_ids(name), near)
        except _Bomb as error:
            raise Unreadable("a zip bomb, or far too large when unpacked: not opened") from error
        except NotRead as error:
            unread.add(name, error.reason)
    yield Item(source.stem, [], notes=unread.notes())


def _refuse_no_text(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> None:
    """Raises Skipped if the first bytes already say so, as for the pictures of a phone's backup."""
    if info.flag_bits & 1:
        return
    try:
        with archive.open(info) as stream:
            head = stream.read(SAMPLE)
        if not head.startswith(b"PK"):
            sniff(Source(name, data=head))
    except (Unreadable, *_DAMAGE):
        pass  # told when it is read


class _Bomb(Exception):
    """A member unpacks to more than anything honest does."""


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int, limits: Limits) -> bytes:
    if info.flag_bits & 1:
        raise Unreadable("protected by a password: unpack it into a folder")
    pieces = []
    size = 0
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                pieces.append(chunk)
                size += len(chunk)
                if size > 16 * _CHUNK and size > limits.ratio * max(info.compress_size, 1):
                    raise _Bomb
                if size > limit:
                    if limit < limits.member_bytes:
                        raise _Bomb
                    raise Unreadable(too_large(limit))
    except _DAMAGE as error:
        raise Unreadable("damaged, or packed in an unusual way: unpack it into a folder") from error
    return b"".join(pieces)
