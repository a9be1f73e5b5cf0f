"""English questions that are worked out from two readings."""

from __future__ import annotations

import re

from app.asking.parts.forms import Form, Parts, both, form, time_unit

_MEASURES = {
    "older": "old",
    "younger": "old",
    "taller": "tall",
    "smaller": "large",
    "bigger": "large",
    "larger": "large",
    "longer": "long",
    "shorter": "long",
    "heavier": "heavy",
    "lighter": "heavy",
    "higher": "high",
    "lower": "high",
    "deeper": "deep",
    "wider": "wide",
    "farther": "far",
    "further": "far",
    "faster": "fast",
    "slower": "fast",
    "warmer": "warm",
    "colder": "warm",
}
_LEAST = frozenset(
    ("younger", "smaller", "shorter", "lighter", "lower", "cheaper", "less", "fewer", "slower", "colder")
)
_PRICES = frozenset(("cheaper", "dearer", "pricier", "costlier", "expensive"))
_AUX = r"(?P<aux>is|was|are|were|did|does|do|has|have|had|will)"
_VERB = r"(?P<verb>cost|weigh|have|has|had|get|earn|pay|drive|last|take|took|hold|eat|need|use|read|own|been|[a-z]{3,}ed)"


def _difference(match: re.Match[str]) -> Parts | None:
    many, degree, thing = match["many"], match["degree"].casefold(), match["thing"] or ""
    aux, verb = match["aux"], f" {match['verb']}" if match["verb"] else ""
    if degree in _PRICES or "expensive" in thing:
        return both(
            "difference", match["a"], match["b"], lambda side: f"How much {aux} {side}{verb or ' in price'}?"
        )
    if degree in _MEASURES:
        return both(
            "difference", match["a"], match["b"], lambda side: f"How {_MEASURES[degree]} {aux} {side}{verb}?"
        )
    return both("difference", match["a"], match["b"], lambda side: f"How {many}{thing} {aux} {side}{verb}?")


def _choice(match: re.Match[str]) -> Parts | None:
    degree = match["degree"].casefold().removeprefix("the ")
    noun = f" ({match['noun'].strip()})" if match["noun"] else ""
    working = "least" if degree in _LEAST or "less" in degree else "most"
    last = degree.split()[-1]

    def ask(side: str) -> str:
        if last in _PRICES:
            return f"How much did {side}{noun} cost?"
        return f"How {_MEASURES.get(last, last)} is {side}{noun}?"

    if last not in _MEASURES and last not in _PRICES:
        return None
    return both("least" if working == "least" else "most", match["a"], match["b"], ask)


ENGLISH: list[Form] = [
    (
        form(
            r"^(?:by )?how (?P<many>much|many) (?P<degree>more|less|fewer|[a-z]{3,}er)(?P<thing>(?: [\w-]+){0,3}?) "
            rf"{_AUX} (?P<a>.+?)(?: {_VERB})?,? than (?P<b>.+?)\W*$"
        ),
        _difference,
    ),
    (
        form(
            r"^how (?:many (?P<unit>days|weeks|months|years)|long) (?P<way>after|before) (?P<a>.+?),? "
            r"(?P<clause>(?:did|was|were|had|has|is|do|does) .+?)\W*$"
        ),
        lambda m: Parts(
            "distance",
            (m["a"], m["clause"].partition(" ")[2]),
            (f"When was {m['a']}?", f"When {m['clause']}?"),
            time_unit(m["unit"]),
        ),
    ),
    (
        form(
            r"\bhow (?:many (?P<unit>days|weeks|months|years)|long|much time)\b(?:.*?\bbetween\s+"
            r"(?P<a>.+?)\s+and\s+(?P<b>.+?)"
            r"|\s+(?:passed|elapsed|went by|lie|lay)\s+from\s+(?P<c>.+?)\s+(?:to|until)\s+(?P<d>.+?))\W*$"
        ),
        lambda m: both(
            "distance",
            m["a"] or m["c"],
            m["b"] or m["d"],
            lambda side: f"When was {side}?",
            time_unit(m["unit"]),
        ),
    ),
    (
        form(
            r"\bbetween\s+(?P<a>.+?)\s+and\s+(?P<b>.+?),\s+how (?:many "
            r"(?P<unit>days|weeks|months|years)|long|much time)\b"
        ),
        lambda m: both("distance", m["a"], m["b"], lambda side: f"When was {side}?", time_unit(m["unit"])),
    ),
    (
        form(
            r"^(?:what|which|who)(?: \w+){0,2}? (?:came|was|happened|did|is)(?: \w+)? (?:first|earlier)\W+"
            r"(?P<a>.+?),?\s+or\s+(?P<b>.+?)\W*$"
        ),
        lambda m: both("first", m["a"], m["b"], lambda side: f"When was {side}?"),
    ),
    (
        form(
            r"^(?:which|what|who)(?P<noun>(?: [\w-]+){0,3}?) (?:is|was|are|were) "
            r"(?P<degree>(?:(?:more|less) )?[a-z]{3,}(?:er|ive))\W+"
            r"(?P<a>.+?),?\s+or\s+(?P<b>.+?)\W*$"
        ),
        _choice,
    ),
    (
        form(
            r"^did (?P<who>.+?) (?P<verb>[a-z]+) (?P<degree>more|less|fewer) (?P<thing>.+?) "
            r"(?P<a>(?:in|on|at|from|with) .+?)\s+or\s+(?P<b>.+?)\W*$"
        ),
        lambda m: both(
            "most" if m["degree"].casefold() == "more" else "least",
            m["a"],
            m["b"],
            lambda side: f"How many {m['thing']} did {m['who']} {m['verb']} {side}?",
        ),
    ),
    (
        form(
            rf"^how (?P<many>much|many(?P<thing>(?: [\w-]+){{1,3}})) {_AUX} (?P<a>.+?) and (?P<b>.+?)(?: {_VERB})? "
            r"(?:together|altogether|in total|in all|combined)\W*$"
        ),
        lambda m: both(
            "sum",
            m["a"],
            m["b"],
            lambda side: f"How {m['many']} {m['aux']} {side}{' ' + m['verb'] if m['verb'] else ''}?",
        ),
    ),
]
CHANGE = form(
    r"^(?:by )?how much (?:did|has|have|had) (?P<what>.+?)"
    r" (?:rise|risen|increased?|grow|grown|go up|gone up|fall|fallen|drop(?:ped)?|decreased?"
    r"|changed?|decline[d]?)\b"
)
CHANGE_ASKED = "How much was {what} in {period}?"
DEGREE = form(r"\bhow (?P<many>much|many) (?:more|less|fewer)\b")
HIGHER = form(r"\bhow much (?P<degree>[a-z]{3,}er)\b")
THAN = form(r",?\s*\b(?:than|compared (?:to|with)|as against)\b")
TOGETHER = form(r",?\s*\b(?:together|altogether|in total|in all|combined)\b")
