"""German questions that are worked out from two readings."""

from __future__ import annotations

import re

from app.asking.parts.forms import Form, Parts, Working, both, form, time_unit

_MEASURES = {
    "älter": "alt",
    "jünger": "alt",
    "größer": "groß",
    "kleiner": "groß",
    "länger": "lang",
    "kürzer": "lang",
    "schwerer": "schwer",
    "leichter": "schwer",
    "höher": "hoch",
    "niedriger": "hoch",
    "tiefer": "tief",
    "breiter": "breit",
    "teurer": "teuer",
    "billiger": "teuer",
    "günstiger": "teuer",
    "weiter": "weit",
    "schneller": "schnell",
    "wärmer": "warm",
    "kälter": "warm",
}
_LEAST = frozenset(
    ("jünger", "kleiner", "kürzer", "leichter", "niedriger", "billiger", "günstiger", "weniger", "kälter")
)
_AUX = r"(?P<aux>ist|war|sind|waren|hat|hatte|haben|hatten|kostet|kostete|kosten|kosteten|wiegt|wog|wiegen)"
_PRICES = ("teurer", "billiger", "günstiger")


def _difference(match: re.Match[str]) -> Parts | None:
    degree = match["degree"].casefold()
    groups = match.groupdict()
    verb = f" {groups['verb']}" if groups.get("verb") else ""
    thing, aux = groups.get("thing") or "", match["aux"]
    if degree in _MEASURES:
        return both(
            "difference", match["a"], match["b"], lambda side: f"Wie {_MEASURES[degree]} {aux} {side}{verb}?"
        )
    many = "viele" if thing else "viel"
    return both("difference", match["a"], match["b"], lambda side: f"Wie {many}{thing} {aux} {side}{verb}?")


def _choice(match: re.Match[str]) -> Parts | None:
    degree = match["degree"].casefold()
    if degree not in _MEASURES:
        return None
    noun = f" ({match['noun'].strip()})" if match["noun"] else ""
    working: Working = "least" if degree in _LEAST else "most"
    asked = "Wie viel kostete" if degree in _PRICES else f"Wie {_MEASURES[degree]} ist"
    return both(working, match["a"], match["b"], lambda side: f"{asked} {side}{noun}?")


_UNIT = r"(?:viele (?P<unit>Tage|Wochen|Monate|Jahre)|lange|viel Zeit)"

GERMAN: list[Form] = [
    (
        form(
            rf"^(?:um )?wie ?viele?(?: \w+)? (?P<degree>mehr|weniger|\w{{3,}}er)(?P<thing>(?: "
            rf"[\w-]+){{0,3}}?) {_AUX} (?P<a>.+?) als "
            r"(?P<b>.+?)(?: (?P<verb>gekostet|gewogen|gehabt|ge\w+t|ge\w+en))?\W*$"
        ),
        _difference,
    ),
    (
        form(
            rf"^(?:um )?wie ?viele?(?: \w+)? {_AUX} (?P<a>.+?) (?P<degree>mehr|weniger|\w{{3,}}er) als (?P<b>.+?)"
            r"(?: (?P<verb>gekostet|gewogen|gehabt))?\W*$"
        ),
        _difference,
    ),
    (
        form(
            rf"^wie {_UNIT} (?P<way>nach|vor) (?P<a>.+?),? "
            r"(?P<clause>(?:hat|haben|hatte|hatten|ist|sind|bin|habe|war|waren|wurde|wurden|ging|gingen|kam|"
            r"kamen|zog|zogen|begann|starb|brach|fand|verlor|schrieb|verließ|bekam"
            r"|fuhr|flog|sah|traf|las|trat|kaufte|verkaufte|zogen|bin"
            r"|\w{3,}te|\w{3,}ten) .+?)\W*$"
        ),
        lambda m: Parts(
            "distance",
            (m["a"], m["clause"].partition(" ")[2]),
            (f"Wann war {_nominative(m['a'])}?", f"Wann {m['clause']}?"),
            time_unit(m["unit"]),
        ),
    ),
    (
        form(rf"\bwie {_UNIT}\b.*?\bzwischen\s+(?P<a>.+?)\s+und\s+(?P<b>.+?)\W*$"),
        lambda m: both(
            "distance", m["a"], m["b"], lambda side: f"Wann war {_nominative(side)}?", time_unit(m["unit"])
        ),
    ),
    (
        form(
            rf"\bwie {_UNIT}\s+(?:vergingen|verging|verstrichen|lagen|liegen)\b.*?\bvo[nm]\s+(?P<a>.+?)\s+bi"
            rf"s\s+(?:zur?\s+|zum\s+)?(?P<b>.+?)\W*$"
        ),
        lambda m: both(
            "distance", m["a"], m["b"], lambda side: f"Wann war {_nominative(side)}?", time_unit(m["unit"])
        ),
    ),
    (
        form(r"^\w+(?: \w+){0,2}? (?:zuerst|früher|eher)\W+(?P<a>.+?)\s+oder\s+(?P<b>.+?)\W*$"),
        lambda m: both("first", m["a"], m["b"], lambda side: f"Wann war {side}?"),
    ),
    (
        form(
            r"^(?:welche[rs]?|wer|was)(?P<noun>(?: [\w-]+){0,3}?) (?:ist|war|sind|waren) "
            r"(?P<degree>\w{3,}er)\W+(?P<a>.+?),?\s+oder\s+"
            r"(?P<b>.+?)\W*$"
        ),
        _choice,
    ),
    (
        form(
            r"^(?P<aux>haben|hatten|hat|habe) (?P<who>\w+) (?P<a>.+?)\s+oder\s+(?P<b>.+?) "
            r"(?P<degree>mehr|weniger) (?P<thing>.+?) "
            r"(?P<verb>\w+)\W*$"
        ),
        lambda m: both(
            "most" if m["degree"].casefold() == "mehr" else "least",
            m["a"],
            m["b"],
            lambda side: f"Wie viele {m['thing']} {m['aux'].lower()} {m['who']} {side} {m['verb']}?",
        ),
    ),
    (
        form(
            r"^(?:wie ?viel|was|wie schwer) (?P<verb>kosten|kosteten|wiegen|haben|sind|waren) (?P<a>.+?) "
            r"und (?P<b>.+?) "
            r"(?:zusammen|insgesamt)(?: (?P<end>gekostet|gewogen))?\W*$"
        ),
        lambda m: both(
            "sum",
            m["a"],
            m["b"],
            lambda side: f"Wie viel {_singular(m['verb'], m['end'])} {side}{_end(m['end'])}?",
        ),
    ),
]
_SINGULAR = {
    "kosten": "kostet",
    "kosteten": "kostete",
    "wiegen": "wiegt",
    "haben": "hat",
    "sind": "ist",
    "waren": "war",
}


def _singular(verb: str, end: str | None) -> str:
    return _SINGULAR[verb.casefold()]


def _end(end: str | None) -> str:
    return f" {end}" if end else ""


def _nominative(noun: str) -> str:
    """A noun with its article as subject: "dem Umzug" is der Umzug (or das; a reader takes either)."""
    for dative, article in (
        ("dem ", "der "),
        ("der ", "die "),
        ("unserem ", "unser "),
        ("unserer ", "unsere "),
        ("meinem ", "mein "),
        ("meiner ", "meine "),
    ):
        if noun.casefold().startswith(dative):
            return article + noun[len(dative) :]
    return noun


CHANGE = form(
    r"^um wie ?viel (?:ist|sind|hat sich|haben sich|stieg|stiegen|sank|sanken|fiel|fielen|wuchs) (?P<what>.+?)"
    r"(?:\s+(?:gestiegen|gesunken|gefallen|gewachsen|erhöht|verringert|geändert|verändert|an|zu))?\W*$"
)
CHANGE_ASKED = "Wie hoch war {what} {period}?"
DEGREE = form(r"\s\b(?:mehr|weniger)\b")
HIGHER = form(rf"\s\b(?P<degree>{'|'.join(_MEASURES)})\b")
THAN = form(r",?\s*\b(?:als|gegenüber|verglichen mit|im Vergleich zu)\b")
TOGETHER = form(r",?\s*\b(?:zusammen|insgesamt)\b")
MEASURES = _MEASURES
