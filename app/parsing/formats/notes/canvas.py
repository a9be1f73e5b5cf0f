"""A canvas (JSON Canvas, as Obsidian keeps it): the cards with their text, files and links."""

from __future__ import annotations

from collections.abc import Iterator

from app.parsing.formats.chats.turns import listing, mapping, text_of
from app.parsing.formats.json_stream import elements
from app.parsing.formats.markdown import markdown_blocks
from app.parsing.items import Block, Item, Source


def read_canvas(source: Source) -> Iterator[Item]:
    canvas = next(map(mapping, elements(source, "")), {})
    cards = {str(card.get("id")): card for card in map(mapping, listing(canvas.get("nodes")))}
    blocks: list[Block] = []
    for card in cards.values():
        blocks += markdown_blocks(text_of(card.get("text")))
        blocks += [Block(text) for key in ("label", "file", "url") if (text := text_of(card.get(key)))]
    for edge in map(mapping, listing(canvas.get("edges"))):
        label = text_of(edge.get("label"))
        blocks += [Block(label)] if label else []
    yield Item(source.stem, blocks)
