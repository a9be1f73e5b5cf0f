"""What kind of question it is, by the words it is asked in; each kind has its way of being answered.

fact: one thing, read from the passages that fit best. list: all of something. timeline: what was, in order of time.
comparison: two things against each other. summary: what many memories come to. person: who somebody is. self: who the
owner is. several: more than one question. smalltalk: nothing to be looked up. Where no rule speaks, it is a fact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.asking.bounds import Bound, bound_in
from app.asking.compared import NUMBER, compared
from app.asking.language import Language, language_of
from app.asking.parts.direct import direct
from app.asking.parts.forms import Parts
from app.asking.parts.several import several
from app.asking.parts.take_apart import take_apart
from app.asking.question_words import (
    ACTOR,
    ALL,
    ASKS_ONE,
    DID,
    HISTORY,
    SELF,
    SMALLTALK,
    SUMMARY,
    TIMELINE,
    TIMES,
    TOLD_OF,
    WHICH,
    WROTE,
)
from app.asking.rewrite import Turn, rewrite
from app.asking.topic import topic_words
from app.dates.periods import find_period
from app.dates.spans import Period

Kind = Literal["fact", "list", "timeline", "comparison", "summary", "person", "self", "several", "smalltalk"]


@dataclass(frozen=True)
class Question:
    """A question that stands by itself, understood. why: the rule that chose the kind, in words for a person.

    name: of whom a person question asks; sides: what a comparison compares, as the question says it; parts: the questions
    about each side, where it was taken apart. every: a list asks for all of it in so many words, or for what somebody did.
    bound: the amount that a list's points are to have. several: the questions that it is made of, where it is more than one.
    direct: the question without what only says more of whom it names, None where nothing can be left out.
    """

    text: str
    language: Language
    kind: Kind
    why: str
    period: Period | None = None
    topic: tuple[str, ...] = ()
    name: str = ""
    sides: tuple[str, ...] = ()
    parts: Parts | None = None
    every: bool = True
    direct: str | None = None
    bound: Bound | None = None
    several: tuple[Question, ...] = ()


def understand(text: str, today: date) -> Question:
    text = unchatty(" ".join(text.split()))
    return understand_within(text, today, find_period(text, today))


def unchatty(text: str) -> str:
    """A question without what only leads up to it ("By the way, …"), which a reader would take for a part of it."""
    rest = text
    while (match := _LEADING_UP.match(rest)) and len(rest) - match.end() > SHORTEST:
        rest = rest[match.end() :]
    return text if rest == text else rest[:1].upper() + rest[1:]


def understand_within(text: str, today: date, period: Period | None) -> Question:
    """A question whose period is known already. text: with single spaces."""
    language = language_of(text)
    rest = _without(text, period)
    kind, why, name, sides = _kind(text, rest, period, today)
    if kind in ("comparison", "fact", "list") and (parts := take_apart(text, language, today)):
        # A number is nothing to be looked up.
        if any(NUMBER.match(side) for side in parts.sides):
            return Question(text, language, "fact", "asks for one thing", period, topic_words(rest))
        kind, sides, why = "comparison", parts.sides, f"puts {parts.sides[0]} and {parts.sides[1]} together"
        return Question(text, language, kind, why, period, topic_words(rest), name, sides, parts)
    bound = bound_in(rest) if kind == "list" else None
    if bound:
        rest = rest[: bound.start] + " " + rest[bound.start + len(bound.said) :]
    every = kind != "list" or bool(ALL.search(text) or ACTOR.search(text))
    if kind == "fact" and (asked := _several(text, language, today)):
        return Question(
            text, language, "several", "asks several things", period, topic_words(rest), several=asked
        )
    shorter = direct(text, today) if kind == "fact" else None
    return Question(
        text, language, kind, why, period, topic_words(rest), name, sides, None, every, shorter, bound
    )


def _several(text: str, language: Language, today: date) -> tuple[Question, ...]:
    """The single questions of one that asks several things, () unless each asks for one thing."""
    turns: list[Turn] = []
    found = []
    for part in several(text, language):
        alone = rewrite(part, turns, today).text
        turns.append(Turn(alone, ""))
        found.append(understand_within(alone, today, find_period(alone, today)))
    return tuple(found) if all(one.kind == "fact" for one in found) else ()


def _kind(text: str, rest: str, period: Period | None, today: date) -> tuple[Kind, str, str, tuple[str, ...]]:
    if SMALLTALK.match(text):
        return "smalltalk", "a greeting or thanks", "", ()
    if SELF.search(text):
        return "self", "asks who the owner is", "", ()
    if (asked := SUMMARY.search(text)) and not ASKS_ONE.search(text[: asked.start()]):
        return "summary", "asks for a summary", "", ()
    if name := _person(text):
        return "person", f"asks who {name} is", name, ()
    sides = compared(text, today)
    if sides:
        return "comparison", f"compares {sides[0]} and {sides[1]}", "", sides
    happened = TIMELINE.search(text) and not TOLD_OF.search(text)
    if happened and (period is not None or HISTORY.search(text)):
        return "timeline", "asks what happened", "", ()
    if period is not None and DID.search(text):
        return "timeline", "asks what was done in a period", "", ()
    if WROTE.search(text):
        return "list", "asks what is written about something", "", ()
    if TIMES.search(text):
        return "list", "asks how often something was", "", ()
    if ALL.search(text) or WHICH.search(text):
        return "list", "asks for all of something", "", ()
    return "fact", "asks for one thing", "", ()


def _without(text: str, period: Period | None) -> str:
    if period is None:
        return text
    return text[: period.start] + " " + text[period.start + len(period.said) :]


SHORTEST = 4  # characters of a question that something can stand before
_LEADING_UP = re.compile(
    r"(?:(?:hey|hi|hello|hallo|moin|salut|bonjour|ok(?:ay)?|well|so|oh|um|listen|tell me|say|please|pls"
    r"|quick (?:one|question)|just (?:wondering|curious)|by the way|btw|thanks?(?: (?:you|a lot|so much))?"
    r"|(?:that['’]?s |that is )?(?:great|good|nice)|super|prima"
    r"|sag mal|sag bitte|hör mal|du|also|übrigens|ach|kurze frage|mal eine frage|danke(?: dir| schön)?"
    r"|dis[- ]moi|dis|au fait|alors|bon|merci(?: beaucoup)?|petite question|s['’]il te plaît"
    r"|你好|谢谢|对了|顺便问一下|顺便问|那个|话说)[,:;.!，。：！…–-]+\s*"
    r"|(?:remind me|do you know|can you (?:tell|remind) me|could you tell me|i wonder|erinner mich"
    r"|weißt du(?: noch)?|tu sais|请问),?\s*"
    r"(?=(?:what|when|where|who|how|why|which|was|wann|wo|wer|wie|warum|welche|quand|où|qui|comment|combien|quel"
    r"|什么|谁|哪|怎)))",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"^\W*(?:and |und |et )?(?:who(?:'s| is| was)|wer (?:ist|war)|qui (?:est|était)|c'est qui|tell me about"
    r"|what do you know about|erzähl mir (?:etwas )?von|was weißt du (?:über|von)|parle-moi de|que sais-tu (?:de|sur))"
    r"\s+(?P<name>[^?？!]+?)\s*[?？.!]*\s*$",
    re.IGNORECASE,
)
_PERSON_ZH = re.compile(
    r"^(?:请问)?(?:(?P<name>[^，。？?的]{1,12}?)(?:是谁|是什么人)|谁是(?P<other>[^，。？?的]{1,12}?))[？?]?$"
)
_NAME_WORD = re.compile(r"^[A-ZÀ-ÞŒ][\w'’.-]*$")
_JOINING = frozenset(("von", "van", "de", "der", "la", "le", "du", "di", "und", "and", "et"))
_TITLES = frozenset(
    (
        "dr",
        "dr.",
        "prof",
        "prof.",
        "mr",
        "mr.",
        "mrs",
        "mrs.",
        "ms",
        "ms.",
        "herr",
        "frau",
        "madame",
        "monsieur",
        "mme",
        "m.",
    )
)
# "Who is Tom's uncle?", "Qui est l'épouse ?": somebody who is not named.
_OF_SOMEBODY = re.compile(r"['’]s?$|^[ld]['’](?=[a-zéèêà])")
_KIN = frozenset(("uncle", "aunt", "aunty", "onkel", "tante", "oncle", "tata", "opa", "oma"))


def _person(text: str) -> str:
    """Whom a question asks about, "" where it asks about nobody by name."""
    if match := _PERSON_ZH.match(text):
        return (match["name"] or match["other"] or "").strip()
    match = _PERSON.match(text)
    if match is None:
        return ""
    words = match["name"].split()
    if len(words) > 5 or any(_OF_SOMEBODY.search(word) for word in words):
        return ""
    # Written in lower case, a single word may be a name as well ("who is tom"), two may be a description.
    named = all(
        _NAME_WORD.match(word) or word.casefold() in (_TITLES | _KIN | _JOINING if at else _TITLES | _KIN)
        for at, word in enumerate(words)
    )
    single = len(words) == 1 and words[0].casefold() not in (
        "it",
        "he",
        "she",
        "that",
        "this",
        "they",
        "er",
        "sie",
        "es",
        "das",
        "there",
    )
    return match["name"].strip() if named or single else ""
