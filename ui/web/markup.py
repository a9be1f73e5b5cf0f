"""HTML of what people's files and the model say, escaped in one place.

Every string that comes from outside passes `text()`; nothing is parsed as Markdown or HTML, no image or link is ever made
from a document. Buttons and forms carry data attributes, which `assets/clicks.js` turns into events.
"""

from __future__ import annotations

from datetime import date, datetime
from html import escape
from itertools import count
from pathlib import PurePath

from ui.web.messages import spoken, tr
from ui.web.told import told

_given_back = count()
MONTHS = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "de": ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."],
    "fr": ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
}


def text(value: object) -> str:
    """The one door from outside strings to markup; None is empty."""
    return "" if value is None else escape(str(value), quote=True)


def day(value: str | None) -> str:
    """An ISO date or time as a short date; what is not ISO is shown as it is."""
    if not value:
        return ""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return short_date(date(moment.year, moment.month, moment.day))


def short_date(when: date) -> str:
    language = spoken()
    if language == "zh":
        return f"{when.year}年{when.month}月{when.day}日"
    dot = "." if language == "de" else ""
    return f"{when.day}{dot} {MONTHS[language][when.month - 1]} {when.year}"


def minute(value: str | None) -> str:
    """An ISO moment to the minute."""
    return (value or "")[:16].replace("T", " ")


def file_name(path: str | None) -> str:
    return PurePath(path).name if path else tr("a note in memory")


def button(event: str, label: str, *, kind: str = "act", meaning: str = "", **data: object) -> str:
    """A button that fires `event` with `data`; `meaning` is what a screen reader says where the label is not enough."""
    carried = "".join(f' data-{name.replace("_", "-")}="{text(value)}"' for name, value in data.items())
    aria = f' aria-label="{text(meaning)}"' if meaning else ""
    return f'<button type="button" class="{kind}" data-event="{event}"{carried}{aria}>{text(label)}</button>'


def notice(message: str, kind: str = "info", *, more: str = "", gives_back: str = "") -> str:
    """A line about what happened; kind is "info", "good" or "problem".

    more: markup after it, such as a button; gives_back: what the person typed, for the box it came from.
    """
    if not message:
        return ""
    role = "alert" if kind == "problem" else "status"
    # Numbered, since the page learns of a change only, and the same may go wrong twice.
    back = f' data-return="{text(gives_back)}" data-time="{next(_given_back)}"' if gives_back else ""
    return f'<p class="notice {kind}" role="{role}"{back}>{text(told(message))} {more}</p>'
