"""Signal as free programs export it: a JSON object a line, of signal-export (data.json) or signal-cli."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from app.parsing.encoding import stream_text
from app.parsing.formats.chats.turns import chat, listing, mapping, moment, text_of, turn
from app.parsing.items import Block, Item, Limits, Source, iso_date

_HEAD = 64 * 1024


def is_signal(source: Source) -> bool:
    """Whether the first line is a message of one of these programs."""
    try:
        first = mapping(json.loads(source.head(_HEAD).lstrip(b"\xef\xbb\xbf").partition(b"\n")[0]))
    except (ValueError, RecursionError):
        return False
    return {"date", "sender", "body"} <= first.keys() or "timestamp" in mapping(first.get("envelope"))


def read_signal(source: Source, limits: Limits) -> Iterator[Item]:
    turns: list[Block | None] = []
    for text in stream_text(source, limits):
        for line in text.split("\n"):
            try:
                message = mapping(json.loads(line)) if line.strip() else {}
            except (ValueError, RecursionError):
                continue
            turns.append(
                _sent(len(turns) + 1, message) if "envelope" in message else _kept(len(turns) + 1, message)
            )
    name = source.folder.rstrip("/").rpartition("/")[2] if source.stem == "data" else source.stem
    yield chat(f"Signal {name}", turns)


def _kept(number: int, message: dict[str, Any]) -> Block | None:
    texts = [text_of(message.get("body")), text_of(message.get("sticker"))]
    texts += [f"[{name}]" for file in listing(message.get("attachments")) if (name := _file(file))]
    return turn(
        number,
        "\n".join(text for text in texts if text),
        message.get("sender"),
        iso_date(message.get("date")),
    )


def _file(file: object) -> str:
    return text_of(file) or text_of(mapping(file).get("fileName")) or text_of(mapping(file).get("filename"))


def _sent(number: int, message: dict[str, Any]) -> Block | None:
    envelope = mapping(message.get("envelope"))
    own = mapping(mapping(envelope.get("syncMessage")).get("sentMessage"))
    said = own or mapping(envelope.get("dataMessage"))
    speaker = "Me" if own else text_of(envelope.get("sourceName")) or text_of(envelope.get("source"))
    texts = [text_of(said.get("message"))]
    texts += [f"[{name}]" for file in listing(said.get("attachments")) if (name := _file(file))]
    milliseconds = envelope.get("timestamp")
    when = moment(milliseconds / 1000) if isinstance(milliseconds, (int, float)) else None
    return turn(number, "\n".join(text for text in texts if text), speaker, when)
