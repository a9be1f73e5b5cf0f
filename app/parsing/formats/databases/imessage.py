"""Apple's Messages (chat.db of a Mac, sms.db of a phone's backup). Reactions are left out.

Since 2022 most texts are in no column but in an archived object (`attributedBody`), whose first string they are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby

from app.parsing.formats.chats.turns import chat, text_of, turn
from app.parsing.formats.databases.core_data import apple_moment
from app.parsing.formats.databases.sqlite import Tables, either
from app.parsing.items import Block, Item, Limits, Source

_REACTIONS = range(2000, 4000)
_STRING = b"NSString"
_TEXT_FOLLOWS = b"\x01+"
_TWO_BYTES, _FOUR_BYTES = 0x81, 0x82
_ATTACHMENT = "\ufffc"


def read_messages(
    connection: sqlite3.Connection, tables: Tables, source: Source, limits: Limits
) -> Iterator[Item]:
    files = (
        """(select group_concat(coalesce(attachment.transfer_name, attachment.filename), char(10)) from attachment
            join message_attachment_join on message_attachment_join.attachment_id = attachment.ROWID
            where message_attachment_join.message_id = message.ROWID)"""
        if {"attachment", "message_attachment_join"} <= tables.keys()
        and "transfer_name" in tables["attachment"]
        else "null"
    )
    rows = connection.execute(
        f"""
        select chat.ROWID, coalesce(nullif({either(tables, "chat", "display_name")}, ''), chat.chat_identifier),
               message.is_from_me, handle.id, message.date, message.text,
               {either(tables, "message", "attributedBody")}, {either(tables, "message", "subject")}, {files},
               {either(tables, "message", "associated_message_type", otherwise="0")}
        from message
        join chat_message_join on chat_message_join.message_id = message.ROWID
        join chat on chat.ROWID = chat_message_join.chat_id
        left join handle on handle.ROWID = message.handle_id
        order by chat.ROWID, message.date, message.ROWID
        """
    )
    for (_, name), said in groupby(rows, key=lambda row: row[:2]):
        turns: list[Block | None] = []
        for _, _, own, handle, time, text, archived, subject, names, kind in said:
            if kind in _REACTIONS:
                continue
            speaker = "Me" if own else text_of(handle) or text_of(name)
            words = text_of(text) or archived_text(archived)
            attached = [f"[{one.rpartition('/')[2]}]" for one in text_of(names).split("\n") if one]
            texts = (text_of(subject), words.replace(_ATTACHMENT, "").strip(), *attached)
            turns.append(turn(len(turns) + 1, "\n".join(filter(None, texts)), speaker, apple_moment(time)))
        yield chat(f"Messages {text_of(name) or 'unknown'}", turns)


def archived_text(data: object) -> str:
    """The string in an archived NSAttributedString (a "typedstream"), "" where there is none."""
    if not isinstance(data, bytes):
        return ""
    at = data.find(_TEXT_FOLLOWS, data.find(_STRING) + 1) if _STRING in data else -1
    if at < 0 or at + 3 > len(data):
        return ""
    at += len(_TEXT_FOLLOWS)
    size = data[at]
    width = {_TWO_BYTES: 2, _FOUR_BYTES: 4}.get(size, 0)
    if width:
        size = int.from_bytes(data[at + 1 : at + 1 + width], "little")
    return data[at + 1 + width : at + 1 + width + size].decode("utf-8", "replace")
