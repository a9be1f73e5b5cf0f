"""Bookmarks as browsers export them (Netscape HTML) or keep them (Chrome's JSON), and Pocket's list of saved pages: folders
become headings."""

from __future__ import annotations

from collections.abc import Iterator

from app.parsing.encoding import tidy
from app.parsing.formats.chats.turns import mapping
from app.parsing.formats.html import html_text, parse_html
from app.parsing.formats.json_stream import elements
from app.parsing.items import Block, Item, Limits, Source


def read_bookmarks(source: Source, limits: Limits) -> Iterator[Item]:
    root = parse_html(html_text(source.read(limits.markup_bytes)))
    blocks: list[Block] = []
    depth = 0
    if root is None:
        return
    from lxml import etree

    folders = ("h3",) if root.find(".//dl") is not None else ("h1", "h3")
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag == "dl":
            depth += 1 if event == "start" else -1
        if event == "end":
            continue
        text = " ".join("".join(element.itertext()).split()) if element.tag in (*folders, "a") else ""
        if element.tag in folders and text:
            blocks.append(Block(text, kind="heading", level=max(1, depth)))
        elif element.tag == "a" and text:
            blocks.append(Block(f"- {text}: {element.get('href', '')}", kind="list"))
        elif element.tag == "dd" and element.text and element.text.strip():
            blocks.append(Block(" ".join(element.text.split())))
    yield Item("Bookmarks", blocks)


def read_chrome_bookmarks(source: Source) -> Iterator[Item]:
    blocks: list[Block] = []
    for root in elements(source, "roots"):
        pending = [(node, 1) for node in reversed(list(mapping(root).values()))]
        while pending:
            raw, level = pending.pop()
            node = mapping(raw)
            name = tidy(str(node.get("name") or "")).strip()
            if node.get("type") == "url":
                blocks.append(Block(f"- {name}: {tidy(str(node.get('url') or ''))}", kind="list"))
            elif node.get("type") == "folder":
                blocks += [Block(name, kind="heading", level=level)] if name else []
                children = node.get("children")
                pending += [
                    (child, level + 1) for child in reversed(children if isinstance(children, list) else [])
                ]
    yield Item("Bookmarks", blocks)
