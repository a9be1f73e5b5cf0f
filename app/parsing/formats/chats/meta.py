"""Messages of Facebook and Instagram (message_1.json): the newest first, and UTF-8 written as if it were Latin-1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.parsing.formats.chats.turns import chat, listing, mapping, moment, repaired, text_of, turn
from app.parsing.formats.json_stream import elements
from app.parsing.items import Block, Item, Source

_MEDIA = ("photos", "videos", "audio_files", "files", "gifs", "media")


def read_meta(source: Source) -> Iterator[Item]:
    titles = (text for key in ("title", "threadName") for text in elements(source, key))
    title = next((text for text in titles if isinstance(text, str) and text), "")
    people = [_text(mapping(one).get("name")) or _text(one) for one in elements(source, "participants.item")]
    messages = [mapping(raw) for raw in elements(source, "messages.item")]
    messages.sort(key=_milliseconds)
    turns = (_turn(number, message) for number, message in enumerate(messages, 1))
    yield chat(f"Messages {repaired(title) or ', '.join(person for person in people if person)}", turns)


def _milliseconds(message: dict[str, Any]) -> float:
    value = message.get("timestamp_ms") or message.get("timestamp")
    return float(value) if isinstance(value, (int, float)) else 0.0


def _text(value: object) -> str:
    return repaired(text_of(value))


def _turn(number: int, message: dict[str, Any]) -> Block | None:
    share = mapping(message.get("share"))
    texts = [_text(message.get("content")) or _text(message.get("text"))]
    texts += [_text(share.get(key)) for key in ("share_text", "link")]
    names = [
        text_of(mapping(file).get("filename")) or text_of(mapping(file).get("uri")).rpartition("/")[2]
        for kind in _MEDIA
        for file in listing(message.get(kind))
    ]
    texts += [f"[{name}]" for name in names if name]
    speaker = _text(message.get("sender_name")) or _text(message.get("senderName"))
    return turn(
        number,
        "\n".join(text for text in texts if text),
        speaker,
        moment(_milliseconds(message) / 1000 or None),
    )
