"""Org and reStructuredText: headings, tables, code and properties of documents that are lines.

Only the structure that citations need is understood; the text of everything else is kept as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.parsing.encoding import stream_text
from app.parsing.items import Block, Item, Kind, Limits, Source, iso_date, name_date

_ORG_HEADING = re.compile(r"(\*{1,10})[ \t]+(.+)$")
_ORG_KEY = re.compile(r"#\+(title|author|date):[ \t]*(.*)$", re.I)
_ORG_SOURCE = re.compile(r"[ \t]*#\+(begin|end)_(?:src|example)", re.I)
_RST_FIELD = re.compile(r":(author|date|title|created):[ \t]+(.+)$", re.I)
_RST_LINE = re.compile(r"([=\-`:.'\"~^_*+#<>])\1{2,}[ \t]*$")


def read_org(source: Source, limits: Limits) -> Iterator[Item]:
    fields: dict[str, str] = {}
    for text in stream_text(source, limits):
        pieces = _Pieces()
        in_code = False
        for line in text.split("\n"):
            mark = _ORG_SOURCE.match(line)
            heading = None if in_code else _ORG_HEADING.match(line)
            key = None if in_code else _ORG_KEY.match(line)
            if mark:
                pieces.end()
                in_code = mark[1].lower() == "begin"
            elif heading:
                pieces.heading(heading[2].strip(), len(heading[1]))
            elif key and key[1].lower() not in fields:
                fields[key[1].lower()] = key[2].strip()
            else:
                pieces.line(line, "code" if in_code else _line_kind(line))
        yield _item(fields, pieces, source)


def read_rst(source: Source, limits: Limits) -> Iterator[Item]:
    fields: dict[str, str] = {}
    styles: list[tuple[str, bool]] = []  # adornments in order of appearance are the levels
    for text in stream_text(source, limits):
        pieces = _Pieces()
        lines = [*text.split("\n"), ""]
        position = 0
        while position < len(lines) - 1:
            line, below = lines[position], lines[position + 1]
            overlined = (
                bool(_RST_LINE.match(line)) and position + 2 < len(lines) and lines[position + 2] == line
            )
            title = below if overlined else line
            if overlined or (
                title.strip() and _RST_LINE.match(below) and len(below) >= len(title.rstrip()) - 1
            ):
                style = (line if overlined else below)[0], overlined
                if style not in styles:
                    styles.append(style)
                pieces.heading(title.strip(), styles.index(style) + 1)
                position += 3 if overlined else 2
                continue
            field = _RST_FIELD.match(line)
            if field and field[1].lower() not in fields:
                fields[field[1].lower()] = field[2].strip()
            else:
                pieces.line(line, _line_kind(line))
            position += 1
        yield _item(fields, pieces, source)


def _line_kind(line: str) -> Kind:
    return "table" if line.lstrip().startswith("|") else "paragraph"


class _Pieces:
    """Blocks from lines: an empty line or another kind of line ends a block."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.lines: list[str] = []
        self.kind: Kind = "paragraph"

    def heading(self, text: str, level: int) -> None:
        self.end()
        if text:
            self.blocks.append(Block(text, kind="heading", level=level))

    def line(self, line: str, kind: Kind) -> None:
        if kind != self.kind or (not line.strip() and kind != "code"):
            self.end()
        self.kind = kind
        if kind == "table":
            line = " | ".join(cell.strip() for cell in line.strip().strip("|").split("|"))
            if not line.strip("-+| "):
                return
        if line.strip() or self.lines:
            self.lines.append(line)

    def end(self) -> None:
        text = "\n".join(self.lines).strip("\n")
        if text.strip():
            self.blocks.append(Block(text, kind=self.kind))
        self.lines = []


def _item(fields: dict[str, str], pieces: _Pieces, source: Source) -> Item:
    pieces.end()
    date = (fields.get("date") or fields.get("created") or "").strip("<>[] ")
    date = re.sub(r"(\d{4}-\d{2}-\d{2}) \w{2,4}\b", r"\1", date)  # Org: 2024-03-05 Tue 14:00
    return Item(
        title=fields.get("title") or source.stem,
        blocks=pieces.blocks,
        author=fields.get("author", ""),
        date=iso_date(date) or name_date(source.name),
    )
