"""What ChatGPT and Claude export: what was said, without other branches and without marks of sources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.parsing import Item, read_file
from app.parsing.formats.chats.chatgpt import without_marks


def read(tmp_path: Path, data: Any, name: str = "export.json") -> list[Item]:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return read_file(path)


def said(items: list[Item]) -> list[str]:
    return [f"{block.speaker}: {block.text}" for item in items for block in item.blocks]


# ChatGPT


def message(role: str, content: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "author": {"role": role},
        "create_time": 1709649720,
        "content": content,
        "recipient": "all",
        **more,
    }


def text(words: str) -> dict[str, Any]:
    return {"content_type": "text", "parts": [words]}


def conversation(*messages: dict[str, Any]) -> dict[str, Any]:
    nodes = {
        str(n): {"id": str(n), "parent": str(n - 1) if n else None, "message": one}
        for n, one in enumerate(messages)
    }
    return {
        "title": "Hives",
        "create_time": 1709649720,
        "mapping": nodes,
        "current_node": str(len(messages) - 1),
    }


def test_chatgpt_knows_what_it_was_told_once(tmp_path: Path) -> None:
    told = {
        "content_type": "user_editable_context",
        "user_profile": "I keep bees.",
        "user_instructions": "Be brief.",
    }
    hidden = message("user", told, metadata={"is_visually_hidden_from_conversation": True})
    older = message(
        "system", text(""), metadata={"user_context_message_data": {"about_user_message": "I live in Tartu."}}
    )
    noted = message("assistant", text("User is allergic to penicillin"), recipient="bio")
    one = conversation(hidden, older, noted, message("user", text("How high?")))
    items = read(tmp_path, [one, one])
    assert [item.title for item in items] == ["Hives", "Hives"] + ["What ChatGPT knows about me"] * 3
    assert {b.text for i in items[2:] for b in i.blocks} == {"I keep bees.", "Be brief.", "I live in Tartu."}
    assert said(items[:1]) == ["ChatGPT: User is allergic to penicillin", "Me: How high?"]


def test_chatgpt_alone_with_a_canvas_and_no_searches(tmp_path: Path) -> None:
    plan = json.dumps({"name": "hive_plan", "type": "document", "content": "# Plan\nMove the colony."})
    change = json.dumps({"updates": [{"pattern": ".*", "replacement": "Move it in May."}]})
    code = {"content_type": "code", "text": plan}
    items = read(
        tmp_path,
        conversation(
            message("assistant", code, recipient="canmore.create_textdoc"),
            message(
                "assistant", {"content_type": "code", "text": change}, recipient="canmore.update_textdoc"
            ),
            message("assistant", {"content_type": "code", "text": "search(hives)"}, recipient="browser"),
            message("tool", text("Successfully created")),
        ),
    )
    assert items[0].title == "Hives" and (items[0].date or "").startswith("2024-03-05")
    assert said(items) == ["ChatGPT: hive plan\n\n# Plan\nMove the colony.", "ChatGPT: Move it in May."]


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        (
            "Spares the back. \ue200cite\ue202turn0search3\ue202turn1view0\ue201 Paint it.",
            "Spares the back. Paint it.",
        ),
        ("Linseed oil【12†source】.", "Linseed oil."),
        ("Linseed oil 【4:0†notes.pdf】.", "Linseed oil."),
        ("Oil:contentReference[oaicite:0]{index=0}.", "Oil."),
        ('In \ue200entity\ue202["place","Tartu","city"]\ue201 today', "In Tartu today"),
        ("See \ue200url\ue202Hives\ue202https://x.example\ue201.", "See Hives."),
        ("今天【重要】的事", "今天【重要】的事"),
    ],
)
def test_marks_of_sources_go(marked: str, plain: str) -> None:
    assert without_marks(marked) == plain


# Claude


def test_claude_content_before_text(tmp_path: Path) -> None:
    placeholder = "Here.\n```\nThis block is not supported on your current device yet.\n```\nDone."
    artifact = {
        "type": "tool_use",
        "name": "artifacts",
        "input": {"title": "Eulogy", "content": "Otto built it."},
    }
    change = {
        "type": "tool_use",
        "name": "artifacts",
        "input": {"command": "update", "old_str": "a", "new_str": "In 1961."},
    }
    search = {"type": "tool_use", "name": "web_search", "input": {"query": "otto"}}
    content = [
        {"type": "thinking", "thinking": "secret"},
        {"type": "text", "text": "Here."},
        artifact,
        change,
        search,
    ]
    one = {
        "uuid": "u",
        "name": "Eulogy",
        "created_at": "2025-02-03T09:00:00.123456Z",
        "chat_messages": [
            {"sender": "assistant", "text": placeholder, "content": content},
            {"sender": "assistant", "text": placeholder, "content": []},
            {
                "sender": "human",
                "text": "Thanks",
                "files": [{"file_name": "otto.jpg"}],
                "attachments": [{"file_name": "a.txt", "extracted_content": "The words."}],
            },
        ],
    }
    for data in ([one], one):
        items = read(tmp_path, data)
        assert items[0].title == "Eulogy"
        assert said(items) == [
            "Claude: Here.\n\nEulogy\n\nOtto built it.\n\nIn 1961.",
            "Claude: Here.\n\nDone.",
            "Me: Thanks\n\na.txt\n\nThe words.\n\n[otto.jpg]",
        ]


def test_claude_projects(tmp_path: Path) -> None:
    docs = [{"filename": "plan.md", "content": "Dig in May."}]
    project = {
        "name": "Garden",
        "description": "Beds",
        "prompt_template": "Be brief",
        "docs": docs,
        "created_at": "2025-02-03T09:00:00Z",
    }
    (item,) = read(tmp_path, [project])
    assert [block.text for block in item.blocks] == ["Beds", "Be brief", "plan.md", "Dig in May."]
