"""Chat exports in JSON: ChatGPT and Claude (conversations.json), Telegram (result.json); Chrome's Bookmarks too.

Told apart by their keys, not by name. Each conversation is an item, each turn a "message" block with its
speaker and time. Of an edited ChatGPT conversation only the branch that was last shown is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from app.parsing.encoding import tidy
from app.parsing.formats.json_stream import elements
from app.parsing.items import Block, Item, Source, iso_date

ExportReader = Callable[[Source], Iterator[Item]]
_HEAD = 256 * 1024


def export_reader(source: Source) -> ExportReader | None:
    """The reader for a known export, None for any other JSON."""
    head = source.head(_HEAD)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")

    def has(*keys: str) -> bool:
        return all(re.search(rb'"' + key.encode() + rb'"\s*:', head) for key in keys)

    if start.startswith(b"[") and has("mapping", "create_time"):
        return read_chatgpt
    if start.startswith(b"[") and has("chat_messages"):
        return read_claude
    if start.startswith(b"{") and has("roots", "bookmark_bar"):
        return read_chrome_bookmarks
    if start.startswith(b"{") and has("messages", "type", "id") and has("date", "from"):
        return read_telegram_full if has("chats", "list") else read_telegram
    return None


def _item(title: str, blocks: list[Block], date: str | None) -> Item:
    return Item(tidy(title).strip(), blocks, date=date)


def _message(number: int, text: str, speaker: object, when: str | None) -> Block | None:
    text = tidy(text).strip()
    if not text:
        return None
    return Block(
        text, f"message {number}", "message", speaker=tidy(str(speaker or "")).strip(), when=when or ""
    )


def _when(seconds: object) -> str | None:
    if not isinstance(seconds, (int, float)):
        return None
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def read_chatgpt(source: Source) -> Iterator[Item]:
    for conversation in elements(source, "item"):
        if not isinstance(conversation, dict):
            continue
        blocks = []
        for number, message in enumerate(_shown_branch(conversation), 1):
            role = _mapping(message.get("author")).get("role")
            speaker = {"user": "Me", "assistant": "ChatGPT"}.get(str(role))
            if speaker:
                block = _message(number, _chatgpt_text(message), speaker, _when(message.get("create_time")))
                blocks += [block] if block else []
        yield _item(
            str(conversation.get("title") or "ChatGPT conversation"),
            blocks,
            _when(conversation.get("create_time")),
        )


def _shown_branch(conversation: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages from the root to the current node; without one, all in order of time."""
    nodes = {key: _mapping(node) for key, node in _mapping(conversation.get("mapping")).items()}
    branch = []
    key = conversation.get("current_node")
    seen = set()
    while isinstance(key, str) and key in nodes and key not in seen:
        seen.add(key)
        branch.append(_mapping(nodes[key].get("message")))
        key = nodes[key].get("parent")
    if branch:
        return branch[::-1]
    messages = [_mapping(node.get("message")) for node in nodes.values()]
    return sorted(messages, key=lambda message: _when(message.get("create_time")) or "")


def _chatgpt_text(message: dict[str, Any]) -> str:
    content = _mapping(message.get("content"))
    parts = content.get("parts")
    if isinstance(parts, list):
        texts = [part if isinstance(part, str) else str(_mapping(part).get("text") or "") for part in parts]
        return "\n".join(text for text in texts if text)
    return str(content.get("text") or "")


def read_claude(source: Source) -> Iterator[Item]:
    for conversation in elements(source, "item"):
        if not isinstance(conversation, dict):
            continue
        blocks = []
        messages = conversation.get("chat_messages")
        for number, raw in enumerate(messages if isinstance(messages, list) else [], 1):
            message = _mapping(raw)
            speaker = {"human": "Me", "assistant": "Claude"}.get(
                str(message.get("sender")), message.get("sender")
            )
            block = _message(number, _claude_text(message), speaker, iso_date(message.get("created_at")))
            blocks += [block] if block else []
        yield _item(
            str(conversation.get("name") or "Claude conversation"),
            blocks,
            iso_date(conversation.get("created_at")),
        )


def _claude_text(message: dict[str, Any]) -> str:
    if message.get("text"):
        texts = [str(message["text"])]
    else:
        content = message.get("content")
        texts = [
            str(_mapping(part).get("text") or "") for part in (content if isinstance(content, list) else [])
        ]
    attached = message.get("attachments")
    for file in attached if isinstance(attached, list) else []:
        texts.append(str(_mapping(file).get("extracted_content") or ""))
    return "\n\n".join(text for text in texts if text)


def read_telegram(source: Source) -> Iterator[Item]:
    name = next((name for name in elements(source, "name") if isinstance(name, str)), source.stem)
    yield _telegram_chat(name, elements(source, "messages.item"))


def read_telegram_full(source: Source) -> Iterator[Item]:
    for chat in elements(source, "chats.list.item"):
        messages = _mapping(chat).get("messages")
        yield _telegram_chat(
            str(_mapping(chat).get("name") or "saved messages"),
            iter(messages if isinstance(messages, list) else []),
        )


def _telegram_chat(name: str, messages: Iterator[Any]) -> Item:
    blocks = []
    for number, raw in enumerate(messages, 1):
        message = _mapping(raw)
        text = _telegram_text(message.get("text"))
        block = _message(
            number, text, message.get("from") or message.get("actor"), iso_date(message.get("date"))
        )
        blocks += [block] if block else []
    dates = [block.when[:10] for block in blocks if block.when]
    return _item(f"Telegram {name}", blocks, dates[0] if dates else None)


def _telegram_text(text: object) -> str:
    pieces = text if isinstance(text, list) else [text]
    return "".join(
        piece if isinstance(piece, str) else str(_mapping(piece).get("text") or "") for piece in pieces
    )


def read_chrome_bookmarks(source: Source) -> Iterator[Item]:
    blocks: list[Block] = []
    for root in elements(source, "roots"):
        pending = [(node, 1) for node in reversed(list(_mapping(root).values()))]
        while pending:
            raw, level = pending.pop()
            node = _mapping(raw)
            name = tidy(str(node.get("name") or "")).strip()
            if node.get("type") == "url":
                blocks.append(Block(f"- {name}: {tidy(str(node.get('url') or ''))}", kind="list"))
            elif node.get("type") == "folder":
                blocks += [Block(name, kind="heading", level=level)] if name else []
                children = node.get("children")
                pending += [
                    (child, level + 1) for child in reversed(children if isinstance(children, list) else [])
                ]
    yield _item("Bookmarks", blocks, None)
