"""French questions about which of two is more or was first, and about whether one is more or was before the other."""

from __future__ import annotations

import re
from collections.abc import Callable

from app.asking.parts.forms import Form, Parts, Working, both, form
from app.asking.parts.french_words import AGES, MEASURES, SMALL

_WHICH = (
    r"(?:qu'est-ce qui|lequel|laquelle|lesquels|qui|quel(?:le)?s?(?P<noun>(?: (?!est\b|était\b|a\b)[\w-]+){1,3}?))"
    r"(?: (?:de|des) [\w ]+?)?"
)
_PAIR = r"\s*[,:;?–-]?\s+(?P<a>[^,:;]+?),?\s+ou\s+(?P<b>.+?)\W*$"
_HAVE = (
    "coûte|coûtait|coûtent|pèse|pesait|dure|durait|gagne|gagnait|possède|"
    r"(?:a|avait|ont|avaient)(?: (?:coûté|duré|pesé|gagné|vendu|acheté|mangé|bu|lu|payé|reçu|récolté|rempli|pris|parcouru))?"
)
_DEGREE = r"(?:le |la )?(?P<degree>plus|moins)(?: (?P<how>cher|longtemps|(?:de |d')(?P<thing>[\w'-]+(?: [\w-]+)?)))?"
_IT = r"(?:-t)?(?:-(?:il|elle|ils|elles))?"
_THAN = r"(?:que |qu'|qu’)"
_FIRST = r"(?P<order>en premier|le premier|la première|d'abord|en dernier|le dernier|la dernière|plus tôt|plus tard)"
_LATE = ("en dernier", "le dernier", "la dernière", "plus tard", "après")
_NOUN = r"(?:le |la |les |l'|l’|mon |ma |notre |son |sa )[\w-]+(?: (?:de|du|des|d'|en|à|au) ?[\w'-]+)?"
_NOUNS = {
    "prix": "Combien coûte {} ?",
    "coût": "Combien coûte {} ?",
    "âge": "Quel âge a {} ?",
    "taille": "Quelle taille a {} ?",
    "poids": "Combien pèse {} ?",
    "longueur": "Quelle longueur a {} ?",
    "durée": "Combien de temps a duré {} ?",
    "température": "Quelle est la température de {} ?",
}


def _verb(match: re.Match[str]) -> Parts | None:
    groups = match.groupdict()
    verb, how, thing = match["verb"].casefold(), (groups.get("how") or "").casefold(), groups.get("thing")
    verb = f"{verb} {groups['done']}" if groups.get("done") else verb
    if thing:
        asked = f"Combien de {thing} {verb}" if thing[0] not in "aeiouéèhœ" else f"Combien d'{thing} {verb}"
    elif how == "longtemps" or verb.startswith("dur") or verb.endswith("duré"):
        asked = f"Combien de temps {verb}"
    else:
        asked = f"Combien {verb}"
    working: Working = "least" if match["degree"].casefold() == "moins" else "most"
    return both(working, match["a"], match["b"], lambda side: f"{asked} {side} ?", claims="claims" in groups)


def _adjective(match: re.Match[str]) -> Parts | None:
    groups = match.groupdict()
    word = match["adjective"].casefold()
    if word not in MEASURES:
        return None
    less = (match["degree"].casefold() == "moins") != (word in SMALL)
    working: Working = "least" if less else "most"
    noun = f" ({groups['noun'].strip()})" if groups.get("noun") else ""
    return both(
        working,
        match["a"],
        match["b"],
        lambda side: f"{MEASURES[word]} {side}{noun} ?",
        ages=word in AGES,
        claims="claims" in groups,
    )


def _order(match: re.Match[str]) -> Parts | None:
    groups = match.groupdict()
    working: Working = "last" if match["order"].casefold() in _LATE else "first"
    verb = groups.get("verb") or "était"
    ask: Callable[[str], str]
    if groups.get("who") or verb.casefold() in (
        "était",
        "est",
        "a été",
        "est arrivé",
        "a eu lieu",
    ):  # "qu'avons-nous acheté en premier"
        ask = lambda side: f"Quand {verb} {side} ?"  # noqa: E731
    else:
        ask = lambda side: f"Quand {side} {verb} ?"  # noqa: E731
    return both(working, match["a"], match["b"], ask, claims="claims" in groups)


def _gap(match: re.Match[str]) -> Parts | None:
    noun = match["noun"].casefold()
    return both("difference", match["a"], match["b"], _NOUNS[noun].format, ages=noun == "âge")


CHOICES: list[Form] = [
    (form(rf"^{_WHICH} (?P<verb>{_HAVE}) {_DEGREE}{_PAIR}"), _verb),
    (
        form(
            rf"^(?!de combien|combien|quel|qui|pourquoi|comment|où|quand|est-il|y a)(?:est-ce que |est-ce "
            rf"qu')?(?P<a>[^,?]+?) (?P<verb>{_HAVE}){_IT}(?: (?P<done>\w+é))? {_DEGREE} {_THAN}"
            r"(?P<b>[^,]+?)(?P<claims>)\W*$"
        ),
        _verb,
    ),
    (
        form(
            rf"^(?!de combien|combien|quel|qui|pourquoi|comment|où|quand|est-il|y a)(?:est-ce que |est-ce "
            rf"qu')?(?P<a>[^,?]+?) (?:est|était|sont|étaient){_IT} (?P<degree>plus|moins) (?P<adjective>\w+) "
            rf"{_THAN}(?P<b>[^,]+?)(?P<claims>)\W*$"
        ),
        _adjective,
    ),
    (
        form(
            rf"^{_WHICH} (?:est|était|sont|étaient) (?:le |la |les )?(?P<degree>plus|moins) (?P<adjective>\w+)\W+"
            r"(?P<a>.+?),?\s+ou\s+(?P<b>.+?)\W*$"
        ),
        _adjective,
    ),
    (
        form(
            rf"^(?:qu'|qu’|que |quoi )(?P<verb>(?:ai|as|a|avons|avez|ont)(?:-t)?-(?P<who>je|tu|il|elle|on|nous|vous|ils"
            rf"|elles) [\w ]+?) {_FIRST}{_PAIR}"
        ),
        _order,
    ),
    (form(rf"^(?:qu'est-ce qui|lequel|laquelle|qui) (?P<verb>[\w' ]+?) {_FIRST}{_PAIR}"), _order),
    (
        form(
            rf"^(?:est-ce que )?(?P<a>{_NOUN}) (?P<verb>était|a eu lieu|est arrivée?){_IT} "
            rf"(?P<order>avant|après) (?P<b>{_NOUN})"
            r"(?P<claims>)\W*$"
        ),
        _order,
    ),
    (
        form(
            rf"\bdifférence (?:de |d'|d’)(?P<noun>{'|'.join(_NOUNS)}) (?:y a-t-il )?entre (?P<a>.+?) et (?P<b>.+?)\W*$"
        ),
        _gap,
    ),
]
