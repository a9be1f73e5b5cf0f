"""Questions whether two have the same of something ("Are Lund and Kiel in the same country?"), and which of two films or
books has the older director: both sides are asked for by themselves."""

from __future__ import annotations

import re
from collections.abc import Callable

from app.asking.language import Language
from app.asking.parts.forms import Form, Parts, Working, both, form

_KIND = r"(?:film|movie|song|book|novel|album|play|company|band|magazine|school|river|village|town|city|mountain|place)"
_ROLE = r"(?:director|performer|composer|author|writer|singer|founder|owner|producer|painter|editor)"
_PAIR = r"(?P<a>[^?]+?)[\"”]?,? (?:and|&) (?P<b>[^?]+?)"
_PLACES = frozenset(
    ("country", "city", "town", "village", "state", "county", "region", "district", "continent", "place")
)
_ORDERS: dict[str, Working] = {"first": "first", "earlier": "first", "later": "last", "last": "last"}


def _same(match: re.Match[str]) -> Parts | None:
    groups = match.groupdict()
    role, a, b, what = groups.get("role"), match["a"], match["b"], match["what"].strip()
    if (
        not role
        and not re.match(_HAVING, match["how"], re.IGNORECASE)
        and what not in (*_PLACES, "nationality")
    ):
        return None
    a, b = (_bare(side, groups.get("kind")) for side in (a, b))
    if not a or not b:
        return None
    if role:
        kind = (groups.get("kind") or "").rstrip("s")
        a, b = (f"the {role.rstrip('s')} of {f'{kind} ' if kind else ''}{side}" for side in (a, b))
    ask = _asked(what, groups.get("how") or "", people=bool(role))
    return Parts("same", (a, b), (ask(a), ask(b)))


def _bare(side: str, kind: str | None) -> str:
    """A side without the word for what both are, and without the "both" behind it."""
    side = re.sub(r"^(?:both|the|either)\s+(?=[A-Z])", "", side.strip(" ,:"))
    side = re.sub(rf"^(?:both )?(?:the )?{_KIND}s[,:]? ", "", side, flags=re.IGNORECASE)
    if kind:
        side = re.sub(rf"\s{kind.rstrip('s')}s$", "", side)
    return re.sub(r",?\s+both$", "", side).strip(" ,")


def _asked(what: str, how: str, *, people: bool) -> Callable[[str], str]:
    if what == "nationality":
        return lambda side: f"What nationality is {side}?"
    if what in _PLACES and ("from" in how or people):
        return lambda side: f"Which {what} is {side} from?"
    if what in _PLACES:
        return lambda side: f"In which {what} is {side}?"
    return lambda side: f"What {what} does {side} have?"


def _by_role(match: re.Match[str]) -> Parts:
    """Of two films, that whose director was born first: when the director of each was."""
    kind, role, said = match["kind"], match["role"], match["said"].casefold()
    verb = "die" if "die" in said else "born"
    order = next((word for word in _ORDERS if word in said), "")
    working = _ORDERS.get(order, "last" if "younger" in said else "first")

    def ask(side: str) -> str:
        whom = f"the {role} of {kind} {side}"
        return f"When did {whom} die?" if verb == "die" else f"When was {whom} born?"

    return Parts(working, (match["a"], match["b"]), (ask(match["a"]), ask(match["b"])))


def _born(match: re.Match[str]) -> Parts:
    sides = match["a"], match["b"]
    return Parts(
        _ORDERS[match["order"].casefold()],
        sides,
        (f"When was {sides[0]} born?", f"When was {sides[1]} born?"),
    )


_SAME = r"the same (?P<what>[a-z]+(?: [a-z]+)?)\W*$"
_HAVING = r"(?:(?:both )?(?:have|has|share|shared|had))"
_ENGLISH: list[Form] = [
    # Do both films, A and B, have the directors from the same country?
    (
        form(
            rf"^(?:do|did|does|are|were) (?:both )?(?:the )?(?:(?P<kind>{_KIND})s?[,:]? )?{_PAIR}(?: {_KIND}s)?,? (?:both )?"
            rf"(?:have|has) (?:the |their )?"
            rf"(?P<role>{_ROLE})s? (?:who (?:are|is|were|was) )?(?:both )?(?P<how>from|of|with|share|have) {_SAME}"
        ),
        _same,
    ),
    # Do both directors of films A and B have the same nationality?
    (
        form(
            rf"^(?:do|did|are|were|is|was) (?:both )?(?:the )?(?P<role>{_ROLE})s of (?:both )?(?:the )?"
            rf"(?P<kind>{_KIND})s?[,:]? {_PAIR},? "
            rf"(?:both )?(?P<how>have|has|share|from|of|in|come from) {_SAME}"
        ),
        _same,
    ),
    # Are the director of film A and the director of film B both from the same country?
    (
        form(
            rf"^(?:do|did|are|were|is|was) (?:both )?(?:the )?(?P<role>{_ROLE}) of (?P<kind>{_KIND}) (?P<a>.+?) and "
            rf"(?:the )?(?P=role) of (?P=kind) (?P<b>.+?),? (?:both )?(?P<how>have|has|share|from|of|in|come from) {_SAME}"
        ),
        _same,
    ),
    # Are A and B (both) from the same country? Do A and B have the same dentist?
    (
        form(
            rf"^(?:do|did|are|were|is|was|have|had) (?:both )?(?:(?:the )?(?P<kind>{_KIND})s[,:]? )?{_PAIR},? "
            r"(?:both )?(?:located |situated |living |born )?"
            rf"(?P<how>{_HAVING}|from|in|of|come from|live in|belong to) {_SAME}"
        ),
        _same,
    ),
    (
        form(
            rf"^which (?P<kind>{_KIND})(?: has the|['’]s| whose| has a)? (?P<role>{_ROLE}) "
            r"(?P<said>(?:who |that )?(?:is |was |has )?(?:been )?"
            r"(?:(?:born|die[sd]?) (?:first|earlier|later|last)|older|younger)(?: than the other)?)"
            r"\s*[,:] (?P<a>.+?),? or (?P<b>.+?)\W*$"
        ),
        _by_role,
    ),
    (
        form(r"^(?:was|were) (?P<a>[^?]+?) or (?P<b>[^?]+?) born (?P<order>first|earlier|later|last)\W*$"),
        _born,
    ),
]

_WELCHE = {"den": "welchen", "die": "welche", "das": "welches", "dem": "welchem", "der": "welcher"}
_GERMAN: list[Form] = [
    (
        form(
            r"^(?:haben|hatten|teilen|benutzen) (?P<a>.+?) und (?P<b>.+?) (?:beide )?"
            r"(?P<article>den|die|das)(?:selben?| gleichen?) (?P<what>\w+)\W*$"
        ),
        lambda m: both(
            "same",
            m["a"],
            m["b"],
            lambda side: f"{_WELCHE[m['article'].lower()].capitalize()} {m['what']} hat {side}?",
        ),
    ),
    (
        form(
            r"^(?P<verb>kommen|stammen|leben|wohnen|liegen|sind|arbeiten) (?P<a>.+?) und (?P<b>.+?) "
            r"(?:beide )?(?P<at>aus|in|bei) (?P<article>dem|der)(?:selben| gleichen) (?P<what>\w+)\W*$"
        ),
        lambda m: both(
            "same",
            m["a"],
            m["b"],
            lambda side: (
                f"{m['at'].capitalize()} {_WELCHE[m['article'].lower()]} {m['what']} "
                f"{'ist' if m['verb'].lower() == 'sind' else _singular(m['verb'].lower())} {side}?"
            ),
        ),
    ),
]


def _singular(verb: str) -> str:
    return "arbeitet" if verb == "arbeiten" else f"{verb[:-2]}t"


_FRENCH: list[Form] = [
    (
        form(
            r"^(?P<a>.+?) et (?P<b>.+?) (?:ont|avaient)-(?:ils|elles) (?:tous les deux )?"
            r"(?P<article>le|la) même (?P<what>[\w ]+?)\W*$"
        ),
        lambda m: both(
            "same",
            m["a"],
            m["b"],
            lambda side: f"Quel{'le' if m['article'] == 'la' else ''} {m['what']} a {side} ?",
        ),
    ),
    (
        form(r"^(?P<a>.+?) et (?P<b>.+?) viennent-(?:ils|elles) (?:du|de la) même (?P<what>\w+)\W*$"),
        lambda m: both(
            "same",
            m["a"],
            m["b"],
            lambda side: f"De quel{'' if m['what'].lower() == 'pays' else 'le'} {m['what']} vient {side} ?",
        ),
    ),
]
_CHINESE: list[Form] = [
    (
        form(
            r"^(?P<a>[^，。？?]+?)(?:和|与|跟)(?P<b>[^，。？?]+?)(?:是不是|是否|都)?(?P<verb>是|来自|在|住在|用|看|有)(?:的是)?同一?(?P<one>[个家位种座所])?"
            r"(?P<what>(?!一?[个家位]?吗)[^，。？?]+?)(?:的)?(?:吗)?[？?]?$"
        ),
        lambda m: both(
            "same", m["a"], m["b"], lambda side: f"{side}{m['verb']}哪{m['one'] or '个'}{m['what']}？"
        ),
    ),
    (
        form(
            r"^(?P<a>[^，。？?的]+?)(?:和|与|跟)(?P<b>[^，。？?的]+?)的(?P<what>[^，。？?]+?)(?:是不是|是否|都)?(?:是)?"
            r"(?:一样|相同|同一[个家位种])(?:的)?(?:吗)?[？?]?$"
        ),
        lambda m: both("same", m["a"], m["b"], lambda side: f"{side}的{m['what']}是什么？"),
    ),
]
ALIKE: dict[Language, list[Form]] = {"en": _ENGLISH, "de": _GERMAN, "fr": _FRENCH, "zh": _CHINESE}
