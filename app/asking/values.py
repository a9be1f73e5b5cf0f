"""What an answer comes to, its numbers with their units, days, yes or no, words; and whether two answers say otherwise.

Only what can be compared is called different: numbers of one unit, days, a plain yes and a plain no, and short phrases that
have no word in common.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.asking.language import Language
from app.asking.quantities import (
    HAN_NUMBER,
    NUMBER,
    TIME_UNITS,
    days_in,
    han_number,
    number_of,
    without_dates,
)
from app.asking.texts import say
from app.dates.period_words import NUMBERS
from engine.answering.spans import covered, tokens

_UNITS = TIME_UNITS | {
    form: unit
    for unit, forms in {
        "€": "€ eur euro euros 欧元",
        "$": "$ usd dollar dollars 美元",
        "£": "£ gbp pound pounds",
        "CHF": "chf franken francs fr.",
        "¥": "¥ 元 块 块钱 rmb cny yuan 人民币",
        "%": "% prozent percent pourcent pour-cent",
        "kg": "kg kilo kilos kilogramm kilograms kilogrammes 公斤 千克",
        "g": "g gramm gram grams gramme grammes 克",
        "t": "t tonne tonnen tons tonnes 吨",
        "l": "l liter litre liters litres litern 升",
        "km": "km kilometer kilometre kilometers kilometres kilometern kilomètres 公里 千米",
        "m": "m meter metre meters metres metern mètres 米",
        "cm": "cm zentimeter centimetres centimètres 厘米",
        "mm": "mm millimeter millimetres millimètres 毫米",
        "m²": "m² m2 qm quadratmeter 平方米 平米",
        "kWh": "kwh kilowattstunden 度",
        "h": "h std stunde stunden hour hours heure heures 小时 个小时",
        "min": "min minute minuten minutes 分钟",
        "y": "岁",
        "°C": "°c °",
    }.items()
    for form in forms.split()
}
TIME = frozenset([*TIME_UNITS.values(), "h", "min"])
MONEY = frozenset(["€", "$", "£", "CHF", "¥"])
_BEHIND = re.compile(r"\s?([€$£¥%°²\w.]{1,14})")
_BEFORE = re.compile(r"(€|\$|£|¥|EUR|USD|CHF|GBP)\s?$", re.I)
_YES = re.compile(r"^\W*(?:yes|ja|oui|si|是|对|有|可以)(?!\w)|^(?:是的|对的|可以|有)", re.I)
_NO = re.compile(r"^\W*(?:no|nein|non|not|nicht|kein\w*|不|没有?|否)(?!\w)|^(?:不|没有)", re.I)
_ARTICLES = frozenset(("a", "an", "ein", "eine", "einem", "einen", "einer", "un", "une"))
# With a trunk or country code, a Chinese mobile, or three and four behind a three.
_PHONE = re.compile(
    r"(?:\+|\b00|\(?\b0)[1-9][\d ()/.-]{5,}\d|\b1[3-9]\d[ -]?\d{4}[ -]?\d{4}\b|\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b"
)
_SHORT = 6  # words of a phrase that is compared as a whole
_APART = 0.34  # share of a phrase's words that another may have without saying the same


@dataclass(frozen=True)
class Quantity:
    """A number and its unit in one form for all languages, "" for a bare number."""

    value: float
    unit: str


def quantities(text: str) -> list[Quantity]:
    """All numbers of a text that are no dates, in its order."""
    found = []
    plain = without_dates(text)
    for match in NUMBER.finditer(plain):
        value = number_of(match.group())
        if value is not None:
            found.append(Quantity(value, _unit(plain[: match.start()], plain[match.end() :])))
    for match in HAN_NUMBER.finditer(plain):
        share = match.group().removeprefix("百分之")
        unit = "%" if share != match.group() else _unit("", plain[match.end() :])
        # Without a unit it may be part of a word.
        if unit or not plain[match.end() :].strip(" 。，"):
            found.append(Quantity(han_number(share), unit))
    return found


def counted(text: str) -> list[Quantity]:
    """The numbers of a text, also one that is written as a word ("eight years") where it has no other."""
    if found := quantities(text):
        return found
    for match in re.finditer(r"[^\W\d_]+", text):
        word = match.group().casefold()
        if word in NUMBERS and word not in _ARTICLES:
            return [Quantity(NUMBERS[word], _unit("", text[match.end() :]))]
    if han := re.search(r"(十[一二]?|[一二两三四五六七八九])(?=[\u3400-\u9fff])", text):
        word = han.group()
        value = 10 + NUMBERS[word[1]] if len(word) == 2 else NUMBERS.get(word, 10)
        return [Quantity(value, _unit("", text[han.end() :]))]
    return []


_TOLD = {
    "d": "days",
    "w": "weeks",
    "mo": "months",
    "y": "years",
}


def told_unit(number: str, unit: str, language: Language) -> str:
    """A number with its unit, as that language says it."""
    if unit in _TOLD:
        return say(_TOLD[unit], language, n=number)
    if unit == "¥" and language == "zh":
        return f"{number}元"
    if unit in ("$", "£", "¥") or (unit == "€" and language == "en"):
        return f"{unit}{number}"
    return f"{number} {unit}".strip()


def _unit(before: str, behind: str) -> str:
    if sign := _BEFORE.search(before):
        return _UNITS[sign[1].casefold()]
    match = _BEHIND.match(behind)
    if match is None:
        return ""
    word = match[1].casefold().rstrip(".")
    if word in _UNITS:
        return _UNITS[word]
    # Chinese units stand before other characters without a space.
    return next(
        (_UNITS[word[:size]] for size in (3, 2, 1) if word[:size] in _UNITS and word[0] > "\u2e80"), ""
    )


def say_otherwise(one: str, other: str) -> bool:
    """Whether two answers to one question cannot both be so at one time, as far as it can be told."""
    if (_YES.match(one) and _NO.match(other)) or (_NO.match(one) and _YES.match(other)):
        return True
    phones = _phones(one), _phones(other)
    if phones[0] and phones[1]:
        return not any(a.endswith(b) or b.endswith(a) for a in phones[0] for b in phones[1])
    days = days_in(one), days_in(other)
    if days[0] and days[1]:
        return not _alike(days[0], days[1])
    numbers = quantities(one), quantities(other)
    if numbers[0] and numbers[1]:
        units = {q.unit for q in numbers[0]} & {q.unit for q in numbers[1]}
        compared = [[q for q in found if q.unit in units] for found in numbers]
        return bool(units) and not set(compared[0]) & set(compared[1])
    if bool(numbers[0]) != bool(numbers[1]) or bool(days[0]) != bool(days[1]):
        return False
    if max(len(_words(one)), len(_words(other))) > _SHORT or not _words(one) or not _words(other):
        return False
    return covered(one, [other]) <= _APART and covered(other, [one]) <= _APART


def _phones(text: str) -> list[str]:
    """The digits of each phone number without its first zeros: one with a country code ends with the one without. As mere
    numbers, two may well have a group in common."""
    return [re.sub(r"\D", "", match.group()).lstrip("0") for match in _PHONE.finditer(without_dates(text))]


def _alike(some: Sequence[tuple[date, date]], others: Sequence[tuple[date, date]]) -> bool:
    return any(a[0] <= b[1] and b[0] <= a[1] for a in some for b in others)


def _words(text: str) -> list[str]:
    found = tokens(text)
    # A Chinese word has two characters more often than not.
    return [token.text for token in found if not token.unspaced] + [t.text for t in found if t.unspaced][::2]
