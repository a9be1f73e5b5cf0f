"""French questions that are worked out from two readings."""

from __future__ import annotations

import re

from app.asking.parts.forms import Form, Parts, Working, both, form, time_unit

_MEASURES = {
    "cher": "Combien coûte",
    "chère": "Combien coûte",
    "âgé": "Quel âge a",
    "âgée": "Quel âge a",
    "vieux": "Quel âge a",
    "vieille": "Quel âge a",
    "jeune": "Quel âge a",
    "grand": "Quelle taille a",
    "grande": "Quelle taille a",
    "petit": "Quelle taille a",
    "petite": "Quelle taille a",
    "lourd": "Combien pèse",
    "lourde": "Combien pèse",
    "léger": "Combien pèse",
    "long": "Quelle longueur a",
    "longue": "Quelle longueur a",
}
_SMALL = frozenset(("jeune", "petit", "petite", "léger"))
_VERB = r"(?P<verb>est|était|sont|étaient|coûte|coûtait|coûtent|pèse|pesait)"
_UNIT = r"(?:de |d')(?P<unit>jours|semaines|mois|ans|années|temps)"
_SINGULAR = {
    "coûtent": "coûte",
    "coûtaient": "coûtait",
    "ont coûté": "a coûté",
    "pèsent": "pèse",
    "pesaient": "pesait",
}
_WHEN = "Quand était {} ?"


def _difference(match: re.Match[str]) -> Parts | None:
    word = (match.groupdict().get("adjective") or "").casefold()
    asked = _MEASURES.get(word) or f"Combien {match['verb'].casefold()}"
    return both("difference", match["a"], match["b"], lambda side: f"{asked} {side} ?")


def _choice(match: re.Match[str]) -> Parts | None:
    word = match["adjective"].casefold()
    if word not in _MEASURES:
        return None
    less = (match["degree"].casefold() == "moins") != (word in _SMALL)
    working: Working = "least" if less else "most"
    noun = f" ({match['noun'].strip()})" if match["noun"] else ""
    return both(working, match["a"], match["b"], lambda side: f"{_MEASURES[word]} {side}{noun} ?")


FRENCH: list[Form] = [
    (
        form(
            rf"^de combien (?P<a>.+?) {_VERB}(?:-t)?-(?:il|elle|ils|elles) (?:plus|moins) "
            rf"(?P<adjective>\w+) qu(?:e |')(?P<b>.+?)\W*$"
        ),
        _difference,
    ),
    (
        form(
            rf"^combien (?P<a>.+?) {_VERB}(?:-t)?-(?:il|elle|ils|elles) de (?:plus|moins) qu(?:e |')(?P<b>.+?)\W*$"
        ),
        _difference,
    ),
    (
        form(
            rf"^combien {_UNIT} (?P<way>après|avant) (?P<a>.+?),? "
            r"(?P<clause>(?:(?:(?-i:[A-ZÀ-Þ])\w+|(?:mon|ma|mes|notre|nos|le|la|les) \w+) "
            r")?\w+(?:-t)?-(?:il|elle|on|nous|vous|je|ils|elles|tu)\b.*?)\W*$"
        ),
        lambda m: Parts(
            "distance",
            (m["a"], m["clause"]),
            (_WHEN.format(m["a"]), f"Quand {m['clause']} ?"),
            time_unit(m["unit"]),
        ),
    ),
    (
        form(rf"\bcombien {_UNIT}\b.*?\b(?:entre)\s+(?P<a>.+?)\s+et\s+(?P<b>.+?)\W*$"),
        lambda m: both("distance", m["a"], m["b"], lambda side: _WHEN.format(side), time_unit(m["unit"])),
    ),
    (
        form(r"\b(?:d'abord|en premier|le plus tôt|avant)\W+(?P<a>.+?),?\s+ou\s+(?P<b>.+?)\W*$"),
        lambda m: both("first", m["a"], m["b"], lambda side: _WHEN.format(side)),
    ),
    (
        form(
            r"^(?:quel(?:le)?s?|lequel|laquelle|qui)(?P<noun>(?: [\w-]+){0,3}?) (?:est|était|sont|étaient) "
            r"(?:le |la )?(?P<degree>plus|moins) "
            r"(?P<adjective>\w+)\W+(?P<a>.+?),?\s+ou\s+(?P<b>.+?)\W*$"
        ),
        _choice,
    ),
    (
        form(
            r"^combien (?P<verb>coûtent|coûtaient|ont coûté|pèsent|pesaient) (?P<a>.+?) et (?P<b>.+?) "
            r"(?:ensemble|au total|en tout)\W*$"
        ),
        lambda m: both(
            "sum", m["a"], m["b"], lambda side: f"Combien {_SINGULAR[m['verb'].casefold()]} {side} ?"
        ),
    ),
]
CHANGE = form(
    r"^de combien (?P<what>.+?) (?:a|ont|avait|avaient)(?:-t)?-(?:il|elle|ils|elles) "
    r"(?:augmenté|monté|grimpé|baissé|diminué|chuté|changé|progressé)\b"
)
CHANGE_ASKED = "Combien était {what} en {period} ?"
DEGREE = form(r"\bde plus\b|\bde moins\b")
HIGHER = form(r"\bde combien\b(?P<degree>)")
THAN = form(r",?\s*(?:\bque\s|\bqu')")
TOGETHER = form(r",?\s*\b(?:ensemble|au total|en tout)\b")
