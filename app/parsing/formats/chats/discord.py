"""Discord: files of DiscordChatExporter, and the person's own messages in the data that Discord gives out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from app.parsing.formats.chats.turns import chat, listing, mapping, text_of, turn
from app.parsing.formats.json_stream import elements
from app.parsing.items import Block, Item, Source, iso_date

_MENTION = re.compile(r"<a?:(\w+):\d+>|<[@#][!&]?(\d+)>")


def read_exporter(source: Source) -> Iterator[Item]:
    guild = next(map(mapping, elements(source, "guild")), {})
    channel = next(map(mapping, elements(source, "channel")), {})
    names = (text_of(guild.get("name")), text_of(channel.get("category")), text_of(channel.get("name")))
    title = " › ".join(name for name in names if name)
    turns = (_turn(number, mapping(one)) for number, one in enumerate(elements(source, "messages.item"), 1))
    yield chat(f"Discord {title}", turns)


def _turn(number: int, message: dict[str, Any]) -> Block | None:
    author = mapping(message.get("author"))
    speaker = text_of(author.get("nickname")) or text_of(author.get("name"))
    texts = [plain(text_of(message.get("content")), message)]
    for one in map(mapping, listing(message.get("embeds"))):
        texts += [text_of(one.get(key)) for key in ("title", "description", "url")]
        fields = map(mapping, listing(one.get("fields")))
        texts += [f"{text_of(field.get('name'))}: {text_of(field.get('value'))}" for field in fields]
    poll = mapping(message.get("poll"))
    if poll:
        answers = [mapping(answer) for answer in listing(poll.get("answers"))]
        votes = ", ".join(f"{text_of(a.get('text'))}: {a.get('votes', 0)}" for a in answers)
        texts.append(
            f"Poll: {text_of(mapping(poll.get('question')).get('text')) or text_of(poll.get('question'))} {votes}"
        )
    names = [text_of(mapping(one).get("fileName")) for one in listing(message.get("attachments"))]
    texts += [f"[{name}]" for name in names if name]
    return turn(
        number, "\n".join(text for text in texts if text), speaker, iso_date(message.get("timestamp"))
    )


def plain(text: str, message: dict[str, Any]) -> str:
    """Mentions by name, small pictures by theirs."""
    people = [mapping(one) for one in listing(message.get("mentions"))]
    names = {str(one.get("id")): text_of(one.get("nickname")) or text_of(one.get("name")) for one in people}
    return _MENTION.sub(
        lambda found: f":{found[1]}:" if found[1] else f"@{names.get(found[2]) or 'somebody'}", text
    )


def read_own_messages(source: Source) -> Iterator[Item]:
    """The data package holds only what the person wrote; channel.json beside it says where."""
    try:
        about = mapping(json.loads(source.beside("channel.json") or b"{}"))
    except (ValueError, RecursionError):
        about = {}
    name = text_of(about.get("name")) or text_of(mapping(about.get("guild")).get("name")) or "messages"
    messages = sorted(
        (mapping(raw) for raw in elements(source, "item")), key=lambda one: str(one.get("Timestamp"))
    )
    turns = (
        turn(
            number,
            text_of(one.get("Contents")) or text_of(one.get("Attachments")),
            "Me",
            iso_date(one.get("Timestamp")),
        )
        for number, one in enumerate(messages, 1)
    )
    yield chat(f"Discord {name}", turns)
