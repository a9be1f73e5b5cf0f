"""Chats whose messages stand below a line of moment and name: WeChat and QQ as programs export or copy them.

2024-03-05 14:22:11 张三(10001)            张三 2024/3/5 14:22:11
你好                                      你好
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.parsing.encoding import read_text
from app.parsing.formats.chats.turns import chat, turn
from app.parsing.items import Block, Item, Limits, Source

_MOMENT = r"((?:19|20)\d{2})[-/年.](\d{1,2})[-/月.](\d{1,2})日? (\d{1,2}):(\d{2})(?::(\d{2}))?"
_BEFORE = re.compile(rf"^{_MOMENT} ([^\s:：][^\n:：]{{0,60}})$")
_AFTER = re.compile(rf"^([^\s:：][^\n:：]{{0,60}}?)[：:]? {_MOMENT}$")
_NUMBER = re.compile(r"[(<（](?:\d{4,12}|[\w.+-]+@[\w.-]+)[)>）]$")
_LABEL = re.compile(r"^(?:消息对象|聊天对象|聊天記錄|会话)[:：] ?(.{1,60})$", re.M)
_LOOKED_AT = 80  # lines
_FEW_WORDS = 4  # a name has no more


def looks_headed(start: str) -> bool:
    """Whether two of the first lines, the first not far down, are a moment with a name and nothing more."""
    lines = start[:8000].split("\n")[:_LOOKED_AT]
    found = [number for number, line in enumerate(lines) if _head(line)]
    # A log's lines follow each other; a message's head is followed by what was said.
    said = [number for number in found if number + 1 < len(lines) and lines[number + 1].strip()]
    heads = [lines[number] for number in found]
    names = {head[0] for line in heads if (head := _head(line))}
    # A diary's headings have no seconds, and seldom the same words twice.
    is_chat = all(line.count(":") >= 2 for line in heads) or len(names) < len(heads)
    return len(said) >= 2 and found[0] <= 12 and is_chat and not any(one + 1 in found for one in found)


def read_headed(source: Source, limits: Limits) -> Iterator[Item]:
    text = read_text(source, limits.text_bytes)
    label = _LABEL.search(text[:2000])
    turns: list[Block | None] = []
    head: tuple[str, str] | None = None
    lines: list[str] = []
    for line in [*text.split("\n"), None]:
        found = _head(line) if line is not None else None
        if head and (found or line is None):
            turns.append(turn(len(turns) + 1, "\n".join(lines), head[0], head[1]))
        if found:
            head, lines = found, []
        elif line is not None:
            lines.append(line)
    yield chat(f"Chat {label[1].strip() if label else source.stem}", turns)


def _head(line: str) -> tuple[str, str] | None:
    """The speaker and the moment of a message that begins below this line."""
    line = line.strip()
    if len(line) > 120:
        return None
    before, after = _BEFORE.match(line), _AFTER.match(line)
    if before:
        *numbers, name = before.groups()
    elif after:
        name, *numbers = after.groups()
    else:
        return None
    if len(name.split()) > _FEW_WORDS:
        return None
    year, month, day, hour, minute, second = (int(number or 0) for number in numbers)
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24):
        return None
    return _NUMBER.sub("", name).strip(), f"{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
