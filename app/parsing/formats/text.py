"""Plain text and source code.

A plain text is its paragraphs; a long file gives several items of the same title, so that memory stays
bounded. Source code is cut where a new unindented block begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.parsing.encoding import stream_text
from app.parsing.items import Block, Item, Limits, Source, name_date

_BLANK = re.compile(r"\n[ \t]*\n\s*")
_CODE_BREAK = re.compile(r"\n[ \t]*\n+(?=\S)")


def paragraphs(text: str, place: str = "") -> list[Block]:
    """The paragraphs of a text, at empty lines."""
    return [Block(part.strip("\n").rstrip(), place) for part in _BLANK.split(text) if part.strip()]


def read_text_file(source: Source, limits: Limits) -> Iterator[Item]:
    for text in stream_text(source, limits):
        yield Item(source.stem, paragraphs(text), date=name_date(source.name))


def read_code(source: Source, limits: Limits) -> Iterator[Item]:
    line = 1
    for text in stream_text(source, limits):
        blocks = []
        start = 0
        for end in [*(found.end() for found in _CODE_BREAK.finditer(text)), len(text)]:
            piece = text[start:end]
            if piece.strip():
                blocks.append(Block(piece.strip("\n"), f"line {line}", "code"))
            line += piece.count("\n")
            start = end
        yield Item(source.name, blocks, date=name_date(source.name))
