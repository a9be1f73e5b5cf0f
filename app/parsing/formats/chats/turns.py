"""What all chat exports have in common: conversations of turns, each with its speaker and moment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from app.parsing.encoding import tidy
from app.parsing.items import Block, Item

_BROKEN = re.compile("[\u00c2-\u00f4][\u0080-\u00bf]")


def mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def listing(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def text_of(value: object) -> str:
    """A value that should be a text, as one."""
    return tidy(value).strip() if isinstance(value, str) else ""


def turn(number: int, text: str, speaker: object, when: str | None) -> Block | None:
    """A turn of a chat, None for one without words."""
    text = tidy(text).strip()
    name = " ".join(tidy(str(speaker or "")).split())
    return Block(text, f"message {number}", "message", speaker=name, when=when or "") if text else None


def chat(title: str, turns: Iterable[Block | None], date: str | None = None) -> Item:
    """A conversation; it began when its first turn was said, if nothing else says when."""
    blocks = [block for block in turns if block is not None]
    date = date or next((block.when[:10] for block in blocks if block.when), None)
    return Item(tidy(title).strip(), blocks, date=date, date_source="message" if date else "")


def by_time(turns: Iterable[Block | None]) -> list[Block]:
    """The turns with words, the earliest first."""
    return sorted((turn for turn in turns if turn is not None), key=lambda turn: turn.when)


def moment(seconds: object) -> str | None:
    """Seconds since 1970 (a number, or a text of one) as an ISO moment in UTC without its zone."""
    try:
        found = datetime.fromtimestamp(float(str(seconds)), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found.replace(tzinfo=None).isoformat(timespec="seconds") if 1971 <= found.year < 2100 else None


def repaired(text: str) -> str:
    """UTF-8 that was taken for Latin-1, as in what Facebook and Instagram give out, set right."""
    if not _BROKEN.search(text):
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
