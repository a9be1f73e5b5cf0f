"""What all chat exports have in common: conversations of turns, each with its speaker and moment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from app.parsing.encoding import tidy
from app.parsing.items import Block, Item

_BROKEN = re.compile("[\u00c2-\u00f4][\u0080-\u00bf]")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januar janvier enero gennaio januari janeiro января styczeń stycznia ocak",
            "february februar février febrero febbraio februari fevereiro февраля luty lutego şubat",
            "march märz mars marzo maart março марта marzec marca mart",
            "april avril abril aprile апреля kwiecień kwietnia nisan",
            "may mai mayo maggio mei maio мая maj maja mayıs",
            "june juni juin junio giugno junho июня czerwiec czerwca haziran",
            "july juli juillet julio luglio julho июля lipiec lipca temmuz",
            "august août agosto augustus augusti августа sierpień sierpnia ağustos",
            "september septembre septiembre settembre setembro сентября wrzesień września eylül",
            "october oktober octobre octubre ottobre outubro октября październik października ekim",
            "november novembre noviembre novembro ноября listopad listopada kasım",
            "december dezember décembre diciembre dicembre dezembro декабря grudzień grudnia aralık",
        ),
        1,
    )
    for name in names.split()
}
_NUMBER = re.compile(r"\d+")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s*(am|pm|a\.\s?m\.|p\.\s?m\.)?", re.I)


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


def moment(seconds: object) -> str | None:
    """Seconds since 1970 (a number, or a text of one) as an ISO moment in UTC without its zone."""
    try:
        found = datetime.fromtimestamp(float(str(seconds)), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found.replace(tzinfo=None).isoformat(timespec="seconds") if 1971 <= found.year < 2100 else None


def spoken_moment(text: str) -> str | None:
    """A date as a person would say it ("Tuesday, March 5, 2024 at 2:22:10 PM UTC", "5. März 2024 um 14:22")."""
    text = text.replace("\u202f", " ").replace("\xa0", " ")
    clock = _CLOCK.search(text)
    day_text = text[: clock.start()] + text[clock.end() :] if clock else text
    month = next(
        (_MONTHS[word] for word in re.findall(r"[^\W\d]+", day_text.lower()) if word in _MONTHS), None
    )
    numbers = [int(number) for number in _NUMBER.findall(day_text)]
    year = next((number for number in numbers if 1971 <= number < 2100), None)
    day = next((number for number in numbers if number <= 31), None)
    if month is None or year is None or day is None:
        return None
    hour, minute, second = (int(clock[group] or 0) for group in (1, 2, 3)) if clock else (0, 0, 0)
    if clock and clock[4]:
        hour = hour % 12 + (12 if clock[4].lower().startswith("p") else 0)
    try:
        found = datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
    return found.isoformat() if clock else found.date().isoformat()


def repaired(text: str) -> str:
    """UTF-8 that was taken for Latin-1, as in what Facebook and Instagram give out, set right."""
    if not _BROKEN.search(text):
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
