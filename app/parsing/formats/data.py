"""JSON, JSON lines and XML, and where a file goes that is really an export of chats or notes.

Data is written as one "path: value" line per value, grouped by its outermost key or element. JSON is read as a
stream of events (ijson), so a large export takes bounded memory and deep nesting costs no stack.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from app.parsing.encoding import PART, stream_text, tidy
from app.parsing.formats.chats.turns import repaired
from app.parsing.formats.html import plain_text
from app.parsing.formats.json_stream import BrokenJSON, json_values
from app.parsing.formats.text import read_code
from app.parsing.items import Block, Item, Limits, Source, name_date, require_size, words

# UTF-8 taken for Latin-1 and escaped, as in all that Facebook and Instagram give out
_BROKEN = re.compile(rb"\\u00[cdef][0-9a-f]\\u00[89ab][0-9a-f]")
_HEAD = 256 * 1024
_GROUP = 2000  # characters of value lines in one block
_WORDS = re.compile(r"[^\W\d_]{2,}[,.:;!?]? [^\W_]|[\u3040-\u9fff\uac00-\ud7a3]{2}")
_SAID = words(
    "title text xmlurl href name label body subject summary description comment note contact_name address value"
)
_DRAWN = words(
    "style class d points transform font-family viewbox schemalocation space lang format type rel media"
)
_ITEM = PART // 4  # characters in one item
_MARKUP = re.compile(r"</[a-zA-Z][a-zA-Z0-9]{0,9}>|<(?:br|hr|img|p)\b[^<>]{0,2000}>", re.I)


def read_json(source: Source, limits: Limits) -> Iterator[Item]:
    from app.parsing.formats.chats.export import export_reader

    require_size(source, limits.text_bytes)
    special = export_reader(source)
    if special:
        yield from special(source)
        return
    found = False
    try:
        for item in _value_items(source):
            found = True
            yield item
    except BrokenJSON:
        if found:
            raise
        # Comments and trailing commas, as in many settings files, or a file cut short: still text.
        yield from read_code(source, limits)


def _value_items(source: Source) -> Iterator[Item]:
    blocks: list[Block] = []
    size = 0
    values = json_values(source)
    if _BROKEN.search(source.head(_HEAD)):
        values = ((path, repaired(text)) for path, text in values)
    for block in _groups(values):
        blocks.append(block)
        size += len(block.text)
        if size > _ITEM:
            yield Item(source.stem, blocks, date=name_date(source.name))
            blocks, size = [], 0
    yield Item(source.stem, blocks, date=name_date(source.name))


def _groups(values: Iterator[tuple[str, str]]) -> Iterator[Block]:
    """(path, value) pairs as blocks: a new one with each outermost key or element, or when one is full."""
    lines: list[str] = []
    size, top = 0, ""
    for path, value in values:
        outermost = (
            path[: path.find("]") + 1] if path.startswith("[") else path.partition(".")[0].partition("[")[0]
        )
        if lines and (outermost != top or size > _GROUP):
            yield Block("\n".join(lines), top)
            lines, size = [], 0
        top = outermost
        line = f"{path.removeprefix(top).lstrip('.') or top}: {value}" if path else value
        lines.append(line)
        size += len(line)
    if lines:
        yield Block("\n".join(lines), top)


def read_jsonl(source: Source, limits: Limits) -> Iterator[Item]:
    from app.parsing.formats.chats.bulk import is_mattermost, read_mattermost
    from app.parsing.formats.chats.signal import is_signal, read_signal

    if is_mattermost(source):
        yield from read_mattermost(source, limits)
        return
    if is_signal(source):
        yield from read_signal(source, limits)
        return
    number = 0
    for text in stream_text(source, limits):
        blocks = []
        for line in text.split("\n"):
            number += 1
            if line.strip():
                blocks.append(Block(_record(line), f"line {number}"))
        yield Item(source.stem, blocks, date=name_date(source.name))


def _record(line: str) -> str:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return line
    if not isinstance(record, dict):
        return line
    pairs = (
        (key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for key, value in record.items()
    )
    return tidy("\n".join(f"{key}: {value}" for key, value in pairs))


def read_xml(source: Source, limits: Limits) -> Iterator[Item]:
    from lxml import etree

    special = _special_xml(source.head(4096))
    if special:
        yield from special(source, limits)
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    root = etree.fromstring(source.read(limits.markup_bytes), parser)
    if root is None:
        return
    texts = []
    for element in root.iter():
        if isinstance(element.tag, str):
            # Outlines, feeds and many programs of one kind or another keep their text in attributes.
            texts += [str(value) for name, value in element.attrib.items() if _is_said(str(name), str(value))]
            texts.append(_shown(element.text))
        texts.append(_shown(element.tail))
    lines = [line for text in texts if (line := " ".join(tidy(text).split()))]
    title = root.findtext(".//{*}title") or source.stem
    yield Item(tidy(title).strip(), [Block(line) for line in lines], date=name_date(source.name))


def _shown(text: str | None) -> str:
    """Text of an element, of a page in it (of feeds, places on maps) what a reader sees."""
    return plain_text(text) if text and _MARKUP.search(text) else text or ""


def _is_said(name: str, value: str) -> bool:
    """Whether an attribute holds text for a person: a name, words or a link; no number, style or switch."""
    name = name.rpartition("}")[2].lower()
    if name in _SAID:
        return True
    return name not in _DRAWN and (value.startswith(("http://", "https://")) or bool(_WORDS.search(value)))


def _special_xml(head: bytes) -> Callable[[Source, Limits], Iterator[Item]] | None:
    """The reader of an export that is XML by its outermost element."""
    if re.search(rb"<(?:smses|calls)[\s>]", head):
        from app.parsing.formats.chats.sms import read_sms

        return read_sms
    if re.search(rb"<en-export[\s>]", head):
        from app.parsing.formats.notes.evernote import read_enex

        return read_enex
    return None
