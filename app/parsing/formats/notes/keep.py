"""A note of Google Keep, as Takeout gives it out; what lies in Keep's trash is not read."""

from __future__ import annotations

from collections.abc import Iterator

from app.errors import Skipped
from app.parsing.formats.chats.turns import listing, mapping, moment, text_of
from app.parsing.formats.html import plain_text
from app.parsing.formats.json_stream import elements
from app.parsing.items import Block, Item, Source

THROWN_AWAY = "in the trash of Google Keep: not remembered"


def read_keep(source: Source) -> Iterator[Item]:
    note = next(map(mapping, elements(source, "")), {})
    if note.get("isTrashed") is True:
        raise Skipped(THROWN_AWAY)
    text = text_of(note.get("textContent")) or plain_text(text_of(note.get("textContentHtml")))
    blocks = [Block(text)]
    entries = []
    for entry in map(mapping, listing(note.get("listContent"))):
        text = text_of(entry.get("text"))
        if text:
            entries.append(f"- {text} (done)" if entry.get("isChecked") is True else f"- {text}")
    blocks.append(Block("\n".join(entries), kind="list"))
    for link in map(mapping, listing(note.get("annotations"))):
        texts = (text_of(link.get(key)) for key in ("title", "description", "url"))
        blocks.append(Block("\n".join(text for text in texts if text)))
    labels = [text_of(mapping(label).get("name")) for label in listing(note.get("labels"))]
    files = [text_of(mapping(file).get("filePath")) for file in listing(note.get("attachments"))]
    people = [text_of(mapping(person).get("email")) for person in listing(note.get("sharees"))]
    facts = (("Labels", labels), ("Files", files), ("Shared with", people))
    shown = [
        f"{name}: {', '.join(value for value in values if value)}" for name, values in facts if any(values)
    ]
    if shown:
        blocks.append(Block("\n".join(shown), kind="fields"))
    title = text_of(note.get("title"))
    date = _microseconds(note.get("createdTimestampUsec")) or _microseconds(
        note.get("userEditedTimestampUsec")
    )
    blocks = [block for block in blocks if block.text]
    if title and not blocks:
        blocks = [Block(title)]
    yield Item(title or source.stem, blocks, date=date)


def _microseconds(value: object) -> str | None:
    return moment(value / 1e6) if isinstance(value, (int, float)) and value > 0 else None
