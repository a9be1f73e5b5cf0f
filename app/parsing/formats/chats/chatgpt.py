"""ChatGPT's export: conversations.json, or one conversation saved alone.

Of an edited conversation only the branch that was last shown is read. What the person told ChatGPT about themself, and what
it noted of them, is an item of its own, once. Documents of the canvas are text; marks of citations go.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from app.parsing.formats.chats.turns import chat, listing, mapping, moment, text_of, turn
from app.parsing.formats.json_stream import elements
from app.parsing.items import Block, Item, Source

_MARK = re.compile("[ \t]*\ue200([^\ue200\ue201]{0,4000})\ue201")
_LEFT_OVER = re.compile("[\ue200-\ue2ff]")
_SOURCE = re.compile(
    r"[ \t]*(?:【[^】\n]{0,200}(?:†|oaicite)[^】\n]{0,300}】"
    r"|:contentReference\[oaicite:\d+\](?:\{[^}\n]{0,40}\})?)"
)
_SEARCHES = (
    "browser",
    "web",
    "web.run",
    "web.search",
    "myfiles_browser",
    "file_search",
    "file_search.msearch",
)


def read_chatgpt(source: Source) -> Iterator[Item]:
    told: dict[str, str | None] = {}  # what is known about the person, and since when
    one = source.head(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    for raw in elements(source, "" if one else "item"):
        conversation = mapping(raw)
        if not conversation:
            continue
        branch = shown_branch(conversation)
        for message in branch:
            for text in _about_the_person(message):
                told.setdefault(text, moment(message.get("create_time") or conversation.get("create_time")))
        turns = [_turn(number, message) for number, message in enumerate(branch, 1)]
        title = text_of(conversation.get("title")) or "ChatGPT conversation"
        yield chat(title, turns, moment(conversation.get("create_time")))
    for text, since in told.items():
        yield Item(
            "What ChatGPT knows about me", [Block(text)], date=since, date_source="message" if since else ""
        )


def shown_branch(conversation: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages from the root to the current node; without one, all in order of time."""
    nodes = {key: mapping(node) for key, node in mapping(conversation.get("mapping")).items()}
    branch = []
    key = conversation.get("current_node")
    seen = set()
    while isinstance(key, str) and key in nodes and key not in seen:
        seen.add(key)
        branch.append(mapping(nodes[key].get("message")))
        key = nodes[key].get("parent")
    if branch:
        return branch[::-1]
    messages = [mapping(node.get("message")) for node in nodes.values()]
    return sorted(messages, key=lambda message: moment(message.get("create_time")) or "")


def _turn(number: int, message: dict[str, Any]) -> Block | None:
    role = str(mapping(message.get("author")).get("role"))
    speaker = {"user": "Me", "assistant": "ChatGPT"}.get(role)
    if speaker is None or mapping(message.get("metadata")).get("is_visually_hidden_from_conversation"):
        return None
    return turn(number, without_marks(_text(message)), speaker, moment(message.get("create_time")))


def _about_the_person(message: dict[str, Any]) -> Iterator[str]:
    content = mapping(message.get("content"))
    context = mapping(mapping(message.get("metadata")).get("user_context_message_data"))
    for value in (content.get("user_profile"), content.get("user_instructions"), content.get("model_set_context"),
                  context.get("about_user_message"), context.get("about_model_message")):  # fmt: skip
        if text := text_of(value):
            yield text


def _text(message: dict[str, Any]) -> str:
    content = mapping(message.get("content"))
    recipient = str(message.get("recipient") or "all")
    parts = content.get("parts")
    if isinstance(parts, list):
        texts = [part if isinstance(part, str) else str(mapping(part).get("text") or "") for part in parts]
        text = "\n".join(text for text in texts if text)
    else:
        text = str(content.get("text") or "")
    if recipient.startswith("canmore"):
        return _canvas(text)
    return "" if recipient in _SEARCHES else text


def _canvas(text: str) -> str:
    """The words of a document that ChatGPT wrote or changed beside the chat."""
    try:
        document = mapping(json.loads(text))
    except (ValueError, RecursionError):
        return text
    texts = [text_of(document.get("name")).replace("_", " "), text_of(document.get("content"))]
    for update in (*listing(document.get("updates")), *listing(document.get("comments"))):
        texts += [text_of(mapping(update).get("replacement")), text_of(mapping(update).get("comment"))]
    return "\n\n".join(text for text in texts if text)


def without_marks(text: str) -> str:
    """The text without what stands for a link to a source; names of things keep their name."""
    text = _SOURCE.sub("", _MARK.sub(_shown, text))
    return _LEFT_OVER.sub("", text)


def _shown(mark: re.Match[str]) -> str:
    kind, *rest = mark[1].split("\ue202")
    lead = mark[0][: len(mark[0]) - len(mark[0].lstrip(" \t"))]
    if kind == "entity" and rest:
        try:
            return lead + text_of(json.loads(rest[0])[1])
        except (ValueError, IndexError, TypeError, KeyError, RecursionError):
            return ""
    return lead + rest[0] if kind in ("url", "link_title", "link") and rest else ""
