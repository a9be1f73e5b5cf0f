"""German questions about which of two is more or was first, and about whether one is more or was before the other."""

from __future__ import annotations

import re
from collections.abc import Callable

from app.asking.parts.forms import Form, Parts, Working, both, form
from app.asking.parts.german_words import LEAST, MEASURES, PRICES, nominative

# A verb's end, which unlike a noun is written small.
_END = r"(?: (?P<end>(?-i:(?:\w{1,4})?ge\w{2,}(?:t|en)|(?:ver|be|er|ent)\w{2,}(?:t|en)|[a-z]\w+iert)))"
_HAVE = "hat|hatte|haben|hatten|kostet|kostete|kosten|wiegt|wog|wiegen|dauert|dauerte|verdient|verdiente|braucht|brauchte"
_DEGREE = r"(?P<degree>mehr|weniger|länger|kürzer|weiter|höher|schneller|am meisten|am wenigsten|am längsten|am kürzesten)"
_THING = r"(?P<thing>(?: (?!als\b)[\w-]+){0,3}?)"
_PAIR = r"\s*[,:;?–-]\s*(?P<a>[^,:;]+?)\s+oder\s+(?P<b>.+?)\W*$"
_NOUN = r"(?:der|die|das|mein|meine|unser|unsere|sein|seine|ihr|ihre) [\w-]+(?: (?:in|im|am|von|vom) [\w-]+)?"
_ORDER = r"(?P<order>zuerst|als erste[rs]?|früher|eher|später|zuletzt)"
_PERSON = r"(?P<who>wir|ich|sie|er|du|ihr|man)"
_LATE = ("später", "zuletzt", "nach")
_UNIT_NOUNS = {
    "preis": "Wie viel kostete {}?",
    "kosten": "Wie viel kostete {}?",
    "alters": "Wie alt ist {}?",
    "größen": "Wie groß ist {}?",
    "höhen": "Wie hoch ist {}?",
    "gewichts": "Wie schwer ist {}?",
    "längen": "Wie lang ist {}?",
    "temperatur": "Wie warm ist {}?",
}


def _working(degree: str) -> Working:
    return "least" if degree in LEAST or degree in ("am wenigsten", "am kürzesten") else "most"


def _asks(degree: str, thing: str, verb: str, end: str | None) -> Callable[[str], str] | None:
    """The question about one side of what "kostet mehr", "hat mehr Hühner", "hat länger gedauert"."""
    close = f" {end}" if end else ""
    if degree in ("länger", "kürzer", "am längsten", "am kürzesten"):
        return lambda side: f"Wie lange {verb} {side}{close}?"
    if degree in MEASURES:
        return lambda side: f"Wie {MEASURES[degree]} {verb} {side}{close}?"
    many = "viele" if thing else "viel"
    counted = f" {thing}" if thing else ""
    return lambda side: f"Wie {many}{counted} {verb} {side}{close}?"


def _verb(match: re.Match[str]) -> Parts | None:
    groups = match.groupdict()
    degree, thing = match["degree"].casefold(), (groups.get("thing") or "").strip()
    a, b, end = match["a"], match["b"], groups.get("end") or ""
    # "Hat der Flug mehr gekostet als die Fähre": the verb's end may stand with either side.
    if not end and (found := re.search(rf"{_END}$", f" {thing}")):
        end, thing = found["end"], thing[: -len(found["end"])].strip()
    if not end and (found := re.search(rf"{_END}$", b)):
        end, b = found["end"], b[: found.start()]
    ask = _asks(degree, thing, match["verb"].casefold(), end)
    return both(_working(degree), a, b, ask, claims="claims" in groups) if ask else None


def _adjective(match: re.Match[str]) -> Parts | None:
    degree, groups = match["degree"].casefold(), match.groupdict()
    if degree not in MEASURES:
        return None
    noun = re.sub(r"^(?:von|der) .*|^(?:beiden|beide|zwei)$", "", (groups.get("noun") or "").strip())
    behind = f" ({noun})" if noun else ""
    asked = "Wie viel kostete" if degree in PRICES else f"Wie {MEASURES[degree]} ist"
    return both(
        _working(degree),
        match["a"],
        match["b"],
        lambda side: f"{asked} {side}{behind}?",
        ages=degree in ("älter", "jünger"),
        claims="claims" in groups,
    )


def _order(match: re.Match[str]) -> Parts | None:
    groups = match.groupdict()
    working: Working = "last" if match["order"].casefold() in _LATE else "first"
    aux, who, end, b = groups.get("aux") or "war", groups.get("who"), groups.get("end") or "", match["b"]
    if who and not end and (found := re.search(rf"{_END}$", b)):
        end, b = found["end"], b[: found.start()]
    subject = f" {who}" if who else ""
    close = f" {end}" if end else ""
    if aux.casefold() in ("war", "kam", "ist", "passierte") and not who and not end:
        return both(
            working, match["a"], b, lambda side: f"Wann war {nominative(side)}?", claims="claims" in groups
        )
    return both(
        working,
        match["a"],
        b,
        lambda side: f"Wann {aux.casefold()}{subject} {side}{close}?",
        claims="claims" in groups,
    )


def _gap(match: re.Match[str]) -> Parts | None:
    noun = match["noun"].casefold()
    return both(
        "difference",
        match["a"],
        match["b"],
        lambda side: _UNIT_NOUNS[noun].format(nominative(side)),
        ages=noun == "alters",
    )


CHOICES: list[Form] = [
    (
        form(
            rf"^(?:was|wer|welche[rs]?)(?: [\w-]+){{0,3}}? (?P<verb>{_HAVE}|\w{{3,}}te) {_DEGREE}{_THING}{_END}?{_PAIR}"
        ),
        _verb,
    ),
    (form(rf"^(?P<verb>{_HAVE}) (?P<a>[^,?]+?) oder (?P<b>[^,?]+?) {_DEGREE}{_THING}{_END}?\W*$"), _verb),
    (
        form(rf"^(?P<verb>{_HAVE}) (?P<a>[^,?]+?) {_DEGREE}{_THING} als (?P<b>[^,]+?)(?P<claims>)\W*$"),
        _verb,
    ),
    (
        form(
            r"^(?:ist|war|sind|waren) (?P<a>[^,?]+?) (?P<degree>\w{3,}er) als (?P<b>[^,]+?)(?P<claims>)\W*$"
        ),
        _adjective,
    ),
    (
        form(r"^(?:ist|war|sind|waren) (?P<a>[^,?]+?) oder (?P<b>[^,?]+?) (?P<degree>\w{3,}er)\W*$"),
        _adjective,
    ),
    (
        form(
            r"^(?:welche[rs]?|wer|was)(?P<noun>(?: [\w-]+){0,3}?) (?:ist|war|sind|waren) (?:der |die |das )?"
            rf"(?P<degree>\w{{3,}}er)e?{_PAIR}"
        ),
        _adjective,
    ),
    (
        form(
            rf"^(?:was|welche[ns]?|wen)(?: [\w-]+){{0,2}}? (?P<aux>haben|habe|hat|hatten|hatte|sind|bin) {_PERSON} {_ORDER}"
            rf"(?: (?P<end>\w+(?:t|en)))?{_PAIR}"
        ),
        _order,
    ),
    (
        form(
            rf"^(?P<aux>haben|habe|hat|hatten|hatte) {_PERSON} {_ORDER} (?P<a>[^,]+?) oder (?P<b>[^,]+?)\W*$"
        ),
        _order,
    ),
    (
        form(
            rf"^(?P<aux>haben|habe|hat|hatten|hatte) {_PERSON} (?P<a>(?:den|die|das) [\w-]+) (?P<order>vor|nach) "
            rf"(?P<b>(?:dem|der|den) [\w-]+){_END}(?P<claims>)\W*$"
        ),
        _order,
    ),
    (
        form(
            rf"^(?:wer|was|welche[rs]?)(?: [\w-]+){{0,2}}? (?P<aux>\w+) {_ORDER}(?: (?P<end>[\w-]+))?{_PAIR}"
        ),
        _order,
    ),
    (
        form(
            rf"^(?P<aux>war|kam) (?P<a>{_NOUN}) (?P<order>vor|nach) (?P<b>(?:dem|der|den|meine[mr]|unsere[mr]) [\w-]+)"
            r"(?P<claims>)\W*$"
        ),
        _order,
    ),
    (
        form(rf"\b(?P<noun>{'|'.join(_UNIT_NOUNS)})unterschied zwischen (?P<a>.+?) und (?P<b>.+?)\W*$"),
        _gap,
    ),
]
