"""Bookmarks as browsers export them (Netscape HTML): folders become headings, bookmarks list entries."""

from __future__ import annotations

from collections.abc import Iterator

from app.parsing.formats.html import html_text, parse_html
from app.parsing.items import Block, Item, Limits, Source


def read_bookmarks(source: Source, limits: Limits) -> Iterator[Item]:
    root = parse_html(html_text(source.read(limits.markup_bytes)))
    blocks: list[Block] = []
    depth = 0
    if root is None:
        return
    from lxml import etree

    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag == "dl":
            depth += 1 if event == "start" else -1
        if event == "end":
            continue
        text = " ".join("".join(element.itertext()).split()) if element.tag in ("h3", "a") else ""
        if element.tag == "h3" and text:
            blocks.append(Block(text, kind="heading", level=max(1, depth)))
        elif element.tag == "a" and text:
            blocks.append(Block(f"- {text}: {element.get('href', '')}", kind="list"))
        elif element.tag == "dd" and element.text and element.text.strip():
            blocks.append(Block(" ".join(element.text.split())))
    yield Item("Bookmarks", blocks)
