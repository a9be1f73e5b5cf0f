"""The rule of a repeated entry in words, with the days that it leaves out and those that it adds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

_UNITS = {
    "DAILY": "day",
    "WEEKLY": "week",
    "MONTHLY": "month",
    "YEARLY": "year",
    "HOURLY": "hour",
    "MINUTELY": "minute",
}
_DAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_MONTHS = [
    "",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "last but one"}
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?([A-Z]{2})$")


def repeats(entry: Any) -> Iterator[str]:
    """Lines on how an entry repeats, what is left out, and what it stands in for."""
    for rule in _listed(entry.get("RRULE")):
        yield f"Repeats: {in_words(dict(rule))}"
    for name, words in (("EXDATE", "except"), ("RDATE", "also on")):
        days = [day for value in _listed(entry.get(name)) for day in _days(value)]
        if days:
            yield (
                f"{words} {', '.join(dict.fromkeys(days))}".capitalize()
                if name == "RDATE"
                else f"{words} {', '.join(dict.fromkeys(days))}"
            )
    moved = said(entry.get("RECURRENCE-ID"))
    if isinstance(moved, date):
        yield f"instead of {_shown(moved)}"


def said(value: Any) -> Any:
    """The day, moment or length of a property, None where it has none or is broken."""
    try:
        return value.dt
    except Exception:  # icalendar raises errors of its own for what it could not parse
        return None


def _parts(value: Any) -> list[Any]:
    try:
        return list(value.dts)
    except Exception:
        return []


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _days(value: Any) -> Iterator[str]:
    for one in _parts(value):
        found = said(one)
        found = found[0] if isinstance(found, tuple) else found
        if isinstance(found, date):
            yield _shown(found)


def _shown(moment: date) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else str(moment)


def in_words(rule: dict[str, Any]) -> str:
    """A rule as a person would say it: "every 2 weeks on Tuesday until 2024-06-01"."""
    facts = {name.upper(): _listed(value) for name, value in rule.items()}
    unit = _UNITS.get(str(next(iter(facts.get("FREQ", [])), "")), "time")
    every = int(next(iter(facts.get("INTERVAL", [])), 1))
    words = [f"every {every} {unit}s" if every > 1 else f"every {unit}"]
    if "BYMONTH" in facts:
        words.append("in " + ", ".join(_MONTHS[int(month) % len(_MONTHS)] for month in facts["BYMONTH"]))
    if "BYMONTHDAY" in facts:
        words.append("on day " + ", ".join(str(day) for day in facts["BYMONTHDAY"]))
    if "BYDAY" in facts:
        place = next(iter(facts.get("BYSETPOS", [])), None)
        ordinal = f"the {_ORDINALS.get(int(place), place)} " if place is not None else ""
        words.append(f"on {ordinal}" + ", ".join(_weekday(str(day)) for day in facts["BYDAY"]))
    if "COUNT" in facts:
        words.append(f"{facts['COUNT'][0]} times")
    until = next(iter(facts.get("UNTIL", [])), None)
    if isinstance(until, date):
        words.append(f"until {until:%Y-%m-%d}")
    return " ".join(words)


def _weekday(day: str) -> str:
    found = _WEEKDAY.match(day)
    if not found:
        return day
    name = _DAYS.get(found[2], found[2])
    return f"the {_ORDINALS.get(int(found[1]), found[1])} {name}" if found[1] else name
