"""English questions that are worked out from two readings."""

from __future__ import annotations

import re

from app.asking.parts.english_choices import CHOICES
from app.asking.parts.english_words import AGES, MEASURES, PRICES, asks_how
from app.asking.parts.forms import Form, Parts, both, form, time_unit

_AUX = r"(?P<aux>is|was|are|were|did|does|do|has|have|had|will)"
_VERB = r"(?P<verb>cost|weigh|have|has|had|get|earn|pay|drive|last|take|took|hold|eat|need|use|read|own|been|[a-z]{3,}ed)"


# "More than it receives", "than expected": no second side that can be asked for.
_NO_SIDE = re.compile(r"^(?:it|he|she|they|we|I|you|expected|planned|usual|before|that|those)\b", re.I)


def _difference(match: re.Match[str]) -> Parts | None:
    if _NO_SIDE.match(match["b"]):
        return None
    many, degree, thing = match["many"], match["degree"].casefold(), match["thing"] or ""
    aux, verb = match["aux"], f" {match['verb']}" if match["verb"] else ""
    if degree in PRICES or "expensive" in thing:
        return both(
            "difference", match["a"], match["b"], lambda side: f"How much {aux} {side}{verb or ' in price'}?"
        )
    if degree in MEASURES:
        return both(
            "difference", match["a"], match["b"], lambda side: f"How {MEASURES[degree]} {aux} {side}{verb}?"
        )
    return both("difference", match["a"], match["b"], lambda side: f"How {many}{thing} {aux} {side}{verb}?")


def _measured(match: re.Match[str]) -> Parts | None:
    degree = match["degree"].casefold().split()[-1]
    ask = asks_how(degree, match["aux"].casefold(), "")
    return both("difference", match["a"], match["b"], ask, ages=degree in AGES) if ask else None


_NOUNS = {
    "price": "How much did {} cost?",
    "cost": "How much did {} cost?",
    "age": "How old is {}?",
    "height": "How tall is {}?",
    "weight": "How heavy is {}?",
    "length": "How long is {}?",
    "size": "How large is {}?",
    "duration": "How long did {} take?",
    "temperature": "How warm is {}?",
}
_AMOUNTS = r"(?:price|cost|rent|fee|rate|wage|salary|bill|weight|age|height|rainfall|total|deposit|premium)"


def _gap(match: re.Match[str]) -> Parts | None:
    noun = match["noun"].casefold()
    return both("difference", match["a"], match["b"], _NOUNS[noun].format, ages=noun == "age")


def _when_was(clause: str) -> str:
    return (
        f"When {clause}?" if re.match(_AUX + r"\b", clause, re.IGNORECASE) else f"When was it that {clause}?"
    )


ENGLISH: list[Form] = [
    *CHOICES,
    (
        form(
            r"\bdifference in (?P<noun>price|cost|age|height|weight|length|size|duration|temperature) between "
            r"(?P<a>.+?) and "
            r"(?P<b>.+?)\W*$"
        ),
        _gap,
    ),
    (
        form(
            r"\b(?P<noun>price|cost|age|height|weight|length|size|duration|temperature) difference between (?P<a>.+?) and "
            r"(?P<b>.+?)\W*$"
        ),
        _gap,
    ),
    (
        form(rf"\bdifference between (?P<a>.*?\b{_AMOUNTS}\b.*?) and (?P<b>.*?\b{_AMOUNTS}\b.*?)\W*$"),
        lambda m: both("difference", m["a"], m["b"], lambda side: f"How much is {side}?"),
    ),
    (
        form(
            r"^how (?P<many>much|many) (?:more|less|fewer)(?P<thing>(?: [\w-]+){0,3}?) (?P<aux>did|do|does|have|has) "
            r"(?P<who>\w+) (?P<verb>\w+) (?P<prep>for|on|in|at|from|with|to) (?P<a>.+?) than "
            r"(?:(?:for|on|in|at|from|with|to) )?"
            r"(?P<b>.+?)\W*$"
        ),
        lambda m: both(
            "difference",
            m["a"],
            m["b"],
            lambda side: f"How {m['many']}{m['thing']} {m['aux']} {m['who']} {m['verb']} {m['prep']} {side}?",
        ),
    ),
    (
        form(
            r"^how (?P<many>much|many)(?P<thing>(?: [\w-]+){0,3}?) (?P<aux>did|do|have) (?P<who>\w+) (?P<verb>\w+) "
            r"(?P<prep>for|on|in|at|from|with|to) (?P<a>.+?) and (?:(?:for|on|in|at|from|with|to) )?(?P<b>.+?) "
            r"(?:together|altogether|in total|in all|combined)\W*$"
        ),
        lambda m: both(
            "sum",
            m["a"],
            m["b"],
            lambda side: f"How {m['many']}{m['thing']} {m['aux']} {m['who']} {m['verb']} {m['prep']} {side}?",
        ),
    ),
    (
        form(
            r"^how (?P<many>many) more (?P<a>[\w-]+) than (?P<b>[\w-]+) (?P<rest>(?:do|did|does|are|were|have) .+?)\W*$"
        ),
        lambda m: both("difference", m["a"], m["b"], lambda side: f"How many {side} {m['rest']}?"),
    ),
    (
        form(
            r"^(?:by )?how (?:much|many (?:years|months|days|weeks)) (?P<aux>is|was|are|were) (?P<a>.+?) "
            r"(?P<degree>(?:(?:more|less) )?[a-z]{3,}(?:er|ive)) than (?P<b>.+?)\W*$"
        ),
        _measured,
    ),
    (
        form(
            r"^(?:by )?how (?:much|many (?:years|months|days|weeks)) (?P<degree>[a-z]{3,}er) "
            r"(?P<aux>is|was|are|were) (?P<a>.+?) "
            r"than (?P<b>.+?)\W*$"
        ),
        _measured,
    ),
    (
        form(
            r"^how (?:long|many (?P<unit>days|weeks|months|years)) (?:was it|is it|did it take|passed|were there|went by) "
            r"from (?P<a>.+?) (?:to|until|till) (?P<b>.+?)\W*$"
        ),
        lambda m: both("distance", m["a"], m["b"], lambda side: f"When was {side}?", time_unit(m["unit"])),
    ),
    (
        form(
            r"^what (?P<aux>did|do|does|would) (?P<a>.+?) and (?P<b>.+?) (?P<verb>cost|weigh) "
            r"(?:together|altogether|in total|in all|combined)\W*$"
        ),
        lambda m: both("sum", m["a"], m["b"], lambda side: f"How much {m['aux']} {side} {m['verb']}?"),
    ),
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
            in_order=m["way"].casefold() == "after",
        ),
    ),
    (
        form(
            r"^after (?P<a>.+), (?:about |approximately )?how (?:many (?P<unit>days|weeks|months|years)|long|much time)"
            r"(?: later| did it take(?: before| until)?| passed (?:before|until))? "
            r"(?P<clause>.+?)\W*$"
        ),
        lambda m: Parts(
            "distance",
            (m["a"], m["clause"]),
            (f"When was {m['a']}?", _when_was(m["clause"])),
            time_unit(m["unit"]),
            in_order=True,
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
THEN = form(
    r"^(?:in which (?:year|month) |when )?(?:was|were) (?P<what>.+?) "
    r"(?P<degree>higher|lower|cheaper|dearer|larger|smaller|bigger|more"
    r" expensive)\W*$"
)
CHANGE_ASKED = "How much was {what} in {period}?"
DEGREE = form(r"\bhow (?P<many>much|many) (?:more|less|fewer)\b")
HIGHER = form(r"\bhow much (?P<degree>[a-z]{3,}er)\b")
THAN = form(r",?\s*\b(?:than|compared (?:to|with)|as against)\b")
TOGETHER = form(r",?\s*\b(?:together|altogether|in total|in all|combined)\b")
