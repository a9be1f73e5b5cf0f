"""What a person did at Google as Takeout lists it (MyActivity.json): asked Gemini, searched, watched; by product."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.parsing.formats.chats.turns import by_time, chat, listing, mapping, text_of, turn
from app.parsing.formats.html import plain_text
from app.parsing.formats.json_stream import elements
from app.parsing.items import Block, Item, Source, iso_date

_PROMPT = re.compile(r"^(?:Prompted|Gefragt|Asked|Said|Prompt :|Indicación:)\s+")
_ITEM = 500  # turns of one item


def read_activity(source: Source) -> Iterator[Item]:
    product, turns = "", list[Block | None]()
    for entry in map(mapping, elements(source, "item")):
        name = text_of(entry.get("header")) or "Google"
        if turns and (name != product or len(turns) >= _ITEM):
            yield _item(product, turns)
            turns = []
        product = name
        turns += _turns(len(turns) + 1, entry)
    if turns:
        yield _item(product, turns)


def _item(product: str, turns: list[Block | None]) -> Item:
    """The newest comes first in such files."""
    return chat(f"Google activity: {product}", by_time(turns))


def _turns(number: int, entry: dict[str, Any]) -> Iterator[Block | None]:
    when = iso_date(entry.get("time"))
    about = [text_of(mapping(line).get("name")) for line in listing(entry.get("subtitles"))]
    answers = [plain_text(text_of(mapping(page).get("html"))) for page in listing(entry.get("safeHtmlItem"))]
    asked = _PROMPT.sub("", text_of(entry.get("title")))
    address = text_of(entry.get("titleUrl")) if not answers else ""
    words = "\n".join(part for part in (asked, *about, address) if part)
    yield turn(number, words, "Me" if answers else "", when)
    if any(answers):
        yield turn(number, "\n".join(filter(None, answers)), text_of(entry.get("header")), when)
