"""Dates as people write them in words, in the languages of Europe and in Chinese, Japanese and Korean."""

from __future__ import annotations

import re
from datetime import datetime

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januar janvier enero gennaio januari janeiro января styczeń stycznia "
            "ocak január ianuarie gener січня ledna tammikuu tammikuuta",
            "february februar février febrero febbraio februari fevereiro февраля luty "
            "lutego şubat február februarie febrer лютого února helmikuu helmikuuta",
            "march märz mrz mars marzo maart mrt março марта marzec marca mart március "
            "martie març marts maret березня března maaliskuu maaliskuuta",
            "april avril abril aprile апреля kwiecień kwietnia nisan április квітня "
            "dubna huhtikuu huhtikuuta",
            "may mai mayo maggio mei maio мая maj maja mayıs május maig травня května toukokuu toukokuuta",
            "june juni juin junio giugno junho июня czerwiec czerwca haziran június "
            "iunie juny червня června kesäkuu kesäkuuta",
            "july juli juillet julio luglio julho июля lipiec lipca temmuz július iulie "
            "juliol липня července heinäkuu heinäkuuta",
            "august août agosto augustus augusti августа sierpień sierpnia ağustos augusztus "
            "agost agustus серпня srpna elokuu elokuuta",
            "september septembre septiembre settembre setembro сентября wrzesień września "
            "eylül szeptember septembrie setembre вересня září syyskuu syyskuuta",
            "october oktober octobre octubre ottobre outubro октября październik października "
            "ekim október octombrie жовтня října lokakuu lokakuuta",
            "november novembre noviembre novembro ноября listopad listopada kasım noiembrie "
            "novembre листопада listopadu marraskuu marraskuuta",
            "december dezember décembre diciembre dicembre dezembro декабря grudzień "
            "grudnia aralık decembrie desember desembre грудня prosince joulukuu joulukuuta",
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
    named = [month for word in re.findall(r"[^\W\d]+", day_text.lower()) if (month := _month(word))]
    # Of two the first is the day of the week: "mar. 5 janv. 2024".
    month = named[-1] if named else None
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
    # Finnish months are shortened to more letters, and would make others' ambiguous (maaliskuu, marraskuu).
    names = (name for name in _MONTHS if name.startswith(word) and not name.endswith(("kuu", "kuuta")))
    found = {_MONTHS[name] for name in names}
    return found.pop() if len(found) == 1 else None
