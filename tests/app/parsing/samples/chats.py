"""Chats, as the programs export them."""

from __future__ import annotations

import json
from typing import Any

SRT = """1
00:00:01,000 --> 00:00:03,000
Welcome to <i>Lisbon</i>.

2
00:00:04,000 --> 00:00:06,000
The tram is here.

3
00:01:10,000 --> 00:01:12,500
Goodbye.
"""

EXPORTS: dict[str, Any] = {
    "2024-03-05.json": [
        {"user": "U1", "type": "message", "ts": "1709649720.000100", "text": "See <@U2> in Lisbon"}
    ],
    "discord.json": {
        "guild": {"name": "Travel"},
        "channel": {"name": "plans"},
        "messages": [
            {"timestamp": "2024-03-05T14:22:00+00:00", "content": "Lisbon", "author": {"name": "Tom"}}
        ],
    },
    "messages.json": {
        "messages": [
            {
                "creator": {"name": "Tom"},
                "created_date": "Tuesday, March 5, 2024 at 2:22:10 PM UTC",
                "text": "Lisbon",
            }
        ]
    },
    "message_1.json": {
        "participants": [{"name": "Tom"}],
        "messages": [{"sender_name": "Tom", "timestamp_ms": 1709649720000, "content": "Lisbon"}],
    },
}


WHATSAPP = """[05.03.24, 14:02:11] Nora: Are you in Lisbon?
[05.03.24, 14:03:01] Tom: Yes
and it rains
[25.03.24, 09:00:00] Nora: Back home
"""


CHATGPT = [
    {
        "title": "Lisbon weather",
        "create_time": 1709647331.5,
        "current_node": "c",
        "mapping": {
            "a": {"id": "a", "message": None, "parent": None, "children": ["b"]},
            "b": {
                "id": "b",
                "message": {
                    "author": {"role": "user"},
                    "create_time": 1709647331.5,
                    "content": {"content_type": "text", "parts": ["Does it rain in Lisbon?"]},
                },
                "parent": "a",
                "children": ["c", "d"],
            },
            "c": {
                "id": "c",
                "message": {"author": {"role": "assistant"}, "content": {"parts": ["Sometimes, in March."]}},
                "parent": "b",
                "children": [],
            },
            "d": {
                "id": "d",
                "message": {
                    "author": {"role": "assistant"},
                    "content": {"parts": ["An answer thrown away."]},
                },
                "parent": "b",
                "children": [],
            },
        },
    }
]


CLAUDE = [
    {
        "uuid": "1",
        "name": "Lisbon food",
        "created_at": "2024-03-05T14:02:11.000000Z",
        "chat_messages": [
            {"sender": "human", "text": "What to eat in Lisbon?", "created_at": "2024-03-05T14:02:11Z"},
            {"sender": "assistant", "text": "", "content": [{"type": "text", "text": "Sardines."}]},
        ],
    }
]


TELEGRAM = {
    "name": "Tom",
    "type": "personal_chat",
    "id": 1,
    "messages": [
        {"id": 1, "type": "message", "date": "2024-03-05T14:02:11", "from": "Tom", "text": "In Lisbon now"},
        {
            "id": 2,
            "type": "message",
            "date": "2024-03-05T14:05:00",
            "from": "Nora",
            "text": ["Look: ", {"type": "link", "text": "https://example.org"}],
        },
    ],
}


def every_format() -> dict[str, bytes]:
    exports = {"chatgpt.json": CHATGPT, "claude.json": CLAUDE, "result.json": TELEGRAM, **EXPORTS}
    written = {
        **{name: json.dumps(data, ensure_ascii=False) for name, data in exports.items()},
        "_chat.txt": WHATSAPP,
        "film.srt": SRT,
        "film.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\nHello Lisbon\n",
        "sms.xml": '<?xml version="1.0"?><smses><sms address="1" date="1709649720000" type="1" body="Lisbon"/></smses>',
    }
    return {name: text.encode() for name, text in written.items()}
