"""Zip archives: the readable files in them, bounded in number, size, compression ratio and depth.

Members are unpacked in memory, one at a time, and counted while they are unpacked: what a zip says about itself
is not believed. A member that cannot be read costs only itself and is told in the notes of the last item.
"""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from app.errors import Skipped, Unreadable
from app.parsing.encoding import SAMPLE, tidy
from app.parsing.items import MB, Item, Limits, Source, require_size, too_large
from app.parsing.registry import read_inner
from app.parsing.sniff import sniff

_IGNORED = ("__MACOSX/", ".DS_Store", "Thumbs.db")
_CHUNK = 1 * MB
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
    problems: Counter[str] = Counter()
    held: Item | None = None  # the last one carries the notes
    for info in members:
        try:
            if _is_no_text(archive, info):
                continue
            data = _unpack(archive, info, min(limits.member_bytes, limits.unpacked_bytes - unpacked), limits)
            unpacked += len(data)
            for item in read_inner(info.filename, data, source, limits, tidy(info.filename)):
                if held:
                    yield held
                held = item
        except _Bomb as error:
            raise Unreadable("a zip bomb, or far too large when unpacked: not opened") from error
        except Skipped:
            continue
        except Unreadable as error:
            problems[error.reason] += 1
    if held:
        notes = (f"{count} files in it: {reason}" for reason, count in problems.most_common(10))
        yield replace(held, notes=(*held.notes, *notes))
    elif problems:
        raise Unreadable(f"nothing in it can be read; mostly: {problems.most_common(1)[0][0]}")


def _is_no_text(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    """Whether the first bytes already say so, as for the pictures of a phone's backup."""
    if info.flag_bits & 1:
        return False
    try:
        with archive.open(info) as stream:
            head = stream.read(SAMPLE)
        if not head.startswith(b"PK"):
            sniff(Source(info.filename, data=head))
    except Skipped:
        return True
    except (Unreadable, *_DAMAGE):
        return False  # told when it is read
    return False


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
