"""Dates as people write them in words, in the languages of Europe and in Chinese, Japanese and Korean."""

from __future__ import annotations

import re
from datetime import datetime

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
_NAMES = [
    "",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_EAST_ASIAN = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]?")


def spoken_moment(text: str) -> str | None:
    """A date as a person would say it ("Tuesday, March 5, 2024 at 2:22:10 PM UTC", "5. März 2024 um 14:22")."""
    text = text.replace("\u202f", " ").replace("\xa0", " ")
    if east := _EAST_ASIAN.search(text):
        text = f"{text[: east.start()]} {_NAMES[int(east[2]) % len(_NAMES)]} {east[3]} {east[1]} {text[east.end() :]}"
    clock = _CLOCK.search(text)
    day_text = text[: clock.start()] + text[clock.end() :] if clock else text
    month = next(
        (month for word in re.findall(r"[^\W\d]+", day_text.lower()) if (month := _month(word))), None
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


def _month(word: str) -> int | None:
    """The month of a name or of its first letters ("sept")."""
    if word in _MONTHS or not 3 <= len(word) <= 4:
        return _MONTHS.get(word)
    found = {number for name, number in _MONTHS.items() if name.startswith(word)}
    return found.pop() if len(found) == 1 else None
