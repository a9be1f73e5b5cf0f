"""English words of measure and verbs, for questions that compare."""

from __future__ import annotations

import re
from collections.abc import Callable

MEASURES = {
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
LEAST = frozenset(
    (
        "younger",
        "smaller",
        "shorter",
        "lighter",
        "lower",
        "cheaper",
        "less",
        "least",
        "fewer",
        "slower",
        "colder",
    )
)
AGES = frozenset(("older", "younger"))
PRICES = frozenset(("cheaper", "dearer", "pricier", "costlier", "expensive"))
_MASS = "money time water rain sugar milk land space snow sleep work honey wood fuel power bread"
UNCOUNTED = frozenset(_MASS.split())
# What a past form comes from, where taking "ed" away does not tell it.
_IRREGULAR = """
had:have has:have was:be were:be got:get paid:pay drove:drive ate:eat read:read won:win sold:sell bought:buy
made:make took:take lost:lose gave:give ran:run spent:spend kept:keep held:hold grew:grow went:go came:come
left:leave met:meet saw:see wrote:write began:begin fell:fall flew:fly stood:stand built:build sent:send
found:find knew:know rode:ride swam:swim slept:sleep caught:catch brought:bring taught:teach died:die
moved:move retired:retire arrived:arrive used:use stored:store saved:save closed:close hired:hire married:marry
does:do goes:go costs:cost
"""
BASES = dict(pair.split(":") for pair in _IRREGULAR.split())


def base_of(verb: str) -> str:
    """The form of a verb behind "did" or "does"."""
    verb = verb.casefold()
    if verb in BASES:
        return BASES[verb]
    if match := re.fullmatch(r"(\w+?)(?:([b-df-hj-np-rtvwxz])\2)ed", verb):
        return match[1] + match[2]
    if verb.endswith("ied"):
        return verb[:-3] + "y"
    if match := re.fullmatch(r"(\w+[^aeiou][aeiou][cgsvz])ed|(\w+[cgsuvz])ed", verb):
        return (match[1] or match[2]) + "e"
    if verb.endswith("ed"):
        return verb[:-2]
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    return verb.removesuffix("s")


def does_or_did(verb: str) -> str:
    """The auxiliary of a verb's time."""
    present = verb.casefold() in ("has", "have", "does", "goes") or (verb.endswith("s") and verb != "was")
    return "does" if present else "did"


def asks_how(adjective: str, aux: str, noun: str) -> Callable[[str], str] | None:
    if adjective in PRICES:
        return lambda side: f"How much did {side}{noun} cost?"
    measure = MEASURES.get(adjective)
    return (lambda side: f"How {measure} {aux} {side}{noun}?") if measure else None
