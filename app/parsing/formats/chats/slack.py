"""Slack's export: a file for each channel and day, and who the members are in users.json beside the channels."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from app.parsing.formats.chats.turns import chat, listing, mapping, moment, text_of, turn
from app.parsing.formats.json_stream import elements
from app.parsing.items import Block, Item, Source

_REFERENCE = re.compile(r"<([@#!]?)([^<>|\n]{1,2000})(?:\|([^<>\n]{0,1000}))?>")


def read_day(source: Source) -> Iterator[Item]:
    names = member_names(source.beside("../users.json"))
    channel = _conversation(source, PurePosixPath(source.folder).name or "chat", names)
    messages = [mapping(raw) for raw in elements(source, "item")]
    # Guests are on no list of members; some message of theirs says who they are.
    told = ((str(one.get("user")), _name(mapping(one.get("user_profile")))) for one in messages)
    names = {user: name for user, name in told if name} | names
    yield chat(f"Slack {channel}", (_turn(n, message, names) for n, message in enumerate(messages, 1)))


def _conversation(source: Source, folder: str, names: dict[str, str]) -> str:
    """The name of a channel; of a talk without one, who takes part in it."""
    for listed in ("../dms.json", "../mpims.json"):
        for talk in map(mapping, _json_list(source.beside(listed))):
            if folder in (talk.get("id"), talk.get("name")):
                return (
                    ", ".join(names.get(str(one), "somebody") for one in listing(talk.get("members")))
                    or folder
                )
    return folder


def _json_list(data: bytes | None) -> list[Any]:
    try:
        return listing(json.loads(data or b"[]"))
    except (ValueError, RecursionError):
        return []


def read_members(source: Source) -> Iterator[Item]:
    """Who is in the workspace."""
    lines = []
    for member in map(mapping, elements(source, "item")):
        profile = mapping(member.get("profile"))
        facts = [
            _name(member),
            *(text_of(profile.get(key)) for key in ("display_name", "title", "phone", "email")),
        ]
        lines.append("- " + ", ".join(dict.fromkeys(fact for fact in facts if fact)))
    yield Item("Slack members", [Block("\n".join(lines), kind="list")])


def read_channels(source: Source) -> Iterator[Item]:
    """What the channels are for."""
    names = member_names(source.beside("users.json"))
    lines = []
    for channel in map(mapping, elements(source, "item")):
        facts = [text_of(mapping(channel.get(key)).get("value")) for key in ("topic", "purpose")]
        people = ", ".join(names[one] for one in listing(channel.get("members")) if one in names)
        name = text_of(channel.get("name"))
        if name:
            lines.append(f"- #{name}: " + "; ".join(fact for fact in (*facts, people) if fact))
    if lines:
        yield Item("Slack channels", [Block("\n".join(lines), kind="list")])


def member_names(data: bytes | None) -> dict[str, str]:
    """Names by the ids of members."""
    members = _json_list(data)
    return {str(mapping(member).get("id")): name for member in members if (name := _name(mapping(member)))}


def _name(member: dict[str, Any]) -> str:
    profile = mapping(member.get("profile"))
    names = (
        member.get("real_name"),
        profile.get("real_name"),
        profile.get("display_name"),
        member.get("name"),
    )
    return next((text for name in names if (text := text_of(name))), "")


def _turn(number: int, message: dict[str, Any], names: dict[str, str]) -> Block | None:
    user = str(message.get("user") or "")
    speaker = (
        names.get(user)
        or text_of(message.get("username"))
        or text_of(mapping(message.get("bot_profile")).get("name"))
    )
    texts = [text_of(message.get("text")) or _block_text(message.get("blocks"))]
    for one in map(mapping, listing(message.get("attachments"))):
        texts += [text_of(one.get(key)) for key in ("pretext", "title", "text")]
    texts += [
        f"[{name}]" for one in listing(message.get("files")) if (name := text_of(mapping(one).get("name")))
    ]
    text = plain("\n".join(text for text in texts if text), names)
    if message.get("subtype") in ("channel_join", "group_join", "channel_leave", "group_leave", "bot_add"):
        return None
    return turn(number, text, speaker or user, moment(message.get("ts")))


def _block_text(blocks: object) -> str:
    """The words of a message that is built of blocks alone, each block on a line of its own, in Slack's own markup."""
    lines = []
    for block in map(mapping, listing(blocks)):
        pieces, waiting = [], [block]
        while waiting:
            node = waiting.pop()
            kind, inner = node.get("type"), node.get("text")
            if isinstance(inner, str):
                pieces.append(inner)
            elif kind == "user":
                pieces.append(f"<@{node.get('user_id')}>")
            elif kind == "link":
                pieces.append(text_of(node.get("url")))
            held = [inner, *listing(node.get("fields")), *listing(node.get("elements"))]
            waiting += [one for one in reversed(held) if isinstance(one, dict)]
        lines.append("".join(pieces).strip())
    return "\n".join(line for line in lines if line)


def plain(text: str, names: dict[str, str]) -> str:
    """Slack's markup as a reader sees it."""

    def shown(found: re.Match[str]) -> str:
        sign, target, label = found[1], found[2], found[3] or ""
        if sign == "@":
            return f"@{names.get(target) or label or target}"
        if sign == "#":
            return f"#{label or target}"
        if sign == "!":
            return label or f"@{target.partition('^')[0]}"
        target = target.removeprefix("mailto:")
        return f"{label} ({target})" if label and label != target else target

    return html.unescape(_REFERENCE.sub(shown, text))
