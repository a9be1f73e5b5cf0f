"""WhatsApp's own database on Android (msgstore.db, decrypted), with the tables of today and those before 2022.

Names of contacts are in another database (wa.db); without it beside, a person is their number.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.parsing.formats.chats.turns import chat, moment, turn
from app.parsing.formats.databases.sqlite import Tables, either
from app.parsing.items import Block, Item, Limits, Source

_DELETED = 15


def read_messages(
    connection: sqlite3.Connection, tables: Tables, source: Source, limits: Limits
) -> Iterator[Item]:
    names = _contacts(source)
    media = "message_media" in tables
    place = "message_location" in tables
    card = "message_vcard" in tables
    rows = connection.execute(
        f"""
        select message.chat_row_id, chat_jid.raw_string, {either(tables, "chat", "subject")}, message.from_me,
               sender.raw_string, message.timestamp, message.text_data,
               coalesce({either(tables, "message_media", "media_name")}, {either(tables, "message_media", "file_path")}),
               {either(tables, "message_location", "place_name") if place else "null"},
               {either(tables, "message_vcard", "vcard") if card else "null"}
        from message
        join chat on chat._id = message.chat_row_id
        left join jid as chat_jid on chat_jid._id = chat.jid_row_id
        left join jid as sender on sender._id = {either(tables, "message", "sender_jid_row_id")}
        {"left join message_media on message_media.message_row_id = message._id" if media else ""}
        {"left join message_location on message_location.message_row_id = message._id" if place else ""}
        {"left join message_vcard on message_vcard.message_row_id = message._id" if card else ""}
        where {either(tables, "message", "message_type", otherwise="0")} is not {_DELETED}
        order by message.chat_row_id, message.timestamp, message._id
        """
    )
    yield from _chats(rows, names)


def read_old_messages(
    connection: sqlite3.Connection, tables: Tables, source: Source, limits: Limits
) -> Iterator[Item]:
    names = _contacts(source)
    has_subjects = {"key_remote_jid", "subject"} <= tables.get("chat_list", frozenset())
    rows = connection.execute(
        f"""
        select messages.key_remote_jid, messages.key_remote_jid,
               {"chat_list.subject" if has_subjects else "null"}, messages.key_from_me,
               {either(tables, "messages", "remote_resource")}, messages.timestamp,
               coalesce(messages.data, {either(tables, "messages", "media_caption")}),
               {either(tables, "messages", "media_name")}, null, null
        from messages
        {"left join chat_list on chat_list.key_remote_jid = messages.key_remote_jid" if has_subjects else ""}
        where {either(tables, "messages", "status", otherwise="0")} is not 6
        order by messages.key_remote_jid, messages.timestamp, messages._id
        """
    )
    yield from _chats(rows, names)


def _chats(rows: sqlite3.Cursor, names: dict[str, str]) -> Iterator[Item]:
    """A conversation for each run of rows of one chat."""
    current: object = None
    title, turns = "", list[Block | None]()
    for key, jid, subject, own, sender, time, text, file, place, card in rows:
        if turns and key != current:
            yield chat(title, turns)
            turns = []
        if key != current:
            current, title = key, f"WhatsApp {_text(subject) or _name(jid, names)}"
        speaker = "Me" if own else _name(sender or jid, names)
        attached = _text(file).rpartition("/")[2]
        contact = next((line[3:] for line in _text(card).splitlines() if line.startswith("FN:")), "")
        texts = [
            _text(text),
            f"Place: {_text(place)}" if place else "",
            f"Contact: {contact}" if contact else "",
        ]
        texts.append(f"[{attached}]" if attached else "")
        said = "\n".join(part for part in texts if part)
        turns.append(turn(len(turns) + 1, said, speaker, _moment(time)))
    if turns:
        yield chat(title, turns)


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _moment(milliseconds: Any) -> str | None:
    return moment(milliseconds / 1000) if isinstance(milliseconds, (int, float)) else None


def _name(jid: Any, names: dict[str, str]) -> str:
    """The contact's name, else the number that the address begins with."""
    address = _text(jid)
    number, _, server = address.partition("@")
    if address in names:
        return names[address]
    return f"+{number}" if number.isdecimal() and server.startswith("s.") else number or "unknown number"


def _contacts(source: Source) -> dict[str, str]:
    data = source.beside("wa.db")
    if data is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wa.db"
        path.write_bytes(data)
        connection = sqlite3.connect(path)
        try:
            rows = connection.execute("select jid, coalesce(display_name, wa_name) from wa_contacts")
            return {jid: name for jid, name in rows if isinstance(jid, str) and name}
        except sqlite3.Error:
            return {}
        finally:
            connection.close()
