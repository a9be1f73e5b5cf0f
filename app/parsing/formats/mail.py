"""Mail: a single message (.eml, Maildir) and mailboxes (mbox), attachments included.

The standard library's parser does the work. Its mailbox class is not used: it opens the file for writing
and scans it all before the first message, while a mailbox of 10 GB must be streamed. A reply's quoted tail
becomes a "quoted" block, of what it quotes directly, when the reply refers to another mail and is no forward; it is
read only where that mail is not known (`app.passages.quoted_tails`). A message that cannot be parsed is
kept as its raw text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import BinaryIO

from app.errors import NotRead
from app.parsing.encoding import decode, tidy
from app.parsing.formats.html import html_blocks, html_text, parse_html
from app.parsing.formats.quotes import directly_quoted, split_quoted
from app.parsing.formats.text import paragraphs
from app.parsing.items import Block, Item, Limits, Source, require_size, under

_FORWARD = re.compile(r"\s*(?:fwd?|wg|tr|rv|i|doorst|enc)\s*:", re.I)
_BOUNDARY = re.compile(rb"From \S*.{0,80}\d{4}")
_LINE = 1 << 20
_BOUNDARIES = 200  # multiparts in one mail
_HEADER = 10_000  # characters of one header
_SHORT = 40  # a plain part shorter than this next to an HTML part only says "view in a browser"


def read_mail(source: Source, limits: Limits) -> Iterator[Item]:
    yield from message_items(source.read(limits.message_bytes), source, limits, "")


def read_mbox(source: Source, limits: Limits) -> Iterator[Item]:
    require_size(source, limits.mailbox_bytes)
    with source.open() as stream:
        for number, data in enumerate(_messages(stream, limits.message_bytes), 1):
            yield from message_items(data, source, limits, f"message {number}")


def _messages(stream: BinaryIO, limit: int) -> Iterator[bytes]:
    """The messages of an mbox, each cut at `limit` bytes."""
    lines: list[bytes] = []
    size = 0
    after_blank = True
    while line := stream.readline(_LINE):
        if after_blank and _BOUNDARY.match(line):
            if lines:
                yield b"".join(lines)
            lines, size = [], 0
        elif size < limit:
            line = line[1:] if line.startswith(b">From ") else line
            lines.append(line)
            size += len(line)
        after_blank = not line.strip()
    if lines:
        yield b"".join(lines)


def message_items(data: bytes, source: Source, limits: Limits, place: str) -> Iterator[Item]:
    """The mail itself and then what its attachments hold."""
    try:
        if data.count(b"boundary=") > _BOUNDARIES:
            raise ValueError("the parser takes quadratic time over nested parts")
        # The old policy: the new one's header parser is ten times slower and fails on malformed headers.
        message = BytesParser().parsebytes(data)
        parts = list(_own_parts(message))
    except Exception:  # the parser raises many types on broken headers
        yield Item(
            source.stem, paragraphs(decode(data[: limits.markup_bytes]), place), notes=("broken mail",)
        )
        return
    title = _header(message, "subject") or source.stem
    author = _header(message, "from")
    date = _date(message)
    attached = _attachments(parts)
    notes: list[str] = []
    items: list[Item] = []
    for name, content in attached:
        try:
            items += _attachment_items(name, content, source, limits, place)
        except NotRead as error:
            notes.append(f"attachment {name}: {error.reason}")
    fields = [f"{label}: {value}" for label in ("To", "Cc") if (value := _header(message, label))]
    if attached:
        fields.append("Attachments: " + ", ".join(name for name, _ in attached))
    blocks = [Block("\n".join(fields), place, "fields")] if fields else []
    blocks += _body(message, parts, title, place)
    yield Item(title, blocks, author, date, tuple(notes))
    for item in items:
        inner_title = f"{item.title} (attached to: {title})"
        yield Item(inner_title, item.blocks, item.author or author, item.date or date, item.notes)


def _header(message: Message, name: str) -> str:
    """A header with its encoded words decoded, on one line; "" when there is none."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    return _decoded(raw)


def _decoded(raw: str) -> str:
    raw = raw[:_HEADER]
    if not raw.isascii():  # bytes without a charset
        raw = decode(raw.encode("utf-8", "surrogateescape"))
    try:
        text = str(make_header(decode_header(raw))) if "=?" in raw else raw
    except (HeaderParseError, LookupError, ValueError):
        text = raw
    return re.sub(r"\s+", " ", tidy(text)).replace('"', "").strip()


def _date(message: Message) -> str | None:
    try:
        return parsedate_to_datetime(_header(message, "date")).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _filename(part: Message) -> str:
    return _decoded(part.get_filename() or "")


def _attachments(parts: list[Message]) -> list[tuple[str, bytes]]:
    """Names and bytes of the attached files, pictures aside, and of attached mails."""
    found = []
    for part in parts:
        kind = part.get_content_type()
        inner = part.get_payload()
        if kind == "message/rfc822" and isinstance(inner, list) and isinstance(inner[0], Message):
            found.append((_filename(part) or "attached mail.eml", inner[0].as_bytes()))
        elif (name := _filename(part)) and not part.is_multipart() and not kind.startswith("image/"):
            found.append((name, _payload(part)))
    return found


def _payload(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _attachment_items(name: str, content: bytes, source: Source, limits: Limits, place: str) -> list[Item]:
    from app.parsing.registry import read_inner

    return list(read_inner(name, content, source, limits, under(place, f"attachment {name}")))


def _body(message: Message, parts: list[Message], title: str, place: str) -> list[Block]:
    own = [part for part in parts if not part.is_multipart() and not _filename(part)]
    plain = "\n\n".join(_part_text(part) for part in own if part.get_content_type() == "text/plain").strip()
    pages = [part for part in own if part.get_content_type() == "text/html"]
    if pages and len(plain) < _SHORT:
        blocks = []
        for part in pages:
            root = parse_html(
                html_text(_payload(part)) if not part.get_content_charset() else _part_text(part)
            )
            blocks += html_blocks(root, place) if root is not None else []
        if blocks:
            return blocks
    is_reply = bool(_header(message, "in-reply-to") or _header(message, "references"))
    if not is_reply or _FORWARD.match(title):
        return paragraphs(plain, place)
    text, quoted = split_quoted(plain)
    direct = directly_quoted(quoted)
    tail = [Block(direct, place, "quoted")] if direct else []
    return paragraphs(text, place) + tail


def _own_parts(message: Message) -> Iterator[Message]:
    """The message and its parts in order, without the parts of mails attached to it."""
    pending = [message]
    while pending:
        part = pending.pop()
        yield part
        inner = part.get_payload()
        if isinstance(inner, list) and part.get_content_type() != "message/rfc822":
            pending += [child for child in reversed(inner) if isinstance(child, Message)]


def _part_text(part: Message) -> str:
    data = _payload(part)
    try:
        charset = part.get_content_charset() or ""
        if charset in ("", "us-ascii"):
            return decode(data)
        return tidy(data.decode(charset, "replace"))
    except LookupError:
        return decode(data)
