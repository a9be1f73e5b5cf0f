"""A single mail (.eml, Maildir, Apple's .emlx, saved pages in .mht), attachments included.

The standard library's parser does the work. A reply's quoted tail becomes a "quoted" block, of what it quotes directly, when
the reply refers to another mail and is no forward; it is read only where that mail is not known
(`app.passages.quoted_tails`). A message that cannot be parsed is kept as its raw text. What its owner threw away is not
read, and that is noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

from app.errors import NotRead, Skipped
from app.parsing.declared import decode_declared
from app.parsing.encoding import decode
from app.parsing.formats.html import html_blocks, html_text, page_facts, parse_html
from app.parsing.formats.mail.body import Contents, contents, payload
from app.parsing.formats.mail.headers import (
    header,
    is_trash_folder,
    labels,
    mail_date,
    marked_spam,
    thrown_away,
)
from app.parsing.formats.mail.quotes import directly_quoted, split_quoted
from app.parsing.formats.mail.signed import signed_content
from app.parsing.formats.text import paragraphs
from app.parsing.items import Block, Item, Limits, Source, under

THROWN_AWAY = "in the mail program's trash or spam: not remembered"
_FORWARD = re.compile(r"\s*(?:fwd?|wg|tr|rv|i|doorst|enc|转发|轉寄)\s*[:：]", re.I)
_BOUNDARIES = 200  # multiparts in one mail
_BLANK = b"\xef\xbb\xbf \t\r\n"
_MAILDIR_FLAGS = re.compile(r"[:;!]2,([A-Za-z]*)$")
_EMLX_START = re.compile(rb"\s*(\d{1,10})[ \t]*\r?\n")
_EMLX_FLAGS = re.compile(rb"<key>flags</key>\s*<(?:integer|string)>(\d+)<")
_EMLX_DELETED = 1 << 1
_ENVELOPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_PAGE_SAVERS = ("snapshot-content-location", "content-location")


def read_mail(source: Source, limits: Limits) -> Iterator[Item]:
    flags = _MAILDIR_FLAGS.search(source.name)
    folder = source.path.parent if source.path else Path()
    names = (folder.name, folder.parent.name if folder.name in ("cur", "new") else "")
    if (flags and "T" in flags[1]) or ((flags or folder.name == "new") and any(map(is_trash_folder, names))):
        raise Skipped(THROWN_AWAY)
    data = source.read(limits.message_bytes)
    start = _EMLX_START.match(data)
    if start:
        size = int(start[1])
        data, rest = data[start.end() : start.end() + size], data[start.end() + size :]
        found = _EMLX_FLAGS.search(rest)
        if found and int(found[1]) & _EMLX_DELETED:
            raise Skipped(THROWN_AWAY)
    for item in message_items(data, source, limits, ""):
        if was_thrown_away(item):
            raise Skipped(THROWN_AWAY)
        yield item


def was_thrown_away(item: Item) -> bool:
    return item.notes == (THROWN_AWAY,)


def message_items(data: bytes, source: Source, limits: Limits, place: str) -> Iterator[Item]:
    """The mail itself and then what its attachments hold; an item of notes alone for what was thrown away."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode()
    try:
        if data.count(b"boundary=") > _BOUNDARIES:
            raise ValueError("the parser takes quadratic time over nested parts")
        # The old policy: the new one's header parser is ten times slower and fails on malformed headers.
        message = BytesParser().parsebytes(data.lstrip(_BLANK))
        if thrown_away(message):
            yield Item("", [], notes=(THROWN_AWAY,))
            return
        page = _saved_page(message)
        held = contents(_opened(message), place, _is_reply(message)) if page is None else None
    except Exception:  # the parser raises many types on broken headers
        yield Item(
            source.stem, paragraphs(decode(data[: limits.markup_bytes]), place), notes=("broken mail",)
        )
        return
    if held is None:
        assert page is not None
        yield _page_item(message, page, source, place)
        return
    yield from _mail_items(message, held, source, limits, place)


def _opened(message: Message) -> Message:
    """The mail inside a signed envelope, or the mail as it is."""
    if message.get_content_type() in _ENVELOPES:
        inside = signed_content(payload(message))
        if inside is not None:
            return BytesParser().parsebytes(inside.lstrip(_BLANK))
    return message


def _mail_items(
    message: Message, held: Contents, source: Source, limits: Limits, place: str
) -> Iterator[Item]:
    charset = message.get_content_charset() if message.get_content_maintype() == "text" else None
    title = header(message, "subject", charset) or source.stem
    author = header(message, "from", charset) or header(message, "sender", charset)
    date = mail_date(message)
    notes = list(held.notes)
    items: list[Item] = []
    for name, content in held.attached:
        try:
            items += _attachment_items(name, content, source, limits, place)
        except NotRead as error:
            notes.append(f"{under(place, f'attachment {name}')}: {error.reason}")
    fields = [
        f"{label}: {value}"
        for label in ("To", "Cc", "Bcc")
        if (value := header(message, label.lower(), charset))
    ]
    if held.attached:
        fields.append("Attachments: " + ", ".join(name for name, _ in held.attached))
    marks = [*labels(message), *(["spam, as a filter took it"] if marked_spam(message) else [])]
    if marks:
        fields.append("Labels: " + ", ".join(marks))
    blocks = [Block("\n".join(fields), place, "fields")] if fields else []
    blocks += _body(message, held, place)
    if not blocks and header(message, "subject"):
        blocks = [Block(title, place)]  # all that was said stands in the subject
    yield Item(title, blocks, author, date, tuple(notes), "header" if date else "")
    for item in items:
        if not item.date and date:
            item = replace(item, date=date, date_source="header")
        inner_title = f"{item.title} (attached to: {title})"
        yield replace(item, title=inner_title, author=item.author or author)


def _attachment_items(name: str, content: bytes, source: Source, limits: Limits, place: str) -> list[Item]:
    from app.parsing.registry import read_inner

    limits = replace(limits, programs=limits.attached_programs)
    return list(read_inner(name, content, source, limits, under(place, f"attachment {name}")))


def _is_reply(message: Message) -> bool:
    """Whether it quotes a mail that is most likely known by itself: a forward does not."""
    refers = header(message, "in-reply-to") or header(message, "references")
    return bool(refers) and not _FORWARD.match(header(message, "subject"))


def _body(message: Message, held: Contents, place: str) -> list[Block]:
    plain = "\n\n".join(text.strip("\n") for text in held.plain).strip()
    if not _is_reply(message):
        return paragraphs(plain, place) + held.blocks
    text, quoted = split_quoted(plain)
    direct = directly_quoted(quoted)
    tail = [Block(direct, place, "quoted")] if direct else []
    return paragraphs(text, place) + held.blocks + tail


def _saved_page(message: Message) -> Message | None:
    """The page of a web archive (.mht): it comes as a mail that nobody sent."""
    sender = header(message, "from")
    if sender and "Saved by" not in sender and not header(message, "snapshot-content-location"):
        return None
    if not sender and (header(message, "to") or header(message, "message-id") or header(message, "received")):
        return None
    parts = [part for part in message.walk() if part.get_content_type() == "text/html"]
    located = [part for part in parts if header(part, "content-location")]
    return next(iter(located or parts), None)


def _page_item(message: Message, page: Message, source: Source, place: str) -> Item:
    data, charset = payload(page), page.get_content_charset()
    root = parse_html(decode_declared(data, charset) if charset else html_text(data))
    facts = page_facts(root) if root is not None else {}
    address = next(
        (where for name in _PAGE_SAVERS for part in (message, page) if (where := header(part, name))), ""
    )
    shown = [Block(f"Saved from: {address}", place, "fields")] if address.startswith("http") else []
    date = mail_date(message)
    return Item(
        header(message, "subject") or facts.get("title") or source.stem,
        shown + (html_blocks(root, place) if root is not None else []),
        facts.get("author", ""),
        date,
        date_source="header" if date else "",
    )
