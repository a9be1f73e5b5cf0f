"""iCalendar: each event, task, journal entry and availability is an item of its own.

Days and times are said as a person would: an all-day event ends on its last day, a moved occurrence says what it stands in
for, and what a rule leaves out is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from app.parsing.encoding import decode, tidy
from app.parsing.formats.calendars.recurrence import repeats, said
from app.parsing.formats.html import html_blocks, parse_html
from app.parsing.items import Block, Item, Limits, Source, iso_date

CUT_SHORT = "cut short: export it again"
_ENTRIES = ("VEVENT", "VTODO", "VJOURNAL", "VAVAILABILITY", "AVAILABLE")
_FIELDS = (
    *(
        "LOCATION",
        "STATUS",
        "PRIORITY",
        "CATEGORIES",
        "RESOURCES",
        "CONTACT",
        "URL",
        "CONFERENCE",
        "ATTENDEE",
        "ORGANIZER",
    ),
    *("X-GOOGLE-CONFERENCE", "COMPLETED", "PERCENT-COMPLETE"),
)
_FOLD = re.compile(rb"\r?\n[ \t]")
_ZONES = re.compile(r"^BEGIN:VTIMEZONE$.*?^END:VTIMEZONE$\n?", re.M | re.S | re.I)
_MARKUP = re.compile(r"<(?:br|p|b|i|a|u|ul|ol|li|div|span|html|body|strong|em|table)\b[^>]*>", re.I)
_LINE = re.compile(r"^[A-Za-z][A-Za-z0-9-]*[;:]")


def read_icalendar(source: Source, limits: Limits) -> Iterator[Item]:
    import icalendar

    text = calendar_text(source.read(limits.markup_bytes))
    number = 0
    missing = _missing_ends(text)
    try:
        calendars = icalendar.Calendar.from_ical(text + missing, multiple=True)
    except (ValueError, IndexError):
        # What most often breaks is how a zone is defined; entries name it, and that is enough.
        text = _ZONES.sub("", text)
        calendars = icalendar.Calendar.from_ical(text + _missing_ends(text), multiple=True)
    for calendar in calendars:
        named = _value(calendar.get("X-WR-CALNAME")) or _value(calendar.get("NAME"))
        for entry in calendar.walk():
            if entry.name in _ENTRIES:
                number += 1
                yield _readable(entry, source, f"entry {number}", named)
    if missing:
        yield Item(source.stem, [], notes=(CUT_SHORT,))


def _readable(entry: Any, source: Source, place: str, calendar: str) -> Item:
    """The entry, or its lines as they are where something in it is broken."""
    try:
        return _entry(entry, source, place, calendar)
    except Exception:  # icalendar raises errors of its own when a broken property is looked at
        lines = tidy(entry.to_ical().decode("utf-8", "replace"))
        return Item(
            source.stem, [Block(lines, place, "fields")], notes=(f"{place} is damaged: read as plain text",)
        )


def _missing_ends(text: str) -> str:
    """The lines that close what a calendar cut short leaves open."""
    begun: list[str] = []
    for kind, name in re.findall(r"^(BEGIN|END):([\w-]+)[ \t]*$", text, re.M | re.I):
        if kind.upper() == "BEGIN":
            begun.append(name)
        elif begun and begun[-1].upper() == name.upper():
            begun.pop()
    return "".join(f"END:{name}\n" for name in reversed(begun))


def calendar_text(data: bytes) -> str:
    """The calendar with its folds undone (they may stand within a character), without lines that are none."""
    text = tidy(decode(_FOLD.sub(b"", data)))
    if "QUOTED-PRINTABLE" in text.upper():
        text = _from_quoted_printable(data)
    return "\n".join(line for line in text.split("\n") if _LINE.match(line)) + "\n"


def _from_quoted_printable(data: bytes) -> str:
    """A calendar of version 1.0 as the later ones write it."""
    from app.parsing.formats.calendars.lines import content_lines

    lines = []
    for line in content_lines(data):
        value = line.value
        if "QUOTED-PRINTABLE" in [one.upper() for one in line.parameters.get("ENCODING", [])]:
            value = value.replace("\\", "\\\\").replace("\n", "\\n").replace(";", "\\;").replace(",", "\\,")
        kept = "".join(
            f";{name}={values[0]}"
            for name, values in line.parameters.items()
            if name in ("TZID", "VALUE", "CN")
        )
        lines.append(f"{line.name}{kept}:{value}")
    return "\n".join(lines)


def _entry(entry: Any, source: Source, place: str, calendar: str) -> Item:
    start = _date(entry, "DTSTART")
    end = _date(entry, "DTEND") or _date(entry, "DUE") or _after(start, said(entry.get("DURATION")))
    lines = []
    if start or end:
        lines.append(f"When: {span(start, end, due=entry.name == 'VTODO')}")
    lines += repeats(entry)
    for name in _FIELDS:
        shown = ", ".join(
            dict.fromkeys(text for value in _listed(entry.get(name)) if (text := _value(value)))
        )
        if shown:
            lines.append(f"{name.removeprefix('X-GOOGLE-').capitalize()}: {shown}")
    if calendar:
        lines.append(f"Calendar: {calendar}")
    title = _value(entry.get("SUMMARY")).replace("\n", " ") or (
        "Availability" if "AVAIL" in entry.name else source.stem
    )
    # The summary is the text of most entries, so it stands in the blocks too.
    blocks = [Block("\n".join([title, *lines]), place, "fields"), *_descriptions(entry, place)]
    day = iso_date(start or end)
    return Item(title, blocks, _value(entry.get("ORGANIZER")), day, date_source="entry" if day else "")


def _descriptions(entry: Any, place: str) -> Iterator[Block]:
    said = ""
    for name in ("DESCRIPTION", "STYLED-DESCRIPTION", "X-ALT-DESC", "COMMENT"):
        for value in _listed(entry.get(name)):
            text = _value(value)
            is_page = "html" in str(getattr(value, "params", {}).get("FMTTYPE", "")).lower() or bool(
                _MARKUP.search(text)
            )
            root = parse_html(text.replace("\\n", "\n")) if is_page and text else None
            blocks = html_blocks(root, place) if root is not None else [Block(text, place)] if text else []
            words = set(re.findall(r"\w+", " ".join(block.text for block in blocks).lower()))
            # Programs write a description twice, once as a page.
            if not words <= set(re.findall(r"\w+", said.lower())):
                yield from blocks
                said += " ".join(block.text for block in blocks)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _date(entry: Any, name: str) -> date | None:
    found = said(next(iter(_listed(entry.get(name))), None))
    return found if isinstance(found, date) else None


def _after(start: date | None, length: Any) -> date | None:
    if start is None or not isinstance(length, timedelta) or length <= timedelta(0):
        return None
    if not isinstance(start, datetime):
        # A day may last so many days; hours of it need a clock.
        return start + length if length % timedelta(days=1) == timedelta(0) else None
    return start + length


def span(start: date | None, end: date | None, due: bool = False) -> str:
    """From when to when: "2024-03-10", "2024-03-10 to 2024-03-12", "2024-03-05 19:00 to 20:30 (Europe/Berlin)"."""
    if start is None or end is None:
        return f"{'until ' if start is None else ''}{_shown(start or end)}"
    if not isinstance(start, datetime) and not isinstance(end, datetime):
        last = (
            end if due else max(start, end - timedelta(days=1))
        )  # the end of a day is the begin of the next
        return str(start) if last == start else f"{start} to {last}"
    until = _shown(end)
    if isinstance(start, datetime) and isinstance(end, datetime) and start.date() == end.date():
        until = f"{end:%H:%M}" + until[16:]
    begin = _shown(start)
    zone = begin[16:]
    return f"{begin.removesuffix(zone) if zone and until.endswith(zone) else begin} to {until}"


def _shown(moment: date | None) -> str:
    if not isinstance(moment, datetime):
        return str(moment or "")
    zone = getattr(moment.tzinfo, "key", None) or moment.tzname()
    return f"{moment:%Y-%m-%d %H:%M}" + (f" ({zone})" if zone else "")


def _value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(_value(one) for one in value)
    if hasattr(value, "cats"):
        return ", ".join(map(str, value.cats))
    moment = said(value)
    if isinstance(moment, date):
        return _shown(moment)
    text = re.sub(r"^mailto:", "", tidy(str(value)).strip(), flags=re.I)
    name = str(getattr(value, "params", {}).get("CN", "")).strip('"')
    return f"{name} <{text}>" if name and name != text else text
