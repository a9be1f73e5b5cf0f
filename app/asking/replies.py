"""Replies to what an answer asked back: "Yes, please.", "I don't care."; what they are about stands in that answer."""

from __future__ import annotations

import re

from app.asking.plain import sentences

# What is no question and asks on about nothing.
_INDIFFERENT = re.compile(
    r"^(?:no,? |well,? )?(?:i (?:really )?(?:don't|do not) (?:really )?(?:care|mind|have (?:a|any) preference)"
    r"|(?:the |that |it )?(?:[\w ]{1,24} )?(?:doesn't|does not) matter"
    r"|any(?:thing)?(?: [\w ]{1,24})? (?:is|are|will be|would be) (?:fine|good|ok(?:ay)?)|(?:no preference|whatever)(?=\W*$)"
    r"|(?:das ist )?(?:mir )?(?:ist )?egal|(?:das )?spielt keine rolle|peu importe|n['’]importe|ça m'est égal"
    r"|随便|无所谓|都可以)(?!\w)",
    re.IGNORECASE,
)
_LEFT_OPEN = re.compile(r"\s*(?:about |for )?(?:it|that|them|those|to me)?\W*$", re.IGNORECASE)
_ACCEPTED = re.compile(
    r"(?:yes|yeah|sure|ok(?:ay)?|please|ja|gerne?|oui|好的?|可以|请)"
    r"(?:[ ,]*(?:please|thanks|thank you|(?:that|it) would be (?:great|nice|good)|bitte|gerne?|s'il (?:te|vous) plaît"
    r"|volontiers))*\W*",
    re.IGNORECASE,
)
# What leads up to what is offered: "Would you like their address?"
_OFFERED = re.compile(
    r"^.*?(?:(?:would|do) you (?:like|want|need)(?: me to (?:give|tell|show) you)?(?: to (?:know|have|see|hear))?"
    r"|(?:shall|should|can|may) i (?:give|tell|show|get)(?: you)?"
    r"|möchtest du|möchten sie|soll ich dir|soll ich ihnen|veux-tu|voulez-vous|(?:你|您)?(?:要|需要|想要?)(?:知道|看)?)"
    r"\s*(?P<what>.+)$",
    re.IGNORECASE | re.DOTALL,
)


def is_indifferent(turn: str) -> bool:
    return bool(_INDIFFERENT.match(turn))


def about(turn: str, answer: str) -> str:
    """What an answer asked back and a turn does not care for, "" where the turn says it itself or nothing was asked."""
    found = _INDIFFERENT.match(turn)
    return _asked_back(answer) if found and _LEFT_OPEN.fullmatch(turn, found.end()) else ""


def accepted(turn: str, answer: str) -> str:
    """What an answer offered and a turn says yes to, "" where it does not or nothing was offered."""
    offered = _OFFERED.match(_asked_back(answer)) if _ACCEPTED.fullmatch(turn) else None
    what = offered["what"].strip() if offered else ""
    return "" if _ACCEPTED.fullmatch(what) else what


def _asked_back(answer: str) -> str:
    """The question that an answer ends with, without its mark."""
    if not answer.rstrip().endswith(("?", "？")):
        return ""
    return re.split(r"(?<=[.!?。！？])\s*", sentences(answer.strip(), 1)[-1].rstrip("?？ "))[-1]
