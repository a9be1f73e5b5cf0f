"""Claude's export: conversations.json (or one conversation) and projects.json.

A message's `content` is read before its `text`, which lacks artifacts and has placeholders instead; thinking is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.parsing.formats.chats.turns import chat, listing, mapping, text_of, turn
from app.parsing.formats.json_stream import elements
from app.parsing.items import Block, Item, Source, iso_date

_PLACEHOLDER = re.compile(r"(?:```\s*)?This block is not supported on your current device yet\.?(?:\s*```)?")
_WRITTEN = ("content", "file_text", "new_str", "code", "text")


def read_claude(source: Source) -> Iterator[Item]:
    one = source.head(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    for raw in elements(source, "" if one else "item"):
        conversation = mapping(raw)
        turns = []
        for number, message in enumerate(map(mapping, listing(conversation.get("chat_messages"))), 1):
            sender = message.get("sender")
            speaker = {"human": "Me", "assistant": "Claude"}.get(str(sender), sender)
            turns.append(turn(number, _text(message), speaker, iso_date(message.get("created_at"))))
        if conversation:
            title = text_of(conversation.get("name")) or "Claude conversation"
            yield chat(title, turns, iso_date(conversation.get("created_at")))


def _text(message: dict[str, Any]) -> str:
    texts = [text for part in listing(message.get("content")) for text in _part(mapping(part))]
    if not any(texts):
        texts = [_PLACEHOLDER.sub("", text_of(message.get("text")))]
    for file in map(mapping, listing(message.get("attachments"))):
        texts += [text_of(file.get("file_name")), text_of(file.get("extracted_content"))]
    names = [text_of(mapping(file).get("file_name")) for file in listing(message.get("files"))]
    texts += [f"[{name}]" for name in names if name]
    return "\n\n".join(text.strip() for text in texts if text.strip())


def _part(part: dict[str, Any]) -> Iterator[str]:
    kind = part.get("type")
    if kind in ("text", "voice_note"):
        yield _PLACEHOLDER.sub("", text_of(part.get("text")))
    elif kind == "tool_use":
        written = mapping(part.get("input"))
        texts = [text_of(written.get(name)) for name in _WRITTEN]
        if any(texts):
            yield text_of(written.get("title"))
            yield from texts


def read_projects(source: Source) -> Iterator[Item]:
    """What projects are about, and the documents in them."""
    for project in map(mapping, elements(source, "item")):
        date = iso_date(project.get("created_at"))
        texts = [text_of(project.get(name)) for name in ("description", "prompt_template")]
        blocks = [Block(text) for text in texts if text]
        for document in map(mapping, listing(project.get("docs"))):
            name, text = text_of(document.get("filename")), text_of(document.get("content"))
            blocks += [Block(name, kind="heading", level=1)] if name and text else []
            blocks += [Block(text)] if text else []
        yield Item(text_of(project.get("name")) or "Claude project", blocks, date=date)
