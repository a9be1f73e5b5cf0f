"""What a question to be worked out comes to: its two sides, a question about each, and what code does with the answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from app.asking.quantities import TIME_UNITS
from app.dates.spans import Period

Working = Literal["difference", "sum", "distance", "first", "last", "most", "least", "same"]
IN_TIME: frozenset[Working] = frozenset(("distance", "first", "last"))


@dataclass(frozen=True)
class Parts:
    """working: what is done with the two answers. sides: as the question says them; questions: one about each.

    unit: in which a distance in time is told (d, w, mo, y), "" for whichever fits. ages: it is about how old both are, so
    that a day of birth tells as well. claims: the question says which side is more, less or first, and asks whether so.
    in_order: it says that the second side was later. times: the period that each side names.
    """

    working: Working
    sides: tuple[str, str]
    questions: tuple[str, str]
    unit: str = ""
    ages: bool = False
    claims: bool = False
    in_order: bool = False
    times: tuple[Period | None, Period | None] = (None, None)


Form = tuple[re.Pattern[str], Callable[[re.Match[str]], Parts | None]]
"""How such a question looks, and what a match comes to; None where it is no such question after all."""


_OPENING = re.compile(r"^(?:Le|La|Les|L|Mon|Ma|Mes|Notre|Nos)(?=[ '’])")


def form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def time_unit(word: str | None) -> str:
    return TIME_UNITS.get((word or "").casefold(), "")


def both(
    working: Working,
    a: str,
    b: str,
    ask: Callable[[str], str],
    unit: str = "",
    *,
    ages: bool = False,
    claims: bool = False,
    in_order: bool = False,
) -> Parts | None:
    """The parts of a question that asks the same of two sides; what follows a comma behind the second belongs to both."""
    b, comma, rest = b.partition(", ")
    a, b = lowered(a.strip(" ,，")), b.strip(" ,，?？.")
    if b.count("(") > b.count(")"):
        b += ")"
    if not a or not b or a.casefold() == b.casefold():
        return None
    tail = f", {rest.strip(' ?？.')}" if comma and rest.strip(" ?？.") else ""
    return Parts(working, (a, b), (_with(ask(a), tail), _with(ask(b), tail)), unit, ages, claims, in_order)


def lowered(side: str) -> str:
    """A side that opens its question, as it stands within one: French articles are written small."""
    return _OPENING.sub(lambda article: article.group().lower(), side)


def _with(question: str, tail: str) -> str:
    return re.sub(r"\s*[?？]$", lambda mark: f"{tail}{mark.group()}", question) if tail else question


def first_fitting(forms: Sequence[Form], text: str) -> Parts | None:
    for pattern, parts in forms:
        if (match := pattern.search(text)) and (found := parts(match)):
            return found
    return None
