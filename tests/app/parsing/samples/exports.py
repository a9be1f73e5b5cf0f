"""What accounts, servers and note programs give out: a file of each kind that is told by its keys."""

from __future__ import annotations

import json
from typing import Any

WHEN = 1_709_649_720_000  # 2024-03-05T14:42:00 UTC, in milliseconds

TEAMS = {
    "userId": "8:nora",
    "conversations": [
        {
            "id": "19:abc",
            "displayName": "Tom",
            "MessageList": [
                {
                    "id": "1",
                    "displayName": "Tom",
                    "originalarrivaltime": "2024-03-05T14:22:00.000Z",
                    "messagetype": "RichText/Html",
                    "content": "<p>We meet in Lisbon &amp; walk</p>",
                    "from": "8:tom",
                },
                {
                    "id": "2",
                    "originalarrivaltime": "2024-03-05T14:23:00.000Z",
                    "messagetype": "Text",
                    "content": "At nine",
                    "from": "8:nora",
                },
            ],
        }
    ],
}

MATRIX = {
    "room_name": "Travel",
    "messages": [
        {
            "type": "m.room.message",
            "sender": "@tom:example.org",
            "content": {"msgtype": "m.text", "body": "In Lisbon now"},
            "origin_server_ts": WHEN,
        },
        {
            "type": "m.room.message",
            "sender": "@nora:example.org",
            "content": {"msgtype": "m.image", "body": "tram.jpg"},
            "origin_server_ts": WHEN + 1000,
        },
    ],
}

MATTERMOST: list[dict[str, Any]] = [
    {"type": "version", "version": 1},
    {"type": "channel", "channel": {"team": "home", "name": "travel"}},
    {
        "type": "post",
        "post": {
            "team": "home",
            "channel": "travel",
            "user": "tom",
            "message": "Lisbon in March?",
            "create_at": WHEN,
            "replies": [{"user": "nora", "message": "Yes", "create_at": WHEN + 1000}],
        },
    },
    {
        "type": "direct_post",
        "direct_post": {
            "channel_members": ["tom", "nora"],
            "user": "nora",
            "message": "Bring the map",
            "create_at": WHEN,
            "attachments": [{"path": "files/map.png"}],
        },
    },
]

ACTIVITY = [
    {
        "header": "Gemini Apps",
        "title": "Prompted When does the tram in Lisbon go?",
        "time": "2024-03-05T14:22:00.000Z",
        "products": ["Gemini Apps"],
        "safeHtmlItem": [{"html": "<p>Every ten minutes.</p>"}],
    },
    {
        "header": "Search",
        "title": "Searched for trams",
        "time": "2024-03-04T10:00:00.000Z",
        "products": ["Search"],
    },
]

SIGNAL = [
    {"date": "2024-03-05 14:22:00", "sender": "Tom", "body": "Lisbon?", "attachments": ["boat.jpg"]},
    {"date": "2024-03-05 14:23:00", "sender": "Me", "body": "Lisbon."},
]

JSON = {
    "teams messages.json": TEAMS,
    "matrix export.json": MATRIX,
    "MyActivity.json": ACTIVITY,
    "discord messages.json": [
        {"ID": 1, "Timestamp": "2024-03-05 14:22:00", "Contents": "Lisbon it is", "Attachments": ""}
    ],
    "users.json": [{"id": "U1", "team_id": "T1", "name": "tom", "profile": {"real_name": "Tom of Lisbon"}}],
    "channels.json": [
        {
            "id": "C1",
            "name": "travel",
            "created": 1,
            "creator": "U1",
            "members": ["U1"],
            "topic": {"value": "Lisbon"},
        }
    ],
    "projects.json": [
        {
            "uuid": "1",
            "name": "Journey",
            "description": "To Lisbon",
            "prompt_template": "Be brief",
            "created_at": "2024-03-05T14:02:11Z",
            "docs": [{"filename": "plan.md", "content": "Nine days"}],
        }
    ],
    "account result.json": {
        "about": "All data",
        "personal_information": {"first_name": "Nora"},
        "contacts": {"about": "", "list": [{"first_name": "Tom", "phone_number": "+351 123"}]},
        "chats": {
            "about": "",
            "list": [
                {
                    "name": "Tom",
                    "type": "personal_chat",
                    "id": 1,
                    "messages": [
                        {
                            "id": 1,
                            "type": "message",
                            "date": "2024-03-05T14:02:11",
                            "from": "Tom",
                            "text": "Lisbon now",
                        }
                    ],
                }
            ],
        },
    },
    "1709649720000-abc.json": {
        "text": "<p>Rain in Lisbon</p>",
        "date_journal": WHEN,
        "tags": ["trip"],
        "id": "x",
    },
    "notes.json": {
        "activeNotes": [
            {"id": "1", "content": "Lisbon\nBring shoes", "creationDate": "2024-03-05T14:02:11.000Z"}
        ],
        "trashedNotes": [],
    },
    "keep note.json": {
        "title": "Lisbon",
        "isTrashed": False,
        "listContent": [{"text": "shoes", "isChecked": True}, {"text": "map", "isChecked": False}],
        "createdTimestampUsec": WHEN * 1000,
    },
    "board.canvas": {
        "nodes": [
            {"id": "a", "type": "text", "text": "Lisbon by tram"},
            {"id": "b", "type": "file", "file": "plan.md"},
        ],
        "edges": [{"id": "c", "fromNode": "a", "toNode": "b", "label": "see"}],
    },
}

LINES = {"import.jsonl": MATTERMOST, "signal data.json": SIGNAL}

XML = {
    "notes.enex": """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE en-export SYSTEM "http://xml.evernote.com/pub/evernote-export4.dtd">
<en-export><note><title>Lisbon</title><created>20240305T140211Z</created><tag>trip</tag>
<content><![CDATA[<?xml version="1.0"?><en-note><div>Nine days</div>
<div><en-todo checked="true"/>shoes</div></en-note>]]></content></note></en-export>
""",
    "calls.xml": """<?xml version="1.0"?><calls count="1">
<call number="1" duration="61" date="1709649720000" type="3" contact_name="Tom in Lisbon"/></calls>
""",
}

CAPTIONS = {
    "film.ass": """[Script Info]
Title: Trams

[V4+ Styles]
Format: Name, Fontname

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:03.00,Default,Nora,0,0,0,,Welcome to {\\i1}Lisbon{\\i0}
Dialogue: 0,0:00:04.00,0:00:06.00,Default,Tom,0,0,0,,The tram\\Nis here
""",
    "film.sbv": """0:00:01.000,0:00:03.000
Welcome to Lisbon

0:00:04.000,0:00:06.000
The tram is here
""",
}


def every_format() -> dict[str, bytes]:
    written = {
        **{name: json.dumps(data, ensure_ascii=False) for name, data in JSON.items()},
        **{name: "\n".join(map(json.dumps, lines)) for name, lines in LINES.items()},
        **XML,
        **CAPTIONS,
    }
    return {name: text.encode() for name, text in written.items()}
