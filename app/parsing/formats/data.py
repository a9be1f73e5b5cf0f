"""JSON, JSON lines, notebooks and XML, and where a JSON file goes that is really a chat export or bookmarks.

Data is written as one "path: value" line per value, grouped by its outermost key or element. JSON is read as a
stream of events (ijson), so a large export takes bounded memory and deep nesting costs no stack.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from app.parsing.encoding import PART, stream_text, tidy
from app.parsing.formats.json_stream import BrokenJSON, json_values
from app.parsing.formats.markdown import markdown_blocks
from app.parsing.formats.text import read_code
from app.parsing.items import Block, Item, Limits, Source, name_date, require_size

_GROUP = 2000  # characters of value lines in one block
_ITEM = PART // 4  # characters in one item


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
    for block in _groups(json_values(source)):
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


def read_notebook(source: Source, limits: Limits) -> Iterator[Item]:
    notebook = json.loads(source.read(limits.markup_bytes))
    blocks: list[Block] = []
    for number, cell in enumerate(notebook["cells"], 1):
        text = tidy(_joined(cell.get("source", "")))
        place = f"cell {number}"
        if cell.get("cell_type") == "markdown":
            blocks += [Block(b.text, place, b.kind, b.level) for b in markdown_blocks(text)]
        elif text.strip():
            blocks.append(Block(text, place, "code"))
        outputs = (_joined(output.get("text", "")) for output in cell.get("outputs", []))
        blocks += [
            Block(tidy(output).strip(), f"{place}, output", "code") for output in outputs if output.strip()
        ]
    yield Item(source.stem, blocks, date=name_date(source.name))


def _joined(value: Any) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value)


def read_xml(source: Source, limits: Limits) -> Iterator[Item]:
    from lxml import etree

    if re.search(rb"<(?:smses|calls)[\s>]", source.head(4096)):
        from app.parsing.formats.chats.sms import read_sms

        yield from read_sms(source, limits)
        return

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    root = etree.fromstring(source.read(limits.markup_bytes), parser)
    if root is None:
        return
    texts = []
    for element in root.iter():
        if isinstance(element.tag, str):
            # Outlines (OPML) and feeds keep their text in attributes.
            texts += [element.get(name, "") for name in ("title", "text", "xmlUrl", "href")]
            texts.append(element.text or "")
        texts.append(element.tail or "")
    lines = [line for text in texts if (line := " ".join(tidy(text).split()))]
    title = root.findtext(".//{*}title") or source.stem
    yield Item(tidy(title).strip(), [Block(line) for line in lines], date=name_date(source.name))
