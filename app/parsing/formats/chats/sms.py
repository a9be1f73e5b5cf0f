"""SMS Backup & Restore (and programs that write its XML, as for Signal): a conversation for each contact, and calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from app.parsing.encoding import tidy
from app.parsing.formats.chats.turns import chat, moment, turn
from app.parsing.items import Block, Item, Limits, Source, require_size

_SENT = "2"
_CALLS = {
    "1": "Call from",
    "2": "Call to",
    "3": "Missed call from",
    "4": "Voicemail from",
    "5": "Rejected call from",
}
_HALVES = re.compile(rb"&#(5[5-7]\d{3});(?:&#(5[6-7]\d{3});)?")
_PAIR_BYTES = 16
_FROM = "137"  # of an address of an MMS
_UNKNOWN = ("", "null", "(Unknown)", "insert-address-token")


def read_sms(source: Source, limits: Limits) -> Iterator[Item]:
    from lxml import etree

    require_size(source, limits.text_bytes)
    talks: dict[str, list[Block]] = {}
    with source.open() as stream:
        walker = etree.iterparse(
            _Mended(stream),
            tag=("sms", "mms", "call"),
            resolve_entities=False,
            no_network=True,
            recover=True,
            huge_tree=True,
        )
        for _, element in walker:
            who = _contact(element)
            blocks = talks.setdefault(who, [])
            block = _turn(len(blocks) + 1, element, who)
            if block:
                blocks.append(block)
            element.clear()
            while element.getprevious() is not None:  # a backup of pictures is as large as they are
                del element.getparent()[0]
    for who, blocks in talks.items():
        blocks.sort(key=lambda block: block.when)
        yield chat(f"SMS {who}", blocks)


class _Mended:
    """The stream with pairs of numbers that stand for one letter (emoji) as that letter: XML knows no such halves."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        data = self._rest + chunk
        # What may be the beginning of a pair waits for the rest of it.
        cut = data.rfind(b"&#", max(0, len(data) - _PAIR_BYTES)) if chunk else -1
        before = data.rfind(b"&#", max(0, cut - _PAIR_BYTES), cut) if cut > 0 else -1
        cut = before if before >= 0 else cut
        data, self._rest = (data, b"") if cut < 0 else (data[:cut], data[cut:])
        mended = _HALVES.sub(_letter, data)
        return mended if mended or not chunk else self.read(size)


def _letter(pair: re.Match[bytes]) -> bytes:
    high, low = int(pair[1]), int(pair[2] or 0)
    if 0xD800 <= high < 0xDC00 <= low < 0xE000:
        return f"&#{0x10000 + ((high - 0xD800) << 10) + low - 0xDC00};".encode()
    return b" "


def _contact(element: Any) -> str:
    values = (element.get("contact_name"), element.get("address"), element.get("number"))
    named = (tidy(value).strip() for value in values if (value or "") not in _UNKNOWN)
    return next(named, "unknown number").replace("~", ", ")


def _turn(number: int, element: Any, who: str) -> Block | None:
    milliseconds = element.get("date") or ""
    when = moment(int(milliseconds) / 1000) if milliseconds.isdecimal() else None
    kind = element.get("type") or ""
    if element.tag == "call":
        return turn(
            number, f"{_CALLS.get(kind, 'Call with')} {who}, {element.get('duration') or 0} s", "", when
        )
    if element.tag == "sms":
        texts = [_value(element, "subject"), _value(element, "body")]
        return turn(number, "\n".join(text for text in texts if text), "Me" if kind == _SENT else who, when)
    texts = [_value(element, "sub"), *map(_part, element.iter("part"))]
    sender = "Me" if element.get("msg_box") == _SENT else _sender(element) or who
    return turn(number, "\n".join(text for text in texts if text), sender, when)


def _part(part: Any) -> str:
    if part.get("ct") == "text/plain":
        return _value(part, "text")
    name = _value(part, "name") or _value(part, "fn") or _value(part, "cl")
    return f"[{name}]" if name and part.get("ct") != "application/smil" else ""


def _sender(element: Any) -> str:
    """Of a message in a group: its number, where more than one could have sent it."""
    addresses = [one for one in element.iter("addr") if (one.get("address") or "") not in _UNKNOWN]
    if len(addresses) < 3:
        return ""
    return next((str(one.get("address")) for one in addresses if one.get("type") == _FROM), "")


def _value(element: Any, name: str) -> str:
    value = tidy(element.get(name) or "").strip()
    return "" if value == "null" else value
