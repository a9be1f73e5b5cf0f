"""Which chat export a JSON file is, told by its keys and not by its name, since people rename."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator

from app.parsing.items import Item, Source

ExportReader = Callable[[Source], Iterator[Item]]
_HEAD = 256 * 1024

# (begins with, has all of these keys, has one of these, reader), the first that fits
_EXPORTS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], str], ...] = (
    ("[{", ("mapping", "title"), ("create_time", "current_node", "update_time"), "chatgpt:read_chatgpt"),
    ("[{", ("chat_messages",), (), "claude:read_claude"),
    ("[", ("prompt_template", "docs"), (), "claude:read_projects"),
    ("{", ("roots", "bookmark_bar"), (), "bookmarks:read_chrome_bookmarks"),
    ("{", ("guild", "channel", "messages"), (), "discord:read_exporter"),
    ("[", ("ID", "Timestamp", "Contents"), (), "discord:read_own_messages"),
    ("{", ("conversations", "MessageList"), (), "teams:read_teams"),
    ("{", ("messages", "origin_server_ts", "content"), (), "bulk:read_matrix"),
    ("[", ("header", "title", "time", "products"), (), "activity:read_activity"),
    ("{", ("messages", "creator", "created_date"), (), "google_chat:read_google_chat"),
    ("{", ("participants", "messages"), ("sender_name", "timestamp_ms"), "meta:read_meta"),
    ("{", ("participants", "messages", "senderName"), (), "meta:read_meta"),
    ("[", ("ts", "type"), ("user", "bot_id", "username"), "slack:read_day"),
    ("[", ("id", "profile"), ("real_name", "team_id"), "slack:read_members"),
    ("[", ("id", "members", "created"), ("name", "topic", "creator"), "slack:read_channels"),
    ("[", ("id", "name", "members"), (), "slack:read_channels"),
    ("{", ("about", "chats", "list"), (), "telegram:read_account"),
    ("{", ("about", "personal_information"), (), "telegram:read_account"),
    ("{", ("messages", "type", "id", "date"), ("from", "actor"), "telegram:read_chat"),
    ("{", ("entries", "creationDate"), ("text", "uuid", "richText"), "journals:read_day_one"),
    ("{", ("text", "date_journal"), (), "journals:read_journey"),
    ("{", ("activeNotes",), ("trashedNotes", "content"), "journals:read_simplenote"),
    ("{", ("isTrashed",), ("textContent", "listContent", "title", "textContentHtml"), "keep:read_keep"),
    ("{", ("nodes", "edges"), ("type", "text", "file"), "canvas:read_canvas"),
)
_ROOMS = {
    "bookmarks": "app.parsing.formats",
    "activity": "app.parsing.formats.notes",
    "journals": "app.parsing.formats.notes",
    "keep": "app.parsing.formats.notes",
    "canvas": "app.parsing.formats.notes",
}


def export_reader(source: Source) -> ExportReader | None:
    """The reader for a known export, None for any other JSON."""
    head = source.head(_HEAD)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1].decode("latin-1")

    def has(key: str) -> bool:
        return bool(re.search(rb'"' + key.encode() + rb'"\s*:', head))

    for begins, all_of, one_of, reader in _EXPORTS:
        if start and start in begins and all(map(has, all_of)) and (not one_of or any(map(has, one_of))):
            module, function = reader.split(":")
            room = _ROOMS.get(module, "app.parsing.formats.chats")
            found: ExportReader = getattr(importlib.import_module(f"{room}.{module}"), function)
            return found
    return None
