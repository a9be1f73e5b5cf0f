"""Microsoft Teams and Skype as an account's export has them: messages.json, a conversation after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.parsing.formats.chats.turns import chat, listing, mapping, text_of, turn
from app.parsing.formats.html import plain_text
from app.parsing.formats.json_stream import elements
from app.parsing.items import Block, Item, Source, iso_date

_SAID = ("RichText", "Text")


def read_teams(source: Source) -> Iterator[Item]:
    me = next((text_of(value) for value in elements(source, "userId")), "")
    for conversation in map(mapping, elements(source, "conversations.item")):
        messages = [mapping(message) for message in listing(conversation.get("MessageList"))]
        messages.sort(key=lambda message: text_of(message.get("originalarrivaltime")))
        topic = text_of(mapping(conversation.get("threadProperties")).get("topic"))
        name = text_of(conversation.get("displayName")) or topic or text_of(conversation.get("id"))
        turns = [_turn(number, message, me) for number, message in enumerate(messages, 1)]
        yield chat(f"Teams {name}", turns)


def _turn(number: int, message: dict[str, Any], me: str) -> Block | None:
    kind = text_of(message.get("messagetype"))
    if not kind.startswith(_SAID):
        return None  # calls, who joined
    sender = text_of(message.get("from"))
    speaker = text_of(message.get("displayName")) or sender.rpartition(":")[2]
    content = text_of(message.get("content"))
    text = plain_text(content) if kind.startswith("RichText") else content
    return turn(
        number, text, "Me" if me and sender == me else speaker, iso_date(message.get("originalarrivaltime"))
    )
