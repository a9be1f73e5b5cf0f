"""A question that goes by way of somebody or something else ("the number of the farmer whose barn …"): which is asked first,
and what is left to ask of the answer.

The relative clause becomes a question of its own, as a person would ask it aloud; grammar need not be right to be read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.asking.language import Language

_EN = re.compile(
    r"^(?P<main>.+?\b(?P<noun>[\w'-]+)),?\s+(?P<by>whose|who|whom|which|that|where)\s+(?P<clause>(?!is\b\W*$).+?)\W*$",
    re.I,
)
_DE = re.compile(
    r"^(?P<main>.+?\b(?P<noun>[\w-]+)),\s+(?P<by>dessen|deren"
    r"|(?:(?:von|mit|bei|für|zu|aus|in|an|auf) )?(?:der|die|das|dem|den|denen))"
    r"\s+(?P<clause>.+?)\W*$",
    re.I,
)
_FR = re.compile(
    r"^(?P<main>.+?\b(?P<noun>[\w'-]+)),?\s+(?P<by>dont|qui|que|qu'|où|chez qui|avec qui|à qui)\s*(?P<clause>.+?)\W*$",
    re.I,
)
_ZH = re.compile(
    r"^(?P<clause>[^，。？?]{3,}?)的(?P<noun>那个?人|那位|人|公司|店|医生|老师|餐厅|酒店|朋友|邻居)的(?P<rest>[^？?]+?)[？?]?$"
)
_PATTERNS = {"en": _EN, "de": _DE, "fr": _FR}
_WHOSE = {"whose": "Whose", "dessen": "Wessen", "deren": "Wessen"}
_WHICH = {"en": "Which", "de": "Welche", "fr": "Quel"}
# "the day that …", "what I think that …" go by way of nothing.
_NOTHING = re.compile(
    r"^(?:day|time|year|month|reason|way|sure|think|know|say|said|true|fact|so|now|it|what|tag|jahr|zeit|grund|jour|fois|est-ce"
    r"|ce|that|this|much|many)$",
    re.I,
)
_SHORTEST = 3  # words of a clause


@dataclass(frozen=True)
class Steps:
    """first: whom or what the clause means; then: the rest of the question, with a place for the answer."""

    first: str
    then: str

    def asked_then(self, answer: str) -> str:
        return self.then.replace("{}", answer.strip().rstrip(".。"))


def steps_of(text: str, language: Language) -> Steps | None:
    """None for a question that goes by way of nothing."""
    if language == "zh":
        match = _ZH.match(text)
        return (
            Steps(f"{match['clause']}的{match['noun']}是谁？", f"{{}}的{match['rest']}？") if match else None
        )
    match = _PATTERNS[language].match(text)
    if match is None or _NOTHING.match(match["noun"]) or len(match["clause"].split()) < _SHORTEST:
        return None
    main, by, clause = match["main"], match["by"], match["clause"]
    if len(main.split()) < _SHORTEST:
        return None
    mark = " ?" if language == "fr" else "?"
    if by.casefold() in _WHOSE:
        first = f"{_WHOSE[by.casefold()]} {clause}{mark}"
    else:
        first = f"{_WHICH[language]} {match['noun']}: {by} {clause}{mark}"
    return Steps(first, f"{main} ({{}}){mark}")
