"""vCard 2.1 to 4.0: each contact is an item, with the labels that its owner gave to numbers and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from app.parsing.formats.calendars.events import CUT_SHORT
from app.parsing.formats.calendars.lines import Line, content_lines, fields, unescaped
from app.parsing.items import Block, Item, Limits, Source

_SKIPPED = frozenset(
    [
        "BEGIN",
        "END",
        "VERSION",
        "PRODID",
        "UID",
        "REV",
        "PHOTO",
        "LOGO",
        "SOUND",
        "KEY",
        "N",
        "X-ABUID",
        "X-ABLABEL",
        "X-ABADR",
        "X-ABSHOWAS",
        "SOURCE",
        "CLIENTPIDMAP",
        "AGENT",
        "MAILER",
        "CLASS",
        "SORT-STRING",
        "NAME",
        "PROFILE",
        "X-IMAGEHASH",
        "X-IMAGETYPE",
        "X-EVOLUTION-FILE-AS",
        "X-MS-CARDPICTURE",
        "X-SORT-AS",
    ]
)
_BUILT = re.compile(r"_\$!<(.*)>!\$_")  # a label that the program translates
_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:T.*)?$")
_DAY = re.compile(r"--(\d{2})-?(\d{2})$")
_ANDROID = re.compile(r"vnd\.android\.cursor\.item/(\w+)")


def read_vcard(source: Source, limits: Limits) -> Iterator[Item]:
    lines = list(content_lines(source.read(limits.markup_bytes)))
    number = 0
    card: list[Line] = []
    for line in lines:
        if line.name == "BEGIN":
            card = []
        elif line.name == "END":
            number += 1
            yield _contact(card, source, f"contact {number}")
            card = []
        else:
            card.append(line)
    if card:
        yield replace(_contact(card, source, f"contact {number + 1}"), notes=(CUT_SHORT,))


def _contact(card: list[Line], source: Source, place: str) -> Item:
    labels = {
        line.group: _BUILT.sub(r"\1", line.value) for line in card if line.group and line.name == "X-ABLABEL"
    }
    name = next(
        (unescaped(line.value) for line in card if line.name == "FN" and line.value), ""
    ) or _built_name(card)
    shown = [f"name: {name}"] if name else []
    for line in card:
        value = _value(line)
        if value and line.name not in _SKIPPED and line.name != "FN":
            kinds = [labels[line.group]] if line.group in labels else line.types
            kinds = [kind for kind in kinds if kind not in ("internet", "voice", "uri", "text", "x400")]
            label = line.name.lower().removeprefix("x-")
            shown.append(
                f"{label} ({', '.join(dict.fromkeys(kinds))}): {value}" if kinds else f"{label}: {value}"
            )
    return Item(name or source.stem, [Block("\n".join(dict.fromkeys(shown)), place, "fields")])


def _built_name(card: list[Line]) -> str:
    """The name out of its parts, where a card gives no whole one: else the firm, the nickname, an address."""
    for line in card:
        if line.name == "N":
            family, given, more, before, after = (*fields(line.value), "", "", "", "", "")[:5]
            name = " ".join(part for part in (before, given, more, family, after) if part)
            if name:
                return name
    for kind in ("ORG", "NICKNAME", "EMAIL", "TEL"):
        for line in card:
            if line.name == kind and (value := _value(line)):
                return value
    return ""


def _value(line: Line) -> str:
    if "B" in line.parameters.get("ENCODING", []) or "BASE64" in line.parameters.get("ENCODING", []):
        return ""
    value = line.value
    if value.startswith("data:"):
        return ""
    if line.name in ("ADR", "ORG", "GENDER", "X-ANDROID-CUSTOM"):
        value = _ANDROID.sub(r"\1", value)
        parts = [" ".join(part.split()) for part in fields(value)]
        said = ", ".join(part for part in parts if part)
        return said or ", ".join(" ".join(text.split()) for text in line.parameters.get("LABEL", []))
    if line.name in ("BDAY", "ANNIVERSARY", "DEATHDATE") or line.name.endswith("DATE"):
        return _day(value)
    if line.name in ("TEL", "EMAIL", "RELATED", "MEMBER"):
        value = re.sub(r"^(?:tel|mailto|sms):", "", value, flags=re.I)
    text = unescaped(value)
    return (
        ", ".join(part.strip() for part in text.split("\n") if part.strip()) if line.name != "NOTE" else text
    )


def _day(value: str) -> str:
    if found := _DATE.match(value):
        year, month, day = found.groups()
        return (
            f"{month}-{day}, year unknown" if year == "1604" else f"{year}-{month}-{day}"
        )  # as Apple writes it
    if found := _DAY.match(value):
        return f"{found[1]}-{found[2]}, year unknown"
    return value
