"""Files of phones and of Apple's and Microsoft's programs, made by hand after what is publicly known of them.

Every file holds the word "Lisbon".
"""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import struct
import tarfile
import tempfile
import zipfile
from pathlib import Path

APPLE_1970 = 978_307_200
WHEN = 1_709_647_331  # 2024-03-05T14:02:11 UTC

LINE = """[LINE] Chat history with Hana
Saved on: 2024/03/05 15:00

2024/03/05(火)
14:02\tHana\tIn Lisbon now
14:05\tKen\t"Two lines
of words"
14:07\t☎ Call time 1:23
"""
KAKAO = """Hana 님과 카카오톡 대화
저장한 날짜 : 2024-03-05 15:00:11

--------------- 2024년 3월 5일 화요일 ---------------
[Hana] [오후 2:02] In Lisbon now
[Ken] [오후 2:05] Two lines
of words
"""
WECHAT = """2024-03-05 14:02:11 张三
In Lisbon now

2024-03-05 14:05:00 Ken
Two lines
of words
"""
DAY_ONE = {
    "metadata": {"version": "1.0"},
    "entries": [
        {
            "uuid": "A1",
            "creationDate": "2024-03-05T14:02:11Z",
            "text": "# Lisbon\n\nRain again\\. We stayed in\\.\n\n![](dayone-moment:\\/\\/ABC)",
            "tags": ["travel"],
            "location": {"placeName": "Rua Augusta 1", "country": "Portugal"},
        }
    ],
}
JOPLIN_ID = "0123456789abcdef0123456789abcdef"
JOPLIN = f"""Lisbon plan

Take the umbrella.

id: {JOPLIN_ID}
parent_id: 00000000000000000000000000000001
created_time: 2024-03-05T14:02:11.000Z
updated_time: 2024-03-06T08:00:00.000Z
is_conflict: 0
markup_language: 1
deleted_time: 0
type_: 1"""


def database(script: str, rows: dict[str, list[tuple[object, ...]]]) -> bytes:
    """An SQLite file of these tables and rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.db"
        connection = sqlite3.connect(path)
        connection.executescript(script)
        for table, values in rows.items():
            connection.executemany(f"insert into {table} values ({','.join('?' * len(values[0]))})", values)
        connection.commit()
        connection.close()
        return path.read_bytes()


def whatsapp_android() -> bytes:
    return database(
        """create table jid (_id integer primary key, user text, server text, raw_string text);
        create table chat (_id integer primary key, jid_row_id integer, subject text);
        create table message (_id integer primary key, chat_row_id integer, from_me integer, sender_jid_row_id integer,
            timestamp integer, text_data text, message_type integer);
        create table message_media (message_row_id integer, file_path text, media_name text)""",
        {
            "jid": [
                (1, "351912", "s.whatsapp.net", "351912@s.whatsapp.net"),
                (2, "9-1", "g.us", "9-1@g.us"),
            ],
            "chat": [(1, 1, None), (2, 2, "Lisbon trip")],
            "message": [
                (1, 1, 0, None, WHEN * 1000, "The tram in Lisbon is late", 0),
                (2, 1, 1, None, (WHEN + 60) * 1000, "Then walk", 0),
                (3, 1, 0, None, (WHEN + 70) * 1000, "gone", 15),
                (4, 2, 0, 1, WHEN * 1000, "Who has the key?", 0),
                (5, 2, 0, 1, (WHEN + 90) * 1000, "Our door", 1),
            ],
            "message_media": [(5, "Media/WhatsApp Images/door.jpg", None)],
        },
    )


def whatsapp_old() -> bytes:
    return database(
        """create table messages (_id integer primary key, key_remote_jid text, key_from_me integer, status integer,
            data text, timestamp integer, media_caption text, media_name text, remote_resource text)""",
        {
            "messages": [
                (1, "351912@s.whatsapp.net", 0, 0, "In Lisbon now", WHEN * 1000, None, None, None),
                (2, "351912@s.whatsapp.net", 1, 5, "Good", (WHEN + 60) * 1000, None, None, None),
            ]
        },
    )


def whatsapp_ios() -> bytes:
    return database(
        """create table ZWACHATSESSION (Z_PK integer primary key, ZPARTNERNAME text, ZCONTACTJID text);
        create table ZWAGROUPMEMBER (Z_PK integer primary key, ZCONTACTNAME text, ZMEMBERJID text);
        create table ZWAMESSAGE (Z_PK integer primary key, ZISFROMME integer, ZMESSAGETYPE integer, ZCHATSESSION integer,
            ZGROUPMEMBER integer, ZMESSAGEDATE real, ZTEXT text)""",
        {
            "ZWACHATSESSION": [(1, "Hana", "351912@s.whatsapp.net"), (2, "Trip", "9@g.us")],
            "ZWAGROUPMEMBER": [(1, "Ken", "351913@s.whatsapp.net")],
            "ZWAMESSAGE": [
                (1, 0, 0, 1, None, WHEN - APPLE_1970, "In Lisbon now"),
                (2, 1, 0, 1, None, WHEN + 60 - APPLE_1970, "Good"),
                (3, 0, 0, 2, 1, WHEN - APPLE_1970, "Who has the key?"),
            ],
        },
    )


def archived(text: str) -> bytes:
    """A text as Messages archives it."""
    data = text.encode()
    size = bytes([len(data)]) if len(data) < 0x80 else b"\x81" + len(data).to_bytes(2, "little")
    start = b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x12NSAttributedString\x00\x84\x84\x08NSObject\x00"
    return start + b"\x85\x92\x84\x84\x84\x08NSString\x01\x94\x84\x01+" + size + data + b"\x86\x84\x02iI"


def imessage() -> bytes:
    nanoseconds = (WHEN - APPLE_1970) * 1_000_000_000
    return database(
        """create table handle (ROWID integer primary key, id text);
        create table chat (ROWID integer primary key, chat_identifier text, display_name text);
        create table message (ROWID integer primary key, text text, attributedBody blob, handle_id integer, date integer,
            is_from_me integer, associated_message_type integer);
        create table chat_message_join (chat_id integer, message_id integer)""",
        {
            "handle": [(1, "+351912")],
            "chat": [(1, "+351912", "")],
            "message": [
                (1, "In Lisbon now", None, 1, nanoseconds, 0, 0),
                (
                    2,
                    None,
                    archived("Then walk, " + "it is not far. " * 20),
                    0,
                    nanoseconds + 60 * 10**9,
                    1,
                    0,
                ),
                (3, "Loved “In Lisbon now”", None, 1, nanoseconds + 70 * 10**9, 0, 2000),
            ],
            "chat_message_join": [(1, 1), (1, 2), (1, 3)],
        },
    )


def field(number: int, value: bytes | int) -> bytes:
    """A field of a protocol buffer."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def apple_notes() -> bytes:
    note = gzip.compress(field(2, field(3, field(2, b"Lisbon list\nKeys under the mat"))))
    return database(
        """create table ZICNOTEDATA (Z_PK integer primary key, ZNOTE integer, ZDATA blob);
        create table ZICCLOUDSYNCINGOBJECT (Z_PK integer primary key, ZTITLE1 text, ZTITLE2 text, ZFOLDER integer,
            ZFOLDERTYPE integer, ZCREATIONDATE1 real, ZISPASSWORDPROTECTED integer, ZMARKEDFORDELETION integer)""",
        {
            "ZICNOTEDATA": [(1, 1, note), (2, 2, None)],
            "ZICCLOUDSYNCINGOBJECT": [
                (1, "Lisbon list", None, 3, None, WHEN - APPLE_1970, 0, 0),
                (2, "Diary", None, 3, None, WHEN - APPLE_1970, 1, 0),
                (3, None, "Travel", None, 0, None, 0, 0),
            ],
        },
    )


def iwa(messages: list[tuple[int, int, bytes]]) -> bytes:
    """An IWA file of (object, type, message)."""
    import snappy

    data = b""
    for number, kind, message in messages:
        info = field(1, number) + field(2, field(1, kind) + field(2, b"\x01") + field(3, len(message)))
        data += varint(len(info)) + info + message
    packed = snappy.compress(data)
    return b"\x00" + struct.pack("<I", len(packed))[:3] + packed


def text_storage(text: str, kind: int = 0) -> bytes:
    return field(1, kind) + field(3, text.encode())


def pages() -> bytes:
    return _packed(
        {
            "Index/Document.iwa": iwa(
                [(1, 10000, b""), (7, 2001, text_storage("The flat in Lisbon\nis on the third floor."))]
            ),
            "Metadata/DocumentIdentifier": b"x",
        }
    )


def keynote() -> bytes:
    """Two slides, stored in the other order than they are shown."""
    reference = [field(1, number) for number in (21, 22)]
    show = field(3, field(2, reference[1]) + field(2, reference[0]))
    nodes = [(21, 4, field(2, field(1, 31))), (22, 4, field(2, field(1, 32)))]
    return _packed(
        {
            "Index/Document.iwa": iwa([(2, 2, show), *nodes]),
            "Index/Slide-31.iwa": iwa([(31, 5, b""), (41, 2001, text_storage("Second: the tram", 3))]),
            "Index/Slide-32.iwa": iwa(
                [
                    (32, 5, b""),
                    (42, 2001, text_storage("First: Lisbon", 3)),
                    (43, 2001, text_storage("Smile", 4)),
                ]
            ),
            "Index/TemplateSlide-9.iwa": iwa([(44, 2001, text_storage("Double-click to edit", 3))]),
        }
    )


def _packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tnef(
    body: str = "The key is under the mat in Lisbon.", attached: bytes = b"The lease ends in May."
) -> bytes:
    """An envelope of Outlook's with a text and an attached note."""

    def attribute(level: int, name: int, kind: int, data: bytes) -> bytes:
        checksum = struct.pack("<H", sum(data) & 0xFFFF)
        return bytes([level]) + struct.pack("<HHI", name, kind, len(data)) + data + checksum

    return b"".join(
        (
            struct.pack("<IH", 0x223E9F78, 1),
            attribute(1, 0x9006, 8, struct.pack("<I", 0x10000)),
            attribute(1, 0x9007, 6, struct.pack("<II", 1252, 0)),
            attribute(1, 0x8004, 1, b"Flat in Lisbon\0"),
            attribute(1, 0x800C, 2, body.encode("cp1252")),
            attribute(2, 0x9002, 6, bytes(14)),
            attribute(2, 0x8010, 1, b"lease.txt\0"),
            attribute(2, 0x800F, 6, attached),
        )
    )


def jex() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, text in ((f"{JOPLIN_ID}.md", JOPLIN),):
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return out.getvalue()


def every_format() -> dict[str, bytes]:
    """A valid file of each of these formats, by name."""
    return {
        "line.txt": LINE.encode(),
        "kakao.txt": KAKAO.encode(),
        "wechat.txt": WECHAT.encode(),
        "Journal.json": json.dumps(DAY_ONE).encode(),
        f"{JOPLIN_ID}.md": JOPLIN.encode(),
        "notes.jex": jex(),
        "msgstore.db": whatsapp_android(),
        "old msgstore.db": whatsapp_old(),
        "ChatStorage.sqlite": whatsapp_ios(),
        "chat.db": imessage(),
        "NoteStore.sqlite": apple_notes(),
        "letter.pages": pages(),
        "talk.key": keynote(),
        "winmail.dat": tnef(),
    }
