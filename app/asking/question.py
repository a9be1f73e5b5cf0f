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
from app.asking.language import Language, language_of
from app.asking.parts.direct import direct
from app.asking.parts.forms import Parts
from app.asking.parts.several import several
from app.asking.parts.take_apart import take_apart
from app.asking.rewrite import Turn, rewrite
from app.asking.topic import topic_words
from app.dates.periods import find_period, find_periods
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
        if any(_NUMBER.match(side) for side in parts.sides):
            return Question(text, language, "fact", "asks for one thing", period, topic_words(rest))
        kind, sides, why = "comparison", parts.sides, f"puts {parts.sides[0]} and {parts.sides[1]} together"
        return Question(text, language, kind, why, period, topic_words(rest), name, sides, parts)
    bound = bound_in(rest) if kind == "list" else None
    if bound:
        rest = rest[: bound.start] + " " + rest[bound.start + len(bound.said) :]
    every = kind != "list" or bool(_ALL.search(text) or _ACTOR.search(text))
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
    if _SMALLTALK.match(text):
        return "smalltalk", "a greeting or thanks", "", ()
    if _SELF.search(text):
        return "self", "asks who the owner is", "", ()
    if _SUMMARY.search(text):
        return "summary", "asks for a summary", "", ()
    if name := _person(text):
        return "person", f"asks who {name} is", name, ()
    sides = compared(text, today)
    if sides:
        return "comparison", f"compares {sides[0]} and {sides[1]}", "", sides
    if _TIMELINE.search(text) and (period is not None or _HISTORY.search(text)):
        return "timeline", "asks what happened", "", ()
    if period is not None and _DID.search(text):
        return "timeline", "asks what was done in a period", "", ()
    if _WROTE.search(text):
        return "list", "asks what is written about something", "", ()
    if _TIMES.search(text):
        return "list", "asks how often something was", "", ()
    if _ALL.search(text) or _WHICH.search(text):
        return "list", "asks for all of something", "", ()
    return "fact", "asks for one thing", "", ()


def _without(text: str, period: Period | None) -> str:
    if period is None:
        return text
    return text[: period.start] + " " + text[period.start + len(period.said) :]


def _rule(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_SMALLTALK = re.compile(
    r"^\W*(?:hi|hello|hey|good (?:morning|evening|afternoon|night)|thanks?(?: you)?(?: very much| a lot)?|bye|hallo|guten "
    r"(?:morgen|tag|abend)|moin|servus|danke(?: schön| sehr)?|vielen dank|tschüss|bonjour|bonsoir|salut|merci(?: beaucoup)?"
    r"|au revoir|你好|您好|早上好|晚上好|谢谢你?|多谢|再见|how are you(?: today)?|wie geht(?:'s| es dir)|(?:comment )?ça va)"
    r"\W*$",
    re.IGNORECASE,
)
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
_SELF = _rule(
    r"^\W*(?:and )?who am i\b",
    r"\bwer bin ich\b",
    r"\bqui suis[- ]je\b",
    r"我是谁",
    r"^what do you know about me\b",
    r"^was weißt du über mich\b",
    r"que sais-tu (?:de|sur) moi",
    r"你知道我(?:的)?什么|介绍一下我",
    r"^tell me about (?:me|myself)\b",
)
_SUMMARY = _rule(
    r"\bsummari[sz]e\b",
    r"\bsummary\b",
    r"\bsum up\b",
    r"\boverview\b",
    r"\brecap\b",
    r"\bfass(?:e|en|t)?\b.*\bzusammen\b",
    r"\bzusammenfass",
    r"\büberblick\b",
    r"\brésum(?:e|er|ez|é)\b",
    r"\bvue d'ensemble\b",
    r"总结|概括|摘要|概述|综述",
)
_TIMELINE = _rule(
    r"\bwhat (?:has )?(?:happened|happens)\b",
    r"\bwhat (?:all )?went on\b",
    r"\bwhat was (?:going on|new|up)\b",
    r"\bwhat was\b.*\blike\b",
    r"\btimeline\b",
    r"\bchronolog",
    r"\bhistory of\b",
    r"\bwas (?:ist|war|gab es|gab's|passierte|geschah)\b.*",
    r"\bwas\b.*\b(?:passiert|geschehen|los|vorgefallen|passierte|geschah)\b",
    r"\bverlauf\b",
    r"\bs'est[- ](?:il )?passé\b|\bs'est-il passé\b|\bse passait\b",
    r"发生|进展|时间线|经过|怎么样了|做了什么|干了什么|干什么",
)
_HISTORY = _rule(r"\btimeline\b", r"\bchronolog", r"\bhistory of\b", r"\bverlauf\b", r"时间线|经过")
_DID = _rule(
    r"^\W*what did (?:i|we|he|she|they|\w+(?: \w+)?)"
    r" (?:do|write|say|note|plant|buy|spend|see|read|eat|work|learn|make|talk|send)\b",
    r"^\W*what (?:have|had) (?:i|we|they)\b",
    r"^\W*was (?:habe|haben|hat|hatte|hatten|stand|schrieb)\b",
    r"^\W*(?:qu'est-ce que|qu'|que) ?(?:j'ai|nous avons|ai-je|avons-nous|a-t-|ont-)",
    r"(?:我们?|他|她)(?:都)?(?:做|写|买|花|去|看|说|种)了?(?:些)?(?:什么|哪些|哪里)",
)
# A person wants the notes, not one thing of them.
_WROTE = _rule(
    r"\bwhat (?:did|have) (?:i|we) (?:ever )?(?:write|written|note|noted|jot|jotted)(?: down)? (?:about|on|of)\b",
    r"\bwas (?:habe|hab|haben) (?:ich|wir) (?:alles )?(?:über|zu|zum|zur)\b.*\b(?:geschrieben|notiert|aufgeschrieben)\b",
    r"\b(?:qu['’]est-ce que j['’]ai|qu['’]ai-je|qu['’]avons-nous) (?:écrit|noté) (?:sur|à propos|au sujet)\b",
    r"关于.*我(?:们)?(?:都)?(?:写|记)(?:了|过)?什么|我(?:们)?(?:都)?(?:写|记)(?:过|了)?(?:哪些|什么)?关于",
)
# How often it was, not how often it has to be: what there is of it is shown, and the person counts.
_TIMES = _rule(
    r"\bhow (?:often|many times) (?:did|have|has|were|was)\b",
    r"\bwie oft (?:war|waren|bin|ist|sind|habe|hab|haben|hat|hatte|hatten|wurde|wurden)\b",
    r"\bcombien de fois (?:ai|as|a|avons|avez|ont|suis|est|sommes|sont|j['’]ai|je suis|nous avons|il a|elle a|on a)\b",
    r"[过了](?:几|多少)[次回]",
)
_ALL = _rule(
    r"^\W*(?:please )?list\b",
    r"^\W*(?:name|show|give|tell|find)(?: me)? (?:all|every|each)\b",
    r"^\W*(?:all|every)\b",
    r"\ball (?:of )?(?:the|my|our|his|her|their)\b",
    r"^\W*(?:bitte )?(?:liste|zähle?|nenne?|zeige?)\b.*\b(?:auf|alle|alles|liste)\b",
    r"^\W*liste\b",
    r"\balle (?:meine|unsere|seine|ihre)?\s?\w+",
    r"^\W*(?:liste|énumère|énumérez|donne-moi (?:tous|toutes))\b",
    r"\b(?:tous les|toutes les|tous mes|toutes mes)\b",
    r"列出|所有的?|全部|都有(?:谁|什么)",
)
_ACTOR = _rule(
    r"\b(?:i|we|you|he|she|they|ich|wir|du|ihr|er|man|je|nous|tu|vous|il|elle|on|ils|elles)\b|\bj['’]",
    r"[我你他她](?:们)?",
)
_WHICH = _rule(
    r"^\W*(?:which|what) (?:[\w-]+ ){0,2}?(?!is\b|was\b|does\b|this\b|his\b|its\b|address\b|class\b|bus\b)[\w-]+s"
    r" (?:did|do|have|has|had|are|were|can|were|will)\b",
    r"^\W*welche [\w-]+(?:en|er|e|n|s) (?:hatten|haben|habe|sind|waren|gibt|wurden|besitze|kenne)\b",
    r"^\W*welche (?!\w*(?:nummer|steuer|feier|dauer|mauer|leiter|schulter|butter)\b)[\w-]+(?:en|er|n|s) (?:hatte|hat|gab)\b"
    r"|^\W*welche [\w-]+e hatte ich\b",
    r"^\W*quel(?:le)?s (?:sont|étaient|furent)\b",
    r"哪些",
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
_KIN = frozenset(("uncle", "aunt", "aunty", "onkel", "tante", "oncle", "tata", "opa", "oma"))


def _person(text: str) -> str:
    """Whom a question asks about, "" where it asks about nobody by name."""
    if match := _PERSON_ZH.match(text):
        return (match["name"] or match["other"] or "").strip()
    match = _PERSON.match(text)
    if match is None:
        return ""
    words = match["name"].split()
    if len(words) > 5:
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


_OR = r"(?:,?\s+(?:or|oder|ou)\s+|还是)"
_COMPARES = _rule(
    r"\b(?:more|less|fewer|most|least|first|earlier|later|better|worse|compare|difference)\b",
    r"\b(?:is|are|was|were|which|what|cost) \w{2,}er\b",
    r"\b(?:mehr|weniger|zuerst|früher|später|lieber|besser|unterschied|vergleich\w*)\b",
    r"\b(?:ist|war|sind|waren|kostet|kostete) \w{3,}er\b",
    r"\b(?:plus|moins|d'abord|mieux|meilleure?|compare\w*|différence)\b",
    r"更|先|比|较",
)
_CHOICE = re.compile(rf"(?P<left>[^,:;?]+?){_OR}(?P<right>[^?？,;]+)", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\b(?:between|zwischen|entre)\s+(?P<left>.+?)\s+(?:and|und|et)\s+(?P<right>[^?,]+)",
    re.IGNORECASE,
)
_COMPARE = re.compile(
    r"^\W*(?:compare|vergleiche?|comparer?|comparez)\s+(?P<left>.+?)\s+(?:and|with|to|mit|und|et|avec|à)\s+(?P<right>[^?,.]+)",
    re.IGNORECASE,
)
_ZH_PAIR = re.compile(
    r"(?P<left>[^，。？?]+?)(?:和|与|跟|比)(?P<right>[^，。？?]+?)(?:的区别|有什么区别|的?差别|相比|相差|哪个|谁)"
)
_DIFFERENCE = _rule(
    r"\bhow (?:much|many) (?:\w+ )?(?:more|less|fewer|higher|lower|longer|shorter|older|younger|\w+er)\b",
    r"\bum wie ?viel\b",
    r"\bwie ?viel \w+er\b",
    r"\bde combien\b",
    r"(?:多|少|高|低|贵|便宜)了?多少",
)
_LENGTH = _rule(
    r"\bhow (?:many|much) (?:days|weeks|months|years|time)\b|\bhow long\b",
    r"\bwie (?:viele|lange)\b",
    r"\bcombien de (?:jours|semaines|mois|ans|temps)\b",
    r"多久|多少[天年]|几[天年]|几个月",
)


def compared(text: str, today: date) -> tuple[str, ...]:
    """The two sides of a comparison in the question's own words, () where it compares nothing."""
    for pattern in (_COMPARE, _ZH_PAIR):
        if match := pattern.search(text):
            return _sides(match)
    if (match := _BETWEEN.search(text)) and (
        _LENGTH.search(text)
        or "differ" in text.casefold()
        or "unterschied" in text.casefold()
        or "différ" in text.casefold()
    ):
        return _sides(match)
    periods = find_periods(text, today)
    if _DIFFERENCE.search(text) and len(periods) == 2:
        return tuple(period.said for period in periods)
    if (match := _CHOICE.search(text)) and _COMPARES.search(text):
        if len(periods) == 2 and periods[0].start < match.start("right") <= periods[1].start + 3:
            return tuple(period.said for period in periods)
        return _sides(match)
    return ()


_NUMBER = re.compile(r"^\W*(?!(?:19|20)\d\d\W*$)\d[\d.,]*\W*(?:\w+\W*)?$")


def _sides(match: re.Match[str]) -> tuple[str, ...]:
    """The two sides, () where one is none; a number is nothing to be looked up."""
    left = re.split(r"[,:;，：]\s*|\s(?:than|als|que)\s", match["left"].strip())[-1]
    right = re.split(r"[,:;，：]\s*", match["right"].strip(" ?？."))[0]
    words = left.split()
    # What stands before the left side belongs to the question as far as the right side is shorter.
    if len(words) > len(right.split()) + 2:
        left = " ".join(words[-len(right.split()) :])
    sides = (left.strip(), right.strip())
    return sides if all(side and not _NUMBER.match(side) for side in sides) else ()
