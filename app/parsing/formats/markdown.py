"""Markdown, as in notes and Obsidian vaults: front matter, headings, lists, tables, code, [[links]].

markdown-it finds the blocks, and their text is the source text, so that nothing is lost; lines that give no
block, such as link definitions, become paragraphs.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from app.parsing.encoding import stream_text
from app.parsing.formats.notes import front_matter
from app.parsing.formats.notes.joplin import joplin_note
from app.parsing.items import Block, Item, Kind, Limits, Source, without_ids

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_WIKI_LINK = re.compile(r"!?\[\[([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{1,300}))?\]\]")
_KINDS: dict[str, Kind] = {
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "table_open": "table",
    "fence": "code",
    "code_block": "code",
}


def read_markdown(source: Source, limits: Limits) -> Iterator[Item]:
    fields: dict[str, Any] = {}
    for part, text in enumerate(stream_text(source, limits)):
        if part == 0 and (note := joplin_note(text, source)):
            yield note
            return
        if part == 0:
            fields, text = front_matter.front_matter(text)
        blocks = markdown_blocks(text)
        if part == 0 and (shown := front_matter.shown_fields(fields)):
            blocks.insert(0, Block(shown, kind="fields"))
        date = front_matter.date(fields)
        if part == 0 and not date:
            date = front_matter.date(front_matter.below_title(text))
        yield Item(
            title=front_matter.scalar(fields, ("title",)) or source.stem,
            blocks=blocks,
            author=front_matter.scalar(fields, front_matter.AUTHOR_KEYS),
            date=date,
            date_source="front matter" if date else "",
        )


@functools.cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Inline markup stays as written, so only the block rules run.
    return MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])


def markdown_blocks(text: str) -> list[Block]:
    """The blocks of a Markdown text."""
    text = without_ids(_WIKI_LINK.sub(_plain_link, text)) if "[" in text else text
    lines = text.split("\n")
    blocks: list[Block] = []
    reached = 0
    tokens = _parser().parse(text)
    for position, token in enumerate(tokens):
        if token.level or token.map is None:
            continue
        first, last = token.map
        _add(blocks, lines[reached:first], "paragraph")
        reached = max(reached, last)
        if token.type == "heading_open":
            heading = tokens[position + 1].content.strip()
            if heading:
                blocks.append(Block(heading, kind="heading", level=int(token.tag[1])))
        elif token.type == "table_open":
            _add(blocks, [_table_row(line) for line in lines[first:last] if not _is_rule(line)], "table")
        elif token.type != "hr":
            _add(blocks, lines[first:last], _KINDS.get(token.type, "paragraph"))
    _add(blocks, lines[reached:], "paragraph")
    return blocks


def _add(blocks: list[Block], lines: list[str], kind: Kind) -> None:
    text = "\n".join(lines).strip("\n").rstrip()
    if text.strip():
        blocks.append(Block(text, kind=kind))


def _plain_link(found: re.Match[str]) -> str:
    target, shown = found[1], found[2]
    return f"{shown} ({target})" if shown and shown != target else target


def _is_rule(line: str) -> bool:
    return not line.strip(" \t|:-")


def _table_row(line: str) -> str:
    cells = line.strip().strip("|").split("|")
    return " | ".join(cell.strip() for cell in cells)
