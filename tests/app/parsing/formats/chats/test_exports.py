"""Exports of the other chat programs, each as its program writes them, on tiny samples."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from app.parsing import Item, read_file
from app.parsing.formats.chats.turns import repaired
from app.parsing.spoken_dates import spoken_moment


def read(tmp_path: Path, data: Any, name: str = "export.json") -> list[Item]:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return read_file(path)


def said(items: list[Item]) -> list[str]:
    return [f"{block.speaker}: {block.text}" for item in items for block in item.blocks]


# Telegram


def test_telegram_says_what_is_no_text(tmp_path: Path) -> None:
    base = {"type": "message", "date": "2024-03-01T10:05:00", "from": "Ilse", "text": ""}
    poll = {
        "question": "Where?",
        "answers": [{"text": "Bergen", "voters": 2}, {"text": "Turku", "voters": 1}],
    }
    todo = {"title": "Shopping", "items": [{"text": "milk"}]}
    link = ["see ", {"type": "text_link", "text": "this", "href": "https://g.example"}]
    file = {"file": "files/x.pdf", "file_name": "policy.pdf"}
    voice = {
        "file": "(File not included. Change data exporting settings to download.)",
        "media_type": "voice_message",
    }
    place = {"location_information": {"latitude": 1.5, "longitude": 2.5}, "place_name": "Harbour"}
    contact = {"contact_information": {"first_name": "Sweep", "last_name": "Aalto", "phone_number": "+358"}}
    more: list[dict[str, Any]] = [
        {"text": "Stop.", "forwarded_from": "Doctor"},
        {"poll": poll},
        {"todo_list": todo},
        {"text": link},
        file,
        voice,
        place,
        contact,
        {"type": "service", "actor": "Ilse", "action": "create_group", "title": "Family", "from": None},
        {"type": "service", "actor": "Ilse", "action": "pin_message", "from": None},
        {"media_type": "sticker", "file": "s.webp"},
    ]
    messages = [{"id": n, **base, **one} for n, one in enumerate(more)]
    assert said(read(tmp_path, {"name": "Family", "type": "group", "id": 1, "messages": messages})) == [
        "Ilse, forwarded from Doctor: Stop.",
        "Ilse: Poll: Where? Bergen: 2, Turku: 1",
        "Ilse: Shopping\n- milk",
        "Ilse: see this (https://g.example)",
        "Ilse: [file: policy.pdf]",
        "Ilse: [voice message]",
        "Ilse: Place: Harbour, 1.5, 2.5",
        "Ilse: Contact: Sweep Aalto +358",
        ": Ilse: create group Family",
    ]


def test_telegram_account_with_contacts(tmp_path: Path) -> None:
    chats = {
        "list": [
            {
                "name": "Tom",
                "messages": [{"type": "message", "from": "Tom", "text": "hi", "date": "2024-03-01T10:00:00"}],
            }
        ]
    }
    contacts = {"list": [{"first_name": "Ana", "last_name": "Reis", "phone_number": "+351"}]}
    items = read(
        tmp_path,
        {"about": "x", "personal_information": {}, "contacts": contacts, "chats": chats, "left_chats": chats},
    )
    assert [item.title for item in items] == ["Telegram Tom", "Telegram Tom", "Telegram contacts"]
    assert items[-1].blocks[0].text == "- Ana Reis +351"


# Slack


MEMBERS = [
    {"id": "U1", "name": "hv", "profile": {"real_name": "Helena Veiga", "email": "h@x.example"}},
    {"id": "U2", "real_name": "Bo", "profile": {}},
]


DAY = [
    {
        "user": "U1",
        "type": "message",
        "ts": "1709649720.000100",
        "text": "<@U2> bring <https://x.example|the fork> &amp; <#C1|choir> <!here>",
    },
    {"user": "U2", "type": "message", "ts": "1709649730.000100", "text": "", "files": [{"name": "song.pdf"}]},
    {
        "user": "U2",
        "type": "message",
        "subtype": "channel_join",
        "ts": "1709649730.000100",
        "text": "<@U2> has joined",
    },
    {
        "user": "U9",
        "user_profile": {"real_name": "Guest"},
        "type": "message",
        "ts": "1709649740.0",
        "text": "Hello",
    },
]


SAID = [
    "Helena Veiga: @Bo bring the fork (https://x.example) & #choir @here",
    "Bo: [song.pdf]",
    "Guest: Hello",
]


def test_slack_in_a_zip_and_unpacked(tmp_path: Path) -> None:
    channels = [{"id": "C1", "name": "choir", "members": ["U1"], "topic": {"value": "Songs"}}]
    files = {"users.json": MEMBERS, "channels.json": channels, "choir/2024-03-05.json": DAY}
    with zipfile.ZipFile(tmp_path / "slack.zip", "w") as archive:
        for name, data in files.items():
            archive.writestr(name, json.dumps(data))
    items = {item.title: item for item in read_file(tmp_path / "slack.zip")}
    assert said([items["Slack choir"]]) == SAID
    assert items["Slack choir"].date == "2024-03-05"
    assert items["Slack members"].blocks[0].text == "- Helena Veiga, h@x.example\n- Bo"
    assert items["Slack channels"].blocks[0].text == "- #choir: Songs; Helena Veiga"
    for name, data in files.items():
        unpacked = read(tmp_path / "slack", data, name)
    assert said(unpacked) == SAID and unpacked[0].title == "Slack choir"


def test_slack_between_two_people(tmp_path: Path) -> None:
    read(tmp_path, MEMBERS, "users.json")
    (tmp_path / "dms.json").write_text(json.dumps([{"id": "D012ABCDE", "members": ["U1", "U2"]}]))
    (item,) = read(tmp_path, DAY[:1], "D012ABCDE/2024-03-05.json")
    assert item.title == "Slack Helena Veiga, Bo"


def test_slack_of_blocks_alone_from_a_guest(tmp_path: Path) -> None:
    words = [
        {"type": "text", "text": "Bring "},
        {"type": "user", "user_id": "U1"},
        {"type": "text", "text": " along"},
    ]
    section = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": words}]}
    note = {"type": "section", "text": {"type": "mrkdwn", "text": "At nine"}}
    day = [
        {"type": "message", "ts": "1709649720.1", "user": "U9", "text": "", "blocks": [section, note]},
        {
            "type": "message",
            "ts": "1709649721.1",
            "user": "U9",
            "text": "ok",
            "user_profile": {"real_name": "Ida"},
        },
    ]
    assert said(read(tmp_path, day, "choir/2024-03-05.json")) == ["Ida: Bring @U1 along\nAt nine", "Ida: ok"]


# Discord, Google Chat, Facebook and Instagram


def test_discord(tmp_path: Path) -> None:
    one = {
        "timestamp": "2024-03-05T14:22:00.123+00:00",
        "content": "<@77> see <:leek:12>",
        "author": {"name": "mm", "nickname": "Mike"},
        "mentions": [{"id": "77", "nickname": "Ana"}],
        "attachments": [{"fileName": "tap.jpg"}],
        "embeds": [{"title": "Taps"}],
    }
    (item,) = read(
        tmp_path, {"guild": {"name": "Allotment"}, "channel": {"name": "garden"}, "messages": [one]}
    )
    assert item.title == "Discord Allotment › garden" and item.date == "2024-03-05"
    assert said([item]) == ["Mike: @Ana see :leek:\nTaps\n[tap.jpg]"]
    read(tmp_path, {"id": "1", "name": "garden"}, "channel.json")
    own = [
        {"ID": 2, "Timestamp": "2024-03-06 10:00:00", "Contents": "second", "Attachments": ""},
        {"ID": 1, "Timestamp": "2024-03-05 10:00:00", "Contents": "first", "Attachments": ""},
    ]
    (item,) = read(tmp_path, own, "messages.json")
    assert item.title == "Discord garden" and said([item]) == ["Me: first", "Me: second"]


def test_google_chat(tmp_path: Path) -> None:
    (tmp_path / "group_info.json").write_text(json.dumps({"name": "Piano", "members": []}))
    one = {
        "creator": {"name": "Nadia"},
        "created_date": "Tuesday, March 5, 2024 at 2:22:10\u202fPM UTC",
        "text": "On Thursday",
        "attached_files": [{"original_name": "a.pdf"}],
    }
    (item,) = read(tmp_path, {"messages": [one]}, "messages.json")
    assert item.title == "Google Chat Piano" and said([item]) == ["Nadia: On Thursday\n[a.pdf]"]
    assert item.blocks[0].when == "2024-03-05T14:22:10"


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("Dienstag, 5. März 2024 um 14:22:10 UTC", "2024-03-05T14:22:10"),
        ("mardi 5 mars 2024 à 14:22", "2024-03-05T14:22:00"),
        ("5 de marzo de 2024", "2024-03-05"),
        ("вторник, 5 марта 2024 г. в 14:22:10", "2024-03-05T14:22:10"),
        ("mar. 5 janv. 2024 14:22", "2024-01-05T14:22:00"),
        ("Di, 5 Mrz 2024 14:22", "2024-03-05T14:22:00"),
        ("ti 5. maaliskuuta 2024 klo 14.22", "2024-03-05T14:22:00"),
        ("5 mar 2024", "2024-03-05"),
        ("2024. március 5.", "2024-03-05"),
        ("5. března 2024", "2024-03-05"),
        ("Tuesday", None),
    ],
)
def test_dates_in_words(words: str, moment: str | None) -> None:
    assert spoken_moment(words) == moment


def broken(words: str) -> str:
    return words.encode().decode("latin-1")


def test_facebook_and_instagram(tmp_path: Path) -> None:
    messages = [
        {"sender_name": broken("Zoë"), "timestamp_ms": 1709649730000, "content": broken("Später – 你好 😀")},
        {
            "sender_name": "Tom",
            "timestamp_ms": 1709649720000,
            "share": {"link": "https://x.example"},
            "photos": [{"uri": "a/b.jpg"}],
        },
    ]
    (item,) = read(
        tmp_path, {"participants": [{"name": broken("Zoë")}], "messages": messages, "title": broken("Zoë")}
    )
    assert item.title == "Messages Zoë"
    assert said([item]) == ["Tom: https://x.example\n[b.jpg]", "Zoë: Später – 你好 😀"]
    encrypted = {
        "participants": ["Zoë", "Tom"],
        "threadName": "Zoë_1",
        "messages": [{"senderName": "Zoë", "text": "hi", "timestamp": 1709649720000}],
    }
    assert said(read(tmp_path, encrypted)) == ["Zoë: hi"]


def test_text_that_is_not_broken_stays() -> None:
    for words in ("Zoë", "Ã", "naïve Â£", "你好"):
        assert repaired(words) == words


# SMS


def test_sms_by_contact_with_pictures_and_calls(tmp_path: Path) -> None:
    xml = """<?xml version='1.0' encoding='UTF-8'?><!-- x --><smses count="3">
    <sms address="+372" date="1709649780000" type="2" subject="null" body="Fine &amp; good" contact_name="Dr Saar"/>
    <sms address="+372" date="1709649720000" type="1" body="Dentist at 16:40" contact_name="Dr Saar"/>
    <sms address="+999" date="1709649720000" type="1" body="Code 77" contact_name="(Unknown)"/>
    <mms address="+372" date="1709649790000" msg_box="1" sub="null" contact_name="Dr Saar"><parts>
    <part ct="application/smil" text="&lt;smil/&gt;" cl="s.smil"/><part ct="text/plain" text="See the X-ray"/>
    <part ct="image/jpeg" cl="xray.jpg" data="AAAA"/></parts></mms></smses>"""
    items = read(tmp_path, xml, "sms.xml")
    assert [item.title for item in items] == ["SMS Dr Saar", "SMS +999"]
    assert said(items) == [
        "Dr Saar: Dentist at 16:40",
        "Me: Fine & good",
        "Dr Saar: See the X-ray\n[xray.jpg]",
        "+999: Code 77",
    ]
    call = '<call number="+372" duration="61" date="1709649720000" type="3" contact_name="Dr Saar"/>'
    calls = f'<?xml version="1.0"?><calls count="1">{call}</calls>'
    assert said(read(tmp_path, calls, "calls.xml")) == [": Missed call from Dr Saar, 61 s"]


# Signal


def test_signal_of_free_programs(tmp_path: Path) -> None:
    lines = [
        {"date": "2024-03-05 14:22:00", "sender": "Tom", "body": "hi", "attachments": ["boat.jpg"]},
        {"date": "2024-03-05 14:23:00", "sender": "Me", "body": "ho"},
    ]
    (item,) = read(tmp_path, "\n".join(map(json.dumps, lines)), "Tom/data.json")
    assert item.title == "Signal Tom" and item.date == "2024-03-05"
    assert said([item]) == ["Tom: hi\n[boat.jpg]", "Me: ho"]
    sent = [
        {"envelope": {"sourceName": "Tom", "timestamp": 1709649720000, "dataMessage": {"message": "hi"}}},
        {"envelope": {"timestamp": 1709649730000, "syncMessage": {"sentMessage": {"message": "ho"}}}},
    ]
    assert said(read(tmp_path, "\n".join(map(json.dumps, sent)), "log.jsonl")) == ["Tom: hi", "Me: ho"]


def test_other_files_of_facebook_are_repaired(tmp_path: Path) -> None:
    (item,) = read(tmp_path, [{"timestamp": 1, "data": [{"post": broken("Später – Zoë")}]}], "posts.json")
    assert "Später – Zoë" in item.blocks[0].text
