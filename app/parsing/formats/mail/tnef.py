"""Outlook's envelope around a mail (winmail.dat, TNEF): its text, where the mail has it only there, and what is attached.

Of a text in plain, HTML and packed RTF the first that is there is read. What is damaged is read as far as it goes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.errors import NotRead, Unreadable
from app.parsing.declared import decode_declared
from app.parsing.encoding import tidy
from app.parsing.formats.html import html_blocks, html_text, parse_html
from app.parsing.formats.rtf import rtf_blocks, unpacked
from app.parsing.formats.text import paragraphs
from app.parsing.items import Block, Item, Limits, Source
from app.parsing.notes import Unread
from app.parsing.registry import read_inner

_DAMAGED = "damaged winmail.dat: ask the sender for the files as they are, or save the mail in Outlook again"


def read_tnef(source: Source, limits: Limits) -> Iterator[Item]:
    from tnefparse import TNEF

    logging.getLogger("tnefparse").setLevel(logging.CRITICAL)  # it would log what it cannot read
    try:
        envelope = TNEF(source.read(limits.message_bytes), do_checksum=False)
    except (MemoryError, NotRead):
        raise
    except Exception as error:  # the library raises anything on damage
        raise Unreadable(_DAMAGED) from error
    if not envelope.has_body() and not envelope.attachments:
        raise Unreadable(_DAMAGED)
    yield from _items(envelope, source, limits)


def _items(envelope: Any, source: Source, limits: Limits) -> Iterator[Item]:
    facts = {prop.name: prop.data for prop in envelope.msgprops}
    subject = facts.get(envelope.ATTSUBJECT)
    date = facts.get(envelope.ATTDATESENT)
    stamp = date.isoformat() if isinstance(date, datetime) else None
    blocks = _text(envelope)
    unread = Unread()
    title = _string(subject, envelope) or source.stem
    yield Item(title, blocks, date=stamp, date_source="header" if stamp else "")
    for number, attachment in enumerate(envelope.attachments, 1):
        name = _string(attachment.long_filename(), envelope) or f"attachment {number}"
        data = b"".join(attachment.data) if isinstance(attachment.data, list) else attachment.data
        try:
            if hasattr(attachment, "embed"):
                yield from _items(attachment.embed, source, limits)
            elif isinstance(data, bytes) and data:
                yield from read_inner(name, data, source, limits, name)
            else:
                unread.add(name, "nothing in it")
        except NotRead as error:
            unread.add(name, error.reason)
    yield Item(title, [], notes=unread.notes())


def _text(envelope: Any) -> list[Block]:
    plain = _string(envelope.body, envelope)
    if plain:
        return paragraphs(plain)
    page = envelope.htmlbody
    if isinstance(page, list):
        page = page[0] if page else b""
    root = parse_html(html_text(page) if isinstance(page, bytes) else tidy(str(page or "")))
    if root is not None and (blocks := html_blocks(root)):
        return blocks
    packed = envelope._rtfbody
    packed = packed[0] if isinstance(packed, list) and packed else packed
    return rtf_blocks(unpacked(packed).decode("latin-1")) if isinstance(packed, bytes) else []


def _string(value: object, envelope: Any) -> str:
    """A name or text, in the code page of the envelope where it is bytes."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, bytes):
        value = decode_declared(value.rstrip(b"\0"), envelope.codepage)
    return tidy(value).strip("\0 \r\n") if isinstance(value, str) else ""
