"""Databases of chats and notes: who said what and when, from the file as it lies there, which stays as it is."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest

from app.errors import Skipped, Unreadable
from app.parsing import Item, read_file
from app.parsing.formats.databases.imessage import archived_text
from tests.app.parsing.samples import phones


def read(tmp_path: Path, name: str, data: bytes) -> list[Item]:
    (tmp_path / name).write_bytes(data)
    return read_file(tmp_path / name)


def said(item: Item) -> list[tuple[str, str, str]]:
    return [(block.when, block.speaker, block.text) for block in item.blocks]


def test_whatsapp_on_android(tmp_path: Path) -> None:
    alone, group = read(tmp_path, "msgstore.db", phones.whatsapp_android())
    assert alone.title == "WhatsApp +351912"
    assert said(alone) == [
        ("2024-03-05T14:02:11", "+351912", "The tram in Lisbon is late"),
        ("2024-03-05T14:03:11", "Me", "Then walk"),
    ]
    assert group.title == "WhatsApp Lisbon trip"
    assert said(group)[1] == ("2024-03-05T14:03:41", "+351912", "Our door\n[door.jpg]")


def test_names_come_from_the_database_of_contacts_beside(tmp_path: Path) -> None:
    contacts = phones.database(
        "create table wa_contacts (jid text, display_name text, wa_name text)",
        {"wa_contacts": [("351912@s.whatsapp.net", "Hana", None)]},
    )
    (tmp_path / "wa.db").write_bytes(contacts)
    alone, _ = read(tmp_path, "msgstore.db", phones.whatsapp_android())
    assert (alone.title, alone.blocks[0].speaker) == ("WhatsApp Hana", "Hana")


def test_whatsapp_before_2022_and_on_an_iphone(tmp_path: Path) -> None:
    (old,) = read(tmp_path, "old.db", phones.whatsapp_old())
    assert [block.text for block in old.blocks] == ["In Lisbon now", "Good"]
    alone, group = read(tmp_path, "ChatStorage.sqlite", phones.whatsapp_ios())
    assert said(alone)[1] == ("2024-03-05T14:03:11", "Me", "Good")
    assert said(group) == [("2024-03-05T14:02:11", "Ken", "Who has the key?")]


def test_messages_with_archived_texts_and_without_reactions(tmp_path: Path) -> None:
    (item,) = read(tmp_path, "chat.db", phones.imessage())
    assert [(speaker, text[:9]) for _, speaker, text in said(item)] == [
        ("+351912", "In Lisbon"),
        ("Me", "Then walk"),
    ]
    assert item.blocks[1].text.endswith("it is not far.")


@pytest.mark.parametrize("text", ["hi", "ü" * 70, "x" * 300])
def test_archived_text_of_any_length(text: str) -> None:
    assert archived_text(phones.archived(text)) == text


def test_apples_notes_without_the_locked_ones(tmp_path: Path) -> None:
    (item,) = read(tmp_path, "NoteStore.sqlite", phones.apple_notes())
    assert (item.title, item.date) == ("Travel › Lisbon list", "2024-03-05T14:02:11")
    assert item.blocks[0].text == "Lisbon list\nKeys under the mat"
    assert item.notes[0].startswith("1 locked notes")


def test_what_is_still_in_the_log_is_read_and_nothing_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "msgstore.db"
    path.write_bytes(phones.whatsapp_android())
    writer = sqlite3.connect(path)
    writer.execute("pragma journal_mode = wal")
    writer.execute("insert into message values (9, 1, 0, null, 1709647999000, 'Only in the log', 0)")
    writer.commit()
    files = {one: hashlib.sha256(one.read_bytes()).digest() for one in (path, tmp_path / "msgstore.db-wal")}
    alone = read_file(path)[0]
    assert alone.blocks[-1].text == "Only in the log"
    assert {one: hashlib.sha256(one.read_bytes()).digest() for one in files} == files
    writer.close()


def test_another_database_is_skipped_and_a_view_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(Skipped, match="SQLite database"):
        read(tmp_path, "any.db", phones.database("create table x (y)", {"x": [(1,)]}))
    endless = (
        "create view messages as with recursive n(key_remote_jid) as (select 1 union all select 1 from n) "
        "select * from n"
    )
    with pytest.raises(Skipped, match="SQLite database"):
        read(tmp_path, "view.db", phones.database(endless, {}))


@pytest.mark.parametrize(
    ("name", "reason"),
    [("msgstore.db.crypt15", "WhatsApp's encrypted backup"), ("db.sqlite", "encrypted database")],
)
def test_encrypted_ones_say_what_to_do(name: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(tmp_path, name, bytes(range(128, 256)) * 8 + bytes(range(256)) * 4)
