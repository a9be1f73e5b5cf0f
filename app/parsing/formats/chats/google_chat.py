"""Google Chat as Takeout gives it out: messages.json, with the name of the space in group_info.json beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from app.parsing.formats.chats.turns import chat, listing, mapping, text_of, turn
from app.parsing.formats.json_stream import elements
from app.parsing.items import Block, Item, Source, iso_date
from app.parsing.spoken_dates import spoken_moment


def read_google_chat(source: Source) -> Iterator[Item]:
    try:
        about = mapping(json.loads(source.beside("group_info.json") or b"{}"))
    except (ValueError, RecursionError):
        about = {}
    messages = [mapping(raw) for raw in elements(source, "messages.item")]
    people = dict.fromkeys(_name(message) for message in messages)
    title = text_of(about.get("name")) or ", ".join([name for name in people if name][:4])
    yield chat(f"Google Chat {title}", (_turn(number, one) for number, one in enumerate(messages, 1)))


def _name(message: dict[str, Any]) -> str:
    creator = mapping(message.get("creator"))
    return text_of(creator.get("name")) or text_of(creator.get("email"))


def _turn(number: int, message: dict[str, Any]) -> Block | None:
    date = text_of(message.get("created_date"))
    texts = [text_of(message.get("text"))]
    for note in map(mapping, listing(message.get("annotations"))):
        page = mapping(note.get("url_metadata"))
        address = text_of(
            mapping(page.get("url")).get("private_do_not_access_or_else_safe_url_wrapped_value")
        )
        texts.append(" ".join(part for part in (text_of(page.get("title")), address) if part))
    for file in map(mapping, listing(message.get("attached_files"))):
        name = text_of(file.get("original_name")) or text_of(file.get("export_name"))
        texts.append(f"[{name}]" if name else "")
    text = "\n".join(dict.fromkeys(text for text in texts if text))
    return turn(number, text, _name(message), spoken_moment(date) or iso_date(date))
