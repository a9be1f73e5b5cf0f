"""Chats of servers that people run themselves: Mattermost's bulk export, Element's (Matrix) export of a room."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from app.parsing.encoding import stream_text
from app.parsing.formats.chats.turns import by_time, chat, listing, mapping, moment, text_of, turn
from app.parsing.formats.json_stream import elements
from app.parsing.items import Block, Item, Limits, Source

_HEAD = 64 * 1024
_POSTS = ("post", "direct_post")


def is_mattermost(source: Source) -> bool:
    """Whether the first line states a version, as in such an export and no other."""
    first, _, rest = source.head(_HEAD).lstrip(b"\xef\xbb\xbf").partition(b"\n")
    try:
        line = mapping(json.loads(first))
    except (ValueError, RecursionError):
        return False
    return line.get("type") == "version" and "version" in line and b'"type"' in rest


def read_mattermost(source: Source, limits: Limits) -> Iterator[Item]:
    channels: dict[str, list[Block | None]] = {}
    for text in stream_text(source, limits):
        for line in text.split("\n"):
            try:
                record = mapping(json.loads(line)) if line.strip() else {}
            except (ValueError, RecursionError):
                continue
            kind = record.get("type")
            post = mapping(record.get(kind)) if kind in _POSTS else {}
            if not post:
                continue
            members = ", ".join(map(text_of, listing(post.get("channel_members"))))
            name = " › ".join(
                part for part in (text_of(post.get("team")), text_of(post.get("channel"))) if part
            )
            turns = channels.setdefault(name or members, [])
            for one in (post, *map(mapping, listing(post.get("replies")))):
                turns.append(_post(len(turns) + 1, one))
    for name, turns in channels.items():
        yield chat(f"Mattermost {name}", by_time(turns))


def _post(number: int, post: dict[str, Any]) -> Block | None:
    names = [
        text_of(mapping(file).get("path")).rpartition("/")[2] for file in listing(post.get("attachments"))
    ]
    texts = [text_of(post.get("message")), *(f"[{name}]" for name in names if name)]
    return turn(number, "\n".join(filter(None, texts)), post.get("user"), _moment(post.get("create_at")))


def _moment(milliseconds: object) -> str | None:
    return moment(milliseconds / 1000) if isinstance(milliseconds, (int, float)) else None


def read_matrix(source: Source) -> Iterator[Item]:
    name = next((text_of(value) for value in elements(source, "room_name")), source.stem)
    messages = enumerate(map(mapping, elements(source, "messages.item")), 1)
    yield chat(f"Matrix {name}", (_event(number, message) for number, message in messages))


def _event(number: int, event: dict[str, Any]) -> Block | None:
    content = mapping(event.get("content"))
    body = text_of(content.get("body"))
    if content.get("msgtype") not in (None, "m.text", "m.notice", "m.emote"):
        body = f"[{body}]" if body else ""
    speaker = text_of(event.get("sender")).removeprefix("@").partition(":")[0]
    return turn(number, body, speaker, _moment(event.get("origin_server_ts")))
