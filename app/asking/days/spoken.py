"""Days as a person says them, in the languages that questions are asked in: "7 May 2023", "1.–7. Mai 2023", "2023年5月"."""

from __future__ import annotations

from datetime import date, timedelta

from app.asking.language import Language
from app.dates.spans import Period

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}
_WHOLE_MONTH, _WHOLE_YEAR = 27, 300  # days from the first to the last, at least


def spoken(period: Period, language: Language) -> str:
    """A period in words, as exact as it is: a day, a month, a year, or from a day to a day."""
    first, last = period.first, period.last
    apart = (last - first).days
    if apart >= _WHOLE_YEAR:
        return str(first.year) if language != "zh" else f"{first.year}年"
    if apart >= _WHOLE_MONTH and first.day == 1 and first.month == last.month:
        return _month(first, language)
    if first.day == 1 and apart > _WHOLE_MONTH and last.month != (last + timedelta(days=1)).month:
        return f"{_month(first, language)} – {_month(last, language)}"  # a season
    if language == "zh":
        until = "" if first == last else f"至{last.month}月{last.day}日"
        return f"{_month(first, language)}{first.day}日{until}"
    if first == last:
        return f"{_day(first, language)} {_month(first, language)}"
    if first.month == last.month:
        return f"{_day(first, language)}–{_day(last, language)} {_month(first, language)}"
    return f"{spoken(Period(first, first), language)} – {spoken(Period(last, last), language)}"


def _day(on: date, language: Language) -> str:
    if language == "de":
        return f"{on.day}."
    return "1er" if language == "fr" and on.day == 1 else str(on.day)


def _month(on: date, language: Language) -> str:
    if language == "zh":
        return f"{on.year}年{on.month}月"
    return f"{_MONTHS[language].split()[on.month - 1]} {on.year}"
