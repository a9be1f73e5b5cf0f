"""Jupyter notebooks: notes, programs, and what they printed or came to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from app.parsing.encoding import tidy
from app.parsing.formats.chats.turns import listing, mapping
from app.parsing.formats.html import html_blocks, parse_html
from app.parsing.formats.markdown import markdown_blocks
from app.parsing.items import Block, Item, Limits, Source

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def read_notebook(source: Source, limits: Limits) -> Iterator[Item]:
    notebook = json.loads(source.read(limits.markup_bytes))
    cells = notebook.get("cells")
    if cells is None:  # before version 4
        cells = [cell for sheet in notebook["worksheets"] for cell in sheet["cells"]]
    blocks: list[Block] = []
    for number, cell in enumerate(map(mapping, cells), 1):
        place = f"cell {number}"
        text = tidy(_joined(cell.get("source", cell.get("input", ""))))
        if cell.get("cell_type") in ("markdown", "heading"):
            blocks += [replace(block, place=place) for block in markdown_blocks(text)]
        elif text.strip():
            blocks.append(Block(text, place, "code"))
        for output in map(mapping, listing(cell.get("outputs"))):
            blocks += _shown(output, f"{place}, output")
    yield Item(str(mapping(notebook.get("metadata")).get("title") or source.stem), blocks)


def _shown(output: dict[str, Any], place: str) -> list[Block]:
    """What a reader sees of an output: its text, else the text of its page."""
    data = mapping(output.get("data")) or output
    plain = data.get("text/plain", data.get("text", ""))
    text = _COLOUR.sub("", _joined(plain))
    if "text/markdown" in data:
        return [
            replace(block, place=place) for block in markdown_blocks(tidy(_joined(data["text/markdown"])))
        ]
    if (not text.strip() or re.fullmatch(r"\s*<[\w.]+ object[^\n]*>\s*", text)) and "text/html" in data:
        root = parse_html(_joined(data["text/html"]))
        return html_blocks(root, place) if root is not None else []
    if output.get("output_type") in ("error", "pyerr"):
        text = f"{output.get('ename', '')}: {output.get('evalue', '')}"
    text = tidy(_COLOUR.sub("", text)).strip()
    return [Block(text, place, "code")] if text else []


def _joined(value: Any) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value)
