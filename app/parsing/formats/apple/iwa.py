"""The texts inside Apple's IWA files, which Pages, Keynote and Numbers are made of.

An IWA file is snappy-packed messages of protocol buffers. Those that hold text are the same in all three programs, so
numbers-parser's classes read them; the order of slides, which only Keynote has, is read field by field.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from app.errors import Unreadable
from app.parsing.encoding import tidy
from app.parsing.items import Limits, too_large

_TEXT = (2001, 2005)  # TSWP.StorageArchive
_TABLE_VALUES = 6005  # TST.TableDataList
_SHOW, _SLIDE_NODE, _SLIDES = 2, 4, (5, 6)  # of Keynote
_ATTACHMENT = "\ufffc"
KINDS = {1: "header", 2: "footnote", 4: "note", 7: "contents"}


@dataclass(frozen=True)
class Message:
    """A message of an IWA file: the object that it describes, its type and its bytes."""

    part: str
    object: int
    type: int
    data: bytes


@dataclass(frozen=True)
class Text:
    """A text of a document. part: the IWA file it is in; kind: a value of KINDS, "cells" or ""."""

    part: str
    kind: str
    text: str


def messages(archive: zipfile.ZipFile, limits: Limits) -> Iterator[Message]:
    """All messages of a document, those of templates left out. Raises Unreadable; any error on what is no IWA."""
    names = archive.namelist()
    if "Index.zip" in names:  # of 2013
        with zipfile.ZipFile(io.BytesIO(archive.read("Index.zip"))) as inner:
            yield from _of_parts(inner, limits)
        return
    yield from _of_parts(archive, limits)


def _of_parts(archive: zipfile.ZipFile, limits: Limits) -> Iterator[Message]:
    left = limits.document_bytes
    for name in archive.namelist():
        part = name.rpartition("/")[2]
        if not part.endswith(".iwa") or part.startswith(("MasterSlide", "TemplateSlide", "Stylesheet")):
            continue
        data = _unpacked(archive.read(name), left)
        left -= len(data)
        yield from _messages(part, data)
        if left <= 0:
            raise Unreadable(too_large(limits.document_bytes))


def _unpacked(data: bytes, most: int) -> bytes:
    import snappy

    pieces, size = [], 0
    while data:
        (length,) = struct.unpack("<I", data[1:4] + b"\0")
        pieces.append(snappy.uncompress(data[4 : 4 + length]))
        size += len(pieces[-1])
        if size > most:
            raise Unreadable(too_large(most))
        data = data[4 + length :]
    return b"".join(pieces)


def _messages(part: str, data: bytes) -> Iterator[Message]:
    from google.protobuf.internal.decoder import _DecodeVarint32
    from numbers_parser.generated.TSPArchiveMessages_pb2 import ArchiveInfo

    at = 0
    while at < len(data):
        length, at = _DecodeVarint32(data, at)
        info = ArchiveInfo.FromString(data[at : at + length])
        at += length
        for one in info.message_infos:
            yield Message(part, info.identifier, one.type, data[at : at + one.length])
            at += one.length


def texts(found: list[Message]) -> Iterator[Text]:
    """The texts of a document in the order of its parts."""
    from numbers_parser.generated.TSTArchives_pb2 import TableDataList
    from numbers_parser.generated.TSWPArchives_pb2 import StorageArchive

    for message in found:
        if message.type in _TEXT:
            storage = StorageArchive.FromString(message.data)
            text = tidy("".join(storage.text).replace(_ATTACHMENT, " "))
            kind = KINDS.get(storage.kind, "")
        elif message.type == _TABLE_VALUES:
            values = TableDataList.FromString(message.data)
            text = tidy("\n".join(entry.string for entry in values.entries if entry.string))
            kind = "cells"
        else:
            continue
        if text.strip():
            yield Text(message.part, kind, text)


def slide_parts(found: list[Message]) -> list[str]:
    """The IWA files of a presentation's slides as they are shown; [] where that cannot be told."""
    parts = {message.object: message.part for message in found if message.type in _SLIDES}
    nodes = {message.object: message.data for message in found if message.type == _SLIDE_NODE}
    show = next((message.data for message in found if message.type == _SHOW), b"")
    shown = []
    for tree in _field(show, 3):
        for node in _field(tree, 2):
            slide = next(iter(_field(nodes.get(_identifier(node), b""), 2)), b"")
            shown.append(parts.get(_identifier(slide), ""))
    return [part for part in shown if part]


def _identifier(reference: bytes) -> int:
    return next((value for number, value in fields(reference) if number == 1 and isinstance(value, int)), 0)


def _field(message: bytes, wanted: int) -> list[bytes]:
    return [value for number, value in fields(message) if number == wanted and isinstance(value, bytes)]


def fields(message: bytes) -> list[tuple[int, int | bytes]]:
    """Number and value of each field of a message, as far as they go."""
    found: list[tuple[int, int | bytes]] = []
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        value: int | bytes
        if key & 7 == 0:
            value, at = _varint(message, at)
        elif key & 7 in (1, 5):
            size = 8 if key & 7 == 1 else 4
            value, at = message[at : at + size], at + size
        elif key & 7 == 2:
            size, at = _varint(message, at)
            value, at = message[at : at + size], at + size
        else:
            break
        found.append((key >> 3, value))
    return found


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message) and shift < 70:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            break
    return value, at
