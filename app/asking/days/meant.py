"""The day that "yesterday" means in a note of the past.

A passage speaks of days as of the day it was written; who asks years later learns nothing from "yesterday" or "last Friday".
So the day stands in brackets behind such an answer, if its passage has a day of its own. Words that could mean two days
("on Friday", "in May", "a few days ago") are left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from app.asking.days.spoken import spoken
from app.asking.language import Language
from app.asking.lines import days_of
from app.asking.memory import Cited, own_words
from app.dates.entries import entries
from app.dates.patterns import STEP, UNIT, any_of
from app.dates.period_words import DAYS, YEARS_ZH
from app.dates.periods import find_periods, written_periods
from app.dates.spans import Period, year
from engine.answering.spans import locate
from storage.records import Document

LONGEST = 200  # characters of an answer; a longer one tells a story
_EXACT = re.compile(
    rf"\b(?:{any_of(DAYS)})\b|{any_of(day for day in DAYS if day[0] > chr(0x3400))}|{any_of(YEARS_ZH)}"
    rf"|\b{STEP}\s|\bderni(?:er|ère)s?$|\bprochaine?$|\bpassée?$|\bago\b|^vor\s|^il y a\s|前$|^[上下这本]",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"几|\b(?:past|last|letzten|vergangenen|derniers|dernières)\s+(?:\d|\w+\s+" + UNIT + ")", re.I
)
_YEARS_AGO = re.compile(r"\b(?:years?|jahre?n?|ans?)\b|年前", re.I)
_IN_BRACKETS = re.compile(r"\s?[(（]([^()（）]+)[)）]$")


def days_meant(answer: str, cited: Sequence[Cited], language: Language) -> str | None:
    """The days, in words, that the one relative expression of an answer means; None without one or a day of its passage."""
    if len(answer) > LONGEST or "\n" in answer:
        return None
    read = (hit.document for hit in cited if hit.read)
    source = next((document for document in read if locate(answer, document.text)), None)
    written = _day_about(answer, source) if source else None
    if written is None or written_periods(answer):
        return None
    found = [period for period in find_periods(answer, written) if relative(period)]
    return spoken(_as_exact(found[0], written), language) if len(found) == 1 else None


def relative(period: Period) -> bool:
    """Whether a period was said as of a day, and means one thing as of it."""
    morning = period.said == "Morgen" and period.start > 0
    return bool(_EXACT.search(period.said)) and not _ABOUT.search(period.said) and not morning


def _as_exact(period: Period, written: date) -> Period:
    """What lies years back by its number of years is as exact as a year."""
    back = period.last < written and _YEARS_AGO.search(period.said)
    return year((period.first + (period.last - period.first) / 2).year) if back else period


def _day_about(answer: str, document: Document) -> date | None:
    """The day of the entry in which an answer stands, else of its passage; None where no single day is known."""
    around = days_of(document)
    body = own_words(document)
    span = locate(answer, body)
    days = around
    if span:
        days = next((e.period for e in entries(body, around) if e.start <= span[0] < e.end), around)
    return days.first if days and days.first == days.last else None


def without_days(answer: str) -> str:
    """An answer without the days that stand in brackets behind it: these are in no passage."""
    last = _IN_BRACKETS.search(answer)
    if last is None:
        return answer
    days = written_periods(last[1])
    return answer[: last.start()] if days and len(days[0].said) >= len(last[1]) / 2 else answer
