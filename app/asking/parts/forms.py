"""What a question to be worked out comes to: its two sides, a question about each, and what code does with the answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from app.asking.quantities import TIME_UNITS

Working = Literal["difference", "sum", "distance", "first", "most", "least"]


@dataclass(frozen=True)
class Parts:
    """working: what is done with the two answers. sides: as the question says them; questions: one about each.

    unit: in which a distance in time is told (d, w, mo, y), "" for whichever fits.
    """

    working: Working
    sides: tuple[str, str]
    questions: tuple[str, str]
    unit: str = ""


Form = tuple[re.Pattern[str], Callable[[re.Match[str]], Parts | None]]
"""How such a question looks, and what a match comes to; None where it is no such question after all."""


def form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def time_unit(word: str | None) -> str:
    return TIME_UNITS.get((word or "").casefold(), "")


def both(working: Working, a: str, b: str, ask: Callable[[str], str], unit: str = "") -> Parts | None:
    """The parts of a question that asks the same of two sides; what follows a comma behind the second belongs to both."""
    b, comma, rest = b.partition(", ")
    a, b = a.strip(" ,，"), b.strip(" ,，?？.")
    if not a or not b or a.casefold() == b.casefold():
        return None
    tail = f", {rest.strip(' ?？.')}" if comma and rest.strip(" ?？.") else ""
    return Parts(working, (a, b), (_with(ask(a), tail), _with(ask(b), tail)), unit)


def _with(question: str, tail: str) -> str:
    return re.sub(r"\s*[?？]$", lambda mark: f"{tail}{mark.group()}", question) if tail else question


def first_fitting(forms: Sequence[Form], text: str) -> Parts | None:
    for pattern, parts in forms:
        if (match := pattern.search(text)) and (found := parts(match)):
            return found
    return None
