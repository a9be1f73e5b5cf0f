"""Diaries and notes in JSON: Day One, Journey, Simplenote. An item for each entry, with its day, place and tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.parsing.formats.chats.turns import listing, mapping, moment, text_of
from app.parsing.formats.html import html_blocks, parse_html
from app.parsing.formats.json_stream import elements
from app.parsing.formats.markdown import markdown_blocks
from app.parsing.items import Block, Item, Source, iso_date

_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>|~])")
_PICTURE = re.compile(r"!\[[^\]\n]*\]\(dayone-moment:[^)\n]*\)")
_TITLE = 100  # letters
_THROWN_AWAY = "in the trash of the notes: not remembered"


def read_day_one(source: Source) -> Iterator[Item]:
    for entry in map(mapping, elements(source, "entries.item")):
        place = mapping(entry.get("location"))
        weather = mapping(entry.get("weather"))
        text = _PICTURE.sub("", _ESCAPED.sub(r"\1", text_of(entry.get("text"))))
        degrees = weather.get("temperatureCelsius")
        sky = [text_of(weather.get("conditionsDescription"))]
        sky += [f"{degrees:.0f} °C"] if isinstance(degrees, (int, float)) else []
        facts = (
            ("Tags", listing(entry.get("tags"))),
            ("Place", [place.get(name) for name in ("placeName", "localityName", "country")]),
            ("Weather", sky),
        )
        date = iso_date(entry.get("creationDate"))
        yield _entry(source, markdown_blocks(text), facts, date)


def read_journey(source: Source) -> Iterator[Item]:
    for entry in map(mapping, elements(source, "")):
        written = entry.get("date_journal")
        root = parse_html(text_of(entry.get("text")))
        facts = (("Tags", listing(entry.get("tags"))), ("Place", [entry.get("address")]))
        date = moment(written / 1000) if isinstance(written, (int, float)) else iso_date(written)
        yield _entry(source, html_blocks(root) if root is not None else [], facts, date)


def read_simplenote(source: Source) -> Iterator[Item]:
    for note in map(mapping, elements(source, "activeNotes.item")):
        date = iso_date(note.get("creationDate")) or iso_date(note.get("lastModified"))
        facts = (("Tags", listing(note.get("tags"))),)
        yield _entry(source, markdown_blocks(text_of(note.get("content"))), facts, date)
    count = sum(1 for _ in elements(source, "trashedNotes.item"))
    if count:
        yield Item(source.stem, [], notes=(f"{count} {_THROWN_AWAY}",))


def _entry(
    source: Source, blocks: list[Block], facts: tuple[tuple[str, list[Any]], ...], date: str | None
) -> Item:
    lines = [
        f"{name}: {', '.join(texts)}"
        for name, values in facts
        if (texts := [text for value in values if (text := text_of(value))])
    ]
    first = blocks[0].text.partition("\n")[0] if blocks else ""
    title = first if 0 < len(first) <= _TITLE else source.stem
    blocks = [*blocks, *([Block("\n".join(lines), kind="fields")] if lines else [])]
    return Item(title, blocks, date=date, date_source="entry" if date else "")
