"""Chats of a line per message below a line per day: LINE's and KakaoTalk's exports from phones and computers.

2024/03/05(火)                            --------------- 2024년 3월 5일 화요일 ---------------
14:02<tab>花<tab>こんにちは                 [홍길동] [오후 2:22] 안녕
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.parsing.encoding import read_text
from app.parsing.formats.chats.stamps import half_of
from app.parsing.formats.chats.turns import chat, turn
from app.parsing.formats.chats.whatsapp import clean
from app.parsing.items import Block, Item, Limits, Source, iso_date
from app.parsing.spoken_dates import spoken_moment

_HALF = r"[AaPp]\.?\s?[Mm]\.?|上午|下午|午前|午後|오전|오후|凌晨|早上|晚上|中午|ก่อนเที่ยง|หลังเที่ยง"
_CLOCK = rf"(?:({_HALF})\s?)?(\d{{1,2}}):(\d{{2}})(?::\d{{2}})?(?:\s?({_HALF}))?"
_TABBED = re.compile(rf"{_CLOCK}\t([^\t\n]{{0,100}})(?:\t(.*))?$")
_BRACKETED = re.compile(rf"\[([^\]\n]{{1,100}})\] \[{_CLOCK}\] (.*)$")
_SPACED = re.compile(rf"{_CLOCK} (\S{{1,60}}) (.*)$")
_RULE = re.compile(r"^-{5,} (.{6,60}) -{5,}$")
_DAY = re.compile(
    r"^(?:[^\W\d]{1,12}\.?, ?)?(\d{4})[./年년-] ?(\d{1,2})[./月월-] ?(\d{1,2})[.日일]? ?"
    r"(?:[(（][^\W\d]{1,12}\.?[)）]|[^\W\d]{1,12})?$"
)
_DAY_LAST = re.compile(r"^(?:[^\W\d]{1,12}\.?, ?)(\d{1,2})[./](\d{1,2})[./](\d{4})$")
_LOOKED_AT = 60  # lines
_TITLE = re.compile(
    r"^\[LINE\] ?(?:Chat history (?:with|in) )?|(?:とのトーク履歴|のトーク履歴|的聊天記錄|的聊天记录|聊天記錄"
    r"|님과의 대화| ?님과 카카오톡 대화| KakaoTalk Chats(?: with)?|와의 대화)"
)


@dataclass(frozen=True)
class Line:
    """The begin of a message. clock: HH:MM on a clock of 24 hours; speaker: "" for what the program says."""

    clock: str
    speaker: str
    text: str


def looks_like_days(start: str) -> bool:
    """Whether there are a day's line and two messages below, among the first lines."""
    day = False
    messages = 0
    for line in clean(start[:8000]).split("\n")[:_LOOKED_AT]:
        if _day(line):
            day = True
        elif day and _message(line, spaced=start.lstrip("\ufeff").startswith("[LINE]")):
            messages += 1
    return messages >= 2


def read_days(source: Source, limits: Limits) -> Iterator[Item]:
    text = clean(read_text(source, limits.text_bytes))
    is_line = text.lstrip().startswith("[LINE]")
    spaced = is_line and not any("\t" in line for line in text.split("\n", 400)[:400])
    first = text.strip().partition("\n")[0]
    name = _TITLE.sub("", first).strip() if not _day(first) else source.stem
    turns: list[Block | None] = []
    day, current, lines = "", None, list[str]()

    def said() -> None:
        if current is not None:
            words = "\n".join(lines).strip()
            if is_line and words.startswith('"') and words.endswith('"') and "\n" in words:
                words = words[1:-1]
            turns.append(turn(len(turns) + 1, words, current.speaker, f"{day}T{current.clock}:00"))

    for line in text.split("\n"):
        found = _day(line)
        message = None if found else _message(line, spaced) if day else None
        if found or message:
            said()
            current, lines = message, [message.text] if message else []
            day = found or day
        elif current is not None:
            lines.append(line)
    said()
    program = (
        "LINE"
        if is_line
        else "KakaoTalk"
        if any(map(_BRACKETED.match, text.split("\n", 400)[:400]))
        else "Chat"
    )
    yield chat(f"{program} {name or source.stem}", turns)


def _day(line: str) -> str | None:
    """The day that a line names and nothing else, in ISO form."""
    line = line.strip()
    if not 6 <= len(line) <= 100 or line[0] == "[":
        return None
    rule = _RULE.match(line)
    if rule:
        found = spoken_moment(rule[1]) or iso_date(rule[1])
        return found[:10] if found else None
    numbers = _DAY.match(line)
    if numbers:
        return iso_date(f"{numbers[1]}-{int(numbers[2]):02}-{int(numbers[3]):02}")
    last = _DAY_LAST.match(line)
    if last:  # LINE in English writes the month first, elsewhere the day
        month, day = (last[1], last[2]) if int(last[1]) <= 12 else (last[2], last[1])
        return iso_date(f"{last[3]}-{int(month):02}-{int(day):02}")
    return None


def _message(line: str, spaced: bool) -> Line | None:
    if found := _BRACKETED.match(line):
        name, before, hour, minute, after, text = found.groups()
        return Line(_clock(before or after, hour, minute), name.strip(), text)
    if found := _TABBED.match(line):
        before, hour, minute, after, name, text = found.groups()
        # What LINE itself tells (a call, who joined) has no third part.
        name, text = ("", name) if text is None else (name.strip(), text)
        return Line(_clock(before or after, hour, minute), name, text)
    if spaced and (found := _SPACED.match(line)):
        before, hour, minute, after, name, text = found.groups()
        return Line(_clock(before or after, hour, minute), name, text)
    return None


def _clock(half: str | None, hour: str, minute: str) -> str:
    noon = half_of(half or "")
    hours = int(hour) if noon is None or int(hour) > 12 else int(hour) % 12 + noon
    return f"{hours % 24:02}:{minute}"
