"""Mailboxes (mbox), one mail after the other.

The standard library's mailbox class is not used: it opens the file for writing and scans it all before the first message,
while a mailbox of 10 GB must be streamed. A line that begins a message is one that says when, after an empty line and
before a header; a message that gives its length is taken at its word where the next one begins there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from app.errors import Skipped
from app.parsing.formats.mail.headers import is_trash_folder
from app.parsing.formats.mail.message import THROWN_AWAY, message_items, was_thrown_away
from app.parsing.items import Item, Limits, Source, require_size

_BOUNDARY = re.compile(rb"From (?:\S.*)?\d{1,2}:\d{2}.*\d{4}|From (?:\S.*)?\d{4}.*\d{1,2}:\d{2}")
_HEADER = re.compile(rb"[!-9;-~]+:|>From |From |\s*$")
_QUOTED = re.compile(rb">+From ")
_LENGTH = re.compile(rb"^content-length:\s*(\d{1,12})\s*$", re.I | re.M)
_LINE = 1 << 20


def read_mbox(source: Source, limits: Limits) -> Iterator[Item]:
    require_size(source, limits.mailbox_bytes)
    if is_trash_folder(PurePosixPath(source.name).name):
        raise Skipped(THROWN_AWAY)
    thrown_away = 0
    with source.open() as stream:
        for number, data in enumerate(_messages(stream, limits.message_bytes), 1):
            for item in message_items(data, source, limits, f"message {number}"):
                if was_thrown_away(item):
                    thrown_away += 1
                else:
                    yield item
    if thrown_away:
        yield Item(source.stem, [], notes=(f"{thrown_away} mails {THROWN_AWAY}",))


def _messages(stream: BinaryIO, limit: int) -> Iterator[bytes]:
    """The messages of an mbox, each cut at `limit` bytes."""
    lines: list[bytes] = []
    size = 0
    after_blank, in_header = True, True
    line = stream.readline(_LINE).lstrip(b"\xef\xbb\xbf")
    while line:
        if after_blank and _BOUNDARY.match(line) and _HEADER.match(_next_line(stream)):
            if lines:
                yield b"".join(lines)
            lines, size, in_header = [], 0, True
        elif size < limit:
            lines.append(line[1:] if _QUOTED.match(line) else line)
            size += len(line)
        after_blank = not line.strip()
        if in_header and after_blank and lines:
            in_header = False
            body = _measured_body(stream, b"".join(lines), limit)
            lines.append(body)
            size += len(body)
        line = stream.readline(_LINE)
    if lines:
        yield b"".join(lines)


def _next_line(stream: BinaryIO) -> bytes:
    here = stream.tell()
    line = stream.readline(_LINE)
    stream.seek(here)
    return line


def _measured_body(stream: BinaryIO, head: bytes, limit: int) -> bytes:
    """The body whose length the header gives, b"" where it gives none or no message begins behind it."""
    found = _LENGTH.search(head)
    here = stream.tell()
    if not found or int(found[1]) > limit:
        return b""
    body = stream.read(int(found[1]))
    behind = stream.read(8).lstrip(b"\r\n")
    if len(body) == int(found[1]) and (not behind or behind.startswith(b"From ")):
        stream.seek(here + len(body))
        return body
    stream.seek(here)
    return b""
