"""Outlook's messages (.msg): sender, recipients, date, text and attachments.

Of a message in plain text, HTML and RTF the first that is there is read. Attached messages are named, not read.
"""

from __future__ import annotations

import email.utils
from collections.abc import Iterator
from typing import Any

from app.errors import NotRead
from app.parsing.encoding import tidy
from app.parsing.formats.html import html_blocks, parse_html
from app.parsing.formats.rtf import rtf_blocks, unpacked
from app.parsing.formats.text import paragraphs
from app.parsing.items import Block, Item, Limits, Source
from app.parsing.notes import Unread
from app.parsing.registry import read_inner

_PACKED_RTF = 0x1009


def read_msg(source: Source, limits: Limits) -> Iterator[Item]:
    from oxmsg import Message

    message = Message.load(source.read(limits.message_bytes))
    title = tidy(message.subject).strip() or source.stem
    recipients = [_person(recipient) for recipient in message.recipients]
    blocks = [Block(f"to: {', '.join(filter(None, recipients))}", kind="fields")] if any(recipients) else []
    unread = Unread()
    try:
        blocks += _text(message)
    except ValueError:  # the attachments are still there
        unread.add("the message", "its packed text is damaged: open it in Outlook and save it again")
    else:
        if not blocks:
            unread.add("the message", "no text in it: save it as EML")
    yield Item(title, blocks, _sender(message), _date(message), date_source="header")
    for number, attachment in enumerate(message.attachments, 1):
        name = tidy(attachment.file_name or f"attachment {number}")
        try:
            data = attachment.file_bytes
            if data is None:
                unread.add(name, "an attached message or object: save it by itself")
            else:
                yield from read_inner(name, data, source, limits, name)
        except NotRead as error:
            unread.add(name, error.reason)
    yield Item(title, [], notes=unread.notes())


def _text(message: Any) -> list[Block]:
    plain = tidy(message.body or "").strip()
    if plain:
        return paragraphs(plain)
    root = parse_html(tidy(message.html_body or ""))
    if root is not None and (blocks := html_blocks(root)):
        return blocks
    packed = _packed_rtf(message)
    return rtf_blocks(unpacked(packed).decode("latin-1")) if packed else []


def _packed_rtf(message: Any) -> bytes:
    """The text as Outlook's own programs keep it, b"" where there is none."""
    value = message.properties.binary_prop_value(_PACKED_RTF)
    return value if isinstance(value, bytes) else b""


def _person(recipient: Any) -> str:
    name, address = tidy(recipient.name or "").strip(), tidy(recipient.email_address or "").strip()
    return f"{name} <{address}>" if name and address and name != address else name or address


def _sender(message: Any) -> str:
    return " ".join(tidy(message.sender or "").replace('"', "").split())


def _date(message: Any) -> str | None:
    if message.sent_date:
        return str(message.sent_date.isoformat())
    for name in ("Date", "date"):
        try:
            return email.utils.parsedate_to_datetime(message.message_headers[name]).isoformat()
        except (KeyError, ValueError, TypeError):
            continue
    return None
