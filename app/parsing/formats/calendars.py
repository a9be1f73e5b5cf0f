"""iCalendar and vCard: each event, task, journal entry and contact is an item of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.parsing.encoding import read_text, tidy
from app.parsing.items import Block, Item, Limits, Source, iso_date

_ENTRIES = ("VEVENT", "VTODO", "VJOURNAL")
_FIELDS = ("LOCATION", "STATUS", "PRIORITY", "CATEGORIES", "URL", "ATTENDEE", "ORGANIZER")
_SKIPPED_CONTACT = frozenset(
    ("version", "prodid", "uid", "rev", "photo", "logo", "sound", "key", "n", "x-abuid", "x-ablabel")
)


def read_icalendar(source: Source, limits: Limits) -> Iterator[Item]:
    import icalendar

    for calendar in icalendar.Calendar.from_ical(source.read(limits.markup_bytes), multiple=True):
        for number, entry in enumerate(calendar.walk(), 1):
            if entry.name in _ENTRIES:
                yield _entry(entry, source, f"entry {number}")


def _entry(entry: Any, source: Source, place: str) -> Item:
    start, end = _moment(entry, "DTSTART"), _moment(entry, "DTEND") or _moment(entry, "DUE")
    lines = []
    if start or end:
        lines.append("When: " + " to ".join(moment for moment in (start, end) if moment))
    if "RRULE" in entry:
        lines.append(f"Repeats: {entry['RRULE'].to_ical().decode('utf-8', 'replace')}")
    for name in _FIELDS:
        values = entry.get(name)
        shown = [_value(value) for value in (values if isinstance(values, list) else [values]) if value]
        if shown:
            lines.append(f"{name.capitalize()}: {', '.join(shown)}")
    title = _value(entry.get("SUMMARY")) or source.stem
    # The summary is the text of most entries, so it stands in the blocks too.
    blocks = [Block("\n".join([title, *lines]), place, "fields")]
    for name in ("DESCRIPTION", "COMMENT"):
        text = _value(entry.get(name))
        blocks += [Block(text, place)] if text else []
    return Item(title, blocks, _value(entry.get("ORGANIZER")), start or end)


def _moment(entry: Any, name: str) -> str | None:
    found = getattr(entry.get(name), "dt", None)
    return iso_date(found) if found is not None else None


def _value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(_value(one) for one in value)
    name = getattr(value, "params", {}).get("CN", "")
    if hasattr(value, "cats"):
        return ", ".join(map(str, value.cats))
    text = tidy(str(value)).strip().removeprefix("mailto:").removeprefix("MAILTO:")
    return f"{name} <{text}>" if name else text


def read_vcard(source: Source, limits: Limits) -> Iterator[Item]:
    import vobject

    text = read_text(source, limits.markup_bytes)
    # All of them before the first is given, so that a damaged file is read as plain text from its beginning.
    cards = list(vobject.readComponents(text, ignoreUnreadable=True))
    for number, card in enumerate(cards, 1):
        lines = []
        for line in card.getChildren():
            name = line.name.lower()
            value = tidy(_card_value(line.value)).strip()
            if value and name not in _SKIPPED_CONTACT:
                kinds = [kind.lower() for kind in line.params.get("TYPE", []) if kind.lower() != "pref"]
                label = f"{name} ({', '.join(kinds)})" if kinds else name
                lines.append(f"{'name' if name == 'fn' else label}: {value}")
        names = [line.value for line in card.getChildren() if line.name == "FN"]
        title = tidy(str(names[0])).strip() if names else source.stem
        yield Item(title, [Block("\n".join(lines), f"contact {number}", "fields")])


def _card_value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_card_value(part) for part in value if part)
    if isinstance(value, bytes):
        return ""
    return ", ".join(line.strip() for line in str(value).splitlines() if line.strip())
