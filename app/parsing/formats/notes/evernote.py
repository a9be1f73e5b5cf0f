"""Evernote's export (.enex): an item for each note, with its dates, tags, and what is attached to it."""

from __future__ import annotations

import base64
import binascii
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.errors import NotRead
from app.parsing.encoding import tidy
from app.parsing.formats.html import html_blocks, parse_html
from app.parsing.items import Block, Item, Limits, Source, iso_date, require_size, under

_DONE = re.compile(r"<en-todo\b[^>]*\bchecked\s*=\s*[\"']true[\"'][^>]*>(?:</en-todo>)?", re.I)
_TODO = re.compile(r"<en-todo\b[^>]*>(?:</en-todo>)?", re.I)
_MEDIA = re.compile(r"<en-media\b[^>]*>(?:</en-media>)?", re.I)
_CRYPT = re.compile(r"<en-crypt\b[^>]*>.*?</en-crypt>", re.I | re.S)
_ENCRYPTED = "an encrypted part: decrypt it in Evernote and export it again"


def read_enex(source: Source, limits: Limits) -> Iterator[Item]:
    from lxml import etree

    require_size(source, limits.document_bytes)
    with source.open() as stream:
        walker = etree.iterparse(
            stream,
            tag="note",
            resolve_entities=False,
            no_network=True,
            recover=True,
            huge_tree=True,
            load_dtd=False,
        )
        for number, (_, note) in enumerate(walker, 1):
            yield from _note(note, source, limits, f"note {number}")
            note.clear()
            while note.getprevious() is not None:
                del note.getparent()[0]


def _note(note: Any, source: Source, limits: Limits, place: str) -> Iterator[Item]:
    title = _text(note, "title") or source.stem
    content = note.findtext("content") or ""
    notes = [_ENCRYPTED] if _CRYPT.search(content) else []
    content = _TODO.sub("☐ ", _DONE.sub("☑ ", _MEDIA.sub("", _CRYPT.sub("", content))))
    root = parse_html(tidy(content))
    blocks = html_blocks(root, place) if root is not None else []
    tags = [text for tag in note.findall("tag") if (text := tidy(tag.text or "").strip())]
    about = note.find("note-attributes")
    address = _text(about, "source-url") if about is not None else ""
    author = _text(about, "author") if about is not None else ""
    date = _moment(_text(note, "created")) or _moment(_text(note, "updated"))
    attached = list(_resources(note))
    facts = (
        ("Tags", ", ".join(tags)),
        ("From", address),
        ("Attachments", ", ".join(name for name, _ in attached)),
    )
    shown = "\n".join(f"{name}: {value}" for name, value in facts if value)
    blocks += [Block(shown, place, "fields")] if shown else []
    inner: list[Item] = []
    for name, data in attached:
        try:
            inner += _inner(name, data, source, limits, place)
        except NotRead as error:
            notes.append(f"{under(title, name)}: {error.reason}")
    yield Item(title, blocks or [Block(title, place)], author, date, tuple(notes))
    for item in inner:
        yield replace(item, title=f"{item.title} (attached to: {title})", date=item.date or date)


def _inner(name: str, data: bytes, source: Source, limits: Limits, place: str) -> list[Item]:
    from app.parsing.registry import read_inner

    return list(read_inner(name, data, source, limits, under(place, f"attachment {name}")))


def _resources(note: Any) -> Iterator[tuple[str, bytes]]:
    """Names and contents of attached files; pictures of the page have no name and are left out."""
    for number, resource in enumerate(note.findall("resource"), 1):
        kind = _text(resource, "mime")
        about = resource.find("resource-attributes")
        name = _text(about, "file-name") if about is not None else ""
        if not name and kind.startswith("image/"):
            continue
        try:
            data = base64.b64decode(resource.findtext("data") or "", validate=False)
        except (binascii.Error, ValueError):
            data = b""
        yield name or f"attachment {number}{mimetypes.guess_extension(kind) or ''}", data


def _text(element: Any, name: str) -> str:
    return tidy(element.findtext(name) or "").strip()


def _moment(text: str) -> str | None:
    """ "20240305T142200Z" as an ISO moment."""
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").isoformat()
    except ValueError:
        return iso_date(text)
