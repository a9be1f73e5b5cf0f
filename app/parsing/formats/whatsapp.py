"""WhatsApp's exported chats ("_chat.txt"): a line per message, dated in the phone's own locale.

The order of day and month is inferred from the whole file; where every date fits both, dots mean day first,
and so does "/" unless the clock says AM or PM.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.parsing.encoding import read_text
from app.parsing.items import Block, Item, Limits, Source

_STAMP = re.compile(
    r"^\[?(\d{1,4})([./-])\s?(\d{1,2})[./-]\s?(\d{1,4})\.?,?\s+"
    r"(?:(?:um|à|às|at)\s+)?(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\s?([AaPp])\.?\s?[Mm]\.?)?"
    r"(?:\]\s?|\s[-–]\s)(.*)$"
)
_SPEAKER = re.compile(r"^([^:\n]{1,60}): ?(.*)$", re.S)


def looks_whatsapp(start: str) -> bool:
    """Whether at least two of the first lines, the very first among them, begin like messages."""
    lines = _spaces(start[:4000]).split("\n")[:20]
    return bool(_STAMP.match(lines[0])) and sum(bool(_STAMP.match(line)) for line in lines) >= 2


def read_whatsapp(source: Source, limits: Limits) -> Iterator[Item]:
    messages = _messages(_spaces(read_text(source, limits.text_bytes)))
    order = _date_order([stamp for stamp, _ in messages])
    blocks = []
    for number, (stamp, lines) in enumerate(messages, 1):
        text = "\n".join(lines).strip()
        found = _SPEAKER.match(text)
        speaker, words = (found[1].strip(), found[2].strip()) if found else ("", text)
        if words:
            blocks.append(
                Block(words, f"message {number}", "message", speaker=speaker, when=_iso(stamp, order))
            )
    dates = [block.when for block in blocks if block.when]
    title = re.sub(r"^WhatsApp[ -]Chat (?:with|mit|avec|con|com|met) ", "", source.stem)
    if title == "_chat":  # as iOS names every export
        title = ", ".join(list(dict.fromkeys(block.speaker for block in blocks if block.speaker))[:4])
    yield Item(f"WhatsApp {title}", blocks, date=dates[0][:10] if dates else None)


def _spaces(text: str) -> str:
    # Narrow spaces before PM, and direction marks around stamps and attachments.
    return text.translate({0x202F: " ", 0xA0: " ", 0x200E: None, 0x200F: None})


_Stamp = tuple[str, ...]  # first, separator, second, third number, hour, minute, second, a or p


def _messages(text: str) -> list[tuple[_Stamp, list[str]]]:
    messages: list[tuple[_Stamp, list[str]]] = []
    for line in text.split("\n"):
        found = _STAMP.match(line)
        if found:
            *stamp, words = found.groups(default="")
            messages.append((tuple(stamp), [words]))
        elif messages:
            messages[-1][1].append(line)
    return messages


def _date_order(stamps: list[_Stamp]) -> str:
    """ "ymd", "dmy" or "mdy"."""
    if any(len(stamp[0]) == 4 for stamp in stamps):
        return "ymd"
    if any(int(stamp[0]) > 12 for stamp in stamps):
        return "dmy"
    if any(int(stamp[2]) > 12 for stamp in stamps):
        return "mdy"
    slashes = any(stamp[1] == "/" for stamp in stamps)
    return "mdy" if slashes and any(stamp[7] for stamp in stamps) else "dmy"


def _iso(stamp: _Stamp, order: str) -> str:
    from datetime import datetime

    numbers = dict(zip(order, (int(stamp[0]), int(stamp[2]), int(stamp[3])), strict=True))
    year = numbers["y"] + (2000 if numbers["y"] < 100 else 0)
    hour = int(stamp[4])
    if stamp[7]:
        hour = hour % 12 + (12 if stamp[7].lower() == "p" else 0)
    try:
        return datetime(year, numbers["m"], numbers["d"], hour, int(stamp[5]), int(stamp[6] or 0)).isoformat()
    except ValueError:
        return ""
