"""A question that is worked out from two readings, taken apart; None for one that a single reading answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from app.asking.language import Language
from app.asking.parts.alike import ALIKE
from app.asking.parts.chinese import CHINESE
from app.asking.parts.english import ENGLISH
from app.asking.parts.forms import Form, Parts, first_fitting
from app.asking.parts.french import FRENCH
from app.asking.parts.german import GERMAN
from app.asking.parts.times import change_parts, then_or_then, two_times
from app.dates.periods import find_period

_FORMS: dict[Language, Sequence[Form]] = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "zh": CHINESE}


def take_apart(text: str, language: Language, today: date) -> Parts | None:
    parts = (
        change_parts(text, language)
        or two_times(text, language, today)
        or then_or_then(text, language, today)
        or first_fitting([*ALIKE[language], *_FORMS[language]], text)
    )
    if parts is None:
        return None
    one, other = parts.sides
    return replace(parts, times=(find_period(one, today), find_period(other, today)))
