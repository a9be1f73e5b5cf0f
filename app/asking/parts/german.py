"""German questions that are worked out from two readings."""

from __future__ import annotations

import re

from app.asking.parts.forms import Form, Parts, both, form, time_unit
from app.asking.parts.german_choices import CHOICES
from app.asking.parts.german_words import MEASURES, nominative

_AUX = r"(?P<aux>ist|war|sind|waren|hat|hatte|haben|hatten|kostet|kostete|kosten|kosteten|wiegt|wog|wiegen|dauert|dauerte)"


_ENDED = re.compile(r" (?P<end>(?:\w{1,4})?ge\w{2,}(?:t|en)|(?:ver|be|er)\w{2,}(?:t|en))$")
_MONEY_WORDS = frozenset(
    ("euro", "franken", "geld", "dollar", "jahre", "tage", "stunden", "wochen", "monate")
)


def _difference(match: re.Match[str]) -> Parts | None:
    degree, groups = match["degree"].casefold(), match.groupdict()
    end, a, aux = groups.get("verb") or "", match["a"], match["aux"].casefold()
    thing = (groups.get("thing") or groups.get("counted") or "").strip()
    if ended := _ENDED.search(a):  # "hat der Flug gekostet als die Fähre"
        end, a = end or ended["end"], a[: ended.start()]
    close = f" {end}" if end else ""
    if degree in ("länger", "kürzer") and (aux.startswith("dauer") or end.endswith("dauert")):
        return both("difference", a, match["b"], lambda side: f"Wie lange {aux} {side}{close}?")
    if degree in MEASURES:
        ages = degree in ("älter", "jünger")
        return both(
            "difference",
            a,
            match["b"],
            lambda side: f"Wie {MEASURES[degree]} {aux} {side}{close}?",
            ages=ages,
        )
    thing = "" if thing.casefold() in _MONEY_WORDS else thing
    many = f"viele {thing}" if thing else "viel"
    return both("difference", a, match["b"], lambda side: f"Wie {many} {aux} {side}{close}?")


_UNIT = r"(?:viele (?P<unit>Tage|Wochen|Monate|Jahre)|lange|viel Zeit)"

GERMAN: list[Form] = [
    *CHOICES,
    (
        form(
            rf"^(?:um )?wie ?viele?(?: (?P<counted>\w+))? (?P<degree>mehr|weniger|\w{{3,}}er)(?P<thing>(?: "
            rf"[\w-]+){{0,3}}?) {_AUX} (?P<a>[^,]+?) als "
            r"(?P<b>.+?)(?: (?P<verb>gekostet|gewogen|gehabt|ge\w+t|ge\w+en))?\W*$"
        ),
        _difference,
    ),
    (
        form(
            rf"^(?:um )?wie ?viele?(?: (?P<counted>\w+))? {_AUX} (?P<a>.+?) (?P<degree>mehr|weniger|\w{{3,}}er) "
            rf"als (?P<b>.+?)"
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
            (f"Wann war {nominative(m['a'])}?", f"Wann {m['clause']}?"),
            time_unit(m["unit"]),
            in_order=m["way"].casefold() == "nach",
        ),
    ),
    (
        form(rf"\bwie {_UNIT}\b.*?\bzwischen\s+(?P<a>.+?)\s+und\s+(?P<b>.+?)\W*$"),
        lambda m: both(
            "distance", m["a"], m["b"], lambda side: f"Wann war {nominative(side)}?", time_unit(m["unit"])
        ),
    ),
    (
        form(
            rf"\bwie {_UNIT}\s+(?:vergingen|verging|verstrichen|lagen|liegen)\b.*?\bvo[nm]\s+(?P<a>.+?)\s+bi"
            rf"s\s+(?:zur?\s+|zum\s+)?(?P<b>.+?)\W*$"
        ),
        lambda m: both(
            "distance", m["a"], m["b"], lambda side: f"Wann war {nominative(side)}?", time_unit(m["unit"])
        ),
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
            r"^(?P<ask>wie ?viel|was|wie schwer|wie ?viele [\w-]+) "
            r"(?P<verb>kosten|kosteten|wiegen|haben|sind|waren) (?P<a>.+?) "
            r"und (?P<b>.+?) "
            r"(?:zusammen|insgesamt)(?: (?P<end>gekostet|gewogen))?\W*$"
        ),
        lambda m: both(
            "sum",
            m["a"],
            m["b"],
            lambda side: f"{_how(m['ask'])} {_singular(m['verb'])} {side}{_end(m['end'])}?",
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


def _how(asked: str) -> str:
    return "Wie viel" if asked.casefold() in ("was", "wie schwer") else asked


def _singular(verb: str) -> str:
    return _SINGULAR[verb.casefold()]


def _end(end: str | None) -> str:
    return f" {end}" if end else ""


CHANGE = form(
    r"^um wie ?viel (?:ist|sind|hat sich|haben sich|stieg|stiegen|sank|sanken|fiel|fielen|wuchs) (?P<what>.+?)"
    r"(?:\s+(?:gestiegen|gesunken|gefallen|gewachsen|erhöht|verringert|geändert|verändert|an|zu))?\W*$"
)
THEN = form(
    r"^(?:in welchem (?:jahr|monat) |wann )?(?:war|waren) (?P<what>.+?) "
    r"(?P<degree>höher|niedriger|billiger|günstiger|teurer|größer"
    r"|kleiner)\W*$"
)
CHANGE_ASKED = "Wie hoch war {what} {period}?"
DEGREE = form(r"\s\b(?:mehr|weniger)\b")
HIGHER = form(rf"\s\b(?P<degree>{'|'.join(MEASURES)})\b")
THAN = form(r",?\s*\b(?:als|gegenüber|verglichen mit|im Vergleich zu)\b")
TOGETHER = form(r",?\s*\b(?:zusammen|insgesamt)\b")
