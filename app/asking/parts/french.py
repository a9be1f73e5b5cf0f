"""French questions that are worked out from two readings."""

from __future__ import annotations

import re

from app.asking.parts.forms import Form, Parts, both, form, time_unit
from app.asking.parts.french_choices import CHOICES
from app.asking.parts.french_words import AGES, MEASURES

_VERB = r"(?P<verb>est|était|sont|étaient|coûte|coûtait|coûtent|pèse|pesait)"
_UNIT = r"(?:de |d')(?P<unit>jours|semaines|mois|ans|années|temps)"
_SINGULAR = {
    "coûtent": "coûte",
    "coûtaient": "coûtait",
    "ont coûté": "a coûté",
    "pèsent": "pèse",
    "pesaient": "pesait",
    "ont": "a",
    "avaient": "avait",
}
_WHEN = "Quand était {} ?"


def _difference(match: re.Match[str]) -> Parts | None:
    groups = match.groupdict()
    word, thing = (groups.get("adjective") or "").casefold(), (groups.get("thing") or "").casefold()
    ages = word in AGES or thing in ("ans", "années")
    if ages:
        asked = "Quel âge a"
    elif word in MEASURES:
        asked = MEASURES[word]
    elif thing:
        asked = f"Combien de {thing} {_verb_of(match)}"
    else:
        asked = f"Combien {_verb_of(match)}"
    return both("difference", match["a"], match["b"], lambda side: f"{asked} {side} ?", ages=ages)


def _verb_of(match: re.Match[str]) -> str:
    done = match.groupdict().get("done")
    return match["verb"].casefold() + (f" {done}" if done else "")


def _sum(match: re.Match[str]) -> Parts | None:
    if not TOGETHER.search(match.group()):
        return None
    verb = _SINGULAR[match["verb"].casefold()]
    thing = f" de {match['thing']}" if match["thing"] else ""
    return both("sum", match["a"], match["b"], lambda side: f"Combien{thing} {verb} {side} ?")


FRENCH: list[Form] = [
    *CHOICES,
    (
        form(
            rf"^de combien (?:(?:d'|de )\w+ )?(?:est-ce qu(?:e |'))?(?P<a>.+?) "
            rf"{_VERB}(?:(?:-t)?-(?:il|elle|ils|elles))? (?:plus|moins) "
            rf"(?P<adjective>\w+) qu(?:e |')(?P<b>.+?)\W*$"
        ),
        _difference,
    ),
    (
        form(
            r"^combien (?:de |d')(?P<thing>[\w'-]+)(?: de (?:plus|moins))? (?P<a>[^,]+?) (?P<verb>a|avait|ont|avaient)"
            r"(?:-t)?-(?:il|elle|ils|elles)(?: (?P<done>\w+é|pris|vendu|lu|bu))?(?: de (?:plus|moins))? qu(?:e "
            r"|')(?P<b>.+?)\W*$"
        ),
        _difference,
    ),
    (
        form(
            r"^combien (?:(?:de |d')(?P<thing>[\w'-]+) de (?:plus|moins) )?(?P<verb>a duré|a coûté|coûte|pèse|a|ont)"
            r"(?: de (?:plus|moins))? (?P<a>(?:le |la |l'|les |mon |ma |[A-Z])[^,]*?) qu(?:e |')(?P<b>.+?)\W*$"
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
            r"(?P<clause>(?:a eu lieu|ont eu lieu|a commencé|était) "
            r".+?|(?:(?:(?-i:[A-ZÀ-Þ])\w+|(?:mon|ma|mes|notre|nos|le|la|les) \w+) "
            r")?\w+(?:-t)?-(?:il|elle|on|nous|vous|je|ils|elles|tu)\b.*?)\W*$"
        ),
        lambda m: Parts(
            "distance",
            (m["a"], m["clause"]),
            (_WHEN.format(m["a"]), f"Quand {m['clause']} ?"),
            time_unit(m["unit"]),
            in_order=m["way"].casefold() == "après",
        ),
    ),
    (
        form(rf"\bcombien {_UNIT}\b.*?\b(?:entre)\s+(?P<a>.+?)\s+et\s+(?P<b>.+?)\W*$"),
        lambda m: both("distance", m["a"], m["b"], lambda side: _WHEN.format(side), time_unit(m["unit"])),
    ),
    (
        form(r"\b(?:d'abord|en premier|le plus tôt|avant(?!-))\W+(?P<a>.+?),?\s+ou\s+(?P<b>.+?)\W*$"),
        lambda m: both("first", m["a"], m["b"], lambda side: _WHEN.format(side)),
    ),
    (
        form(
            r"^combien (?:(?:de |d')(?P<thing>[\w'-]+) )?(?P<verb>coûtent|coûtaient|ont coûté|pèsent|pesaient|ont|avaient)"
            r"(?: ensemble| au total| en tout)? (?P<a>.+?) et (?P<b>.+?)(?: ensemble| au total| en tout)?\W*$"
        ),
        _sum,
    ),
]
CHANGE = form(
    r"^de combien (?P<what>.+?) (?:a|ont|avait|avaient)(?:-t)?-(?:il|elle|ils|elles) "
    r"(?:augmenté|monté|grimpé|baissé|diminué|chuté|changé|progressé)\b"
)
THEN = form(
    r"^(?:en quelle année |quand )?(?P<what>.+?) (?:était|étaient)-(?:il|elle|ils|elles) (?:le |la )?(?P<degree>plus|moins) "
    r"(?:élevée?s?|cher|chère|chers|chères|haute?s?|grande?s?)\W*$"
)
CHANGE_ASKED = "Combien était {what} en {period} ?"
DEGREE = form(r"\bde plus\b|\bde moins\b")
HIGHER = form(r"\bde combien\b(?P<degree>)")
THAN = form(r",?\s*(?:\bque\s|\bqu')")
TOGETHER = form(r",?\s*\b(?:ensemble|au total|en tout)\b")
