"""Two things against each other: each is asked for by itself, and code compares what was read, since no small model counts.

The answer says both readings with their passages. What it adds (which is more, which was first, how far apart) is worked
out from the first number or day in each reading, and left out where one has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.asking.memory import Cited, Evidenced, Memory, Said
from app.asking.quantities import day_in, number_in, told_distance, told_number
from app.asking.question import Question
from app.asking.texts import say
from engine.answering.refusal import DECLINED, declines

_TIME = re.compile(
    r"\b(?:when|first|earlier|later|before|after|how long|days|weeks|months|years|zuerst|früher|später|eher|wie lange|tage"
    r"|wochen|monate|jahre|d'abord|avant|après|jours|mois|ans)\b|先|早|晚|多久|几天|多少天|个月|几年",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Side:
    """One side: as the question says it, what was read about it, and from what."""

    said: str
    text: str
    cited: tuple[Cited, ...]


def answer(question: Question, memory: Memory) -> Iterator[Said]:
    """Declines where neither side is found."""
    sides: list[Side] = []
    for side in question.sides:
        text = ""
        cited: tuple[Cited, ...] = ()
        for event in memory.read(asked_alone(question, side)):
            if isinstance(event, Evidenced):
                cited = tuple(hit for hit in event.cited if hit.read) or event.cited[:1]
            elif isinstance(event, str):
                text += event
        sides.append(Side(side, text.strip(), cited))
    shown, numbers = _merged(sides)
    yield Evidenced(shown)
    if all(declines(side.text) for side in sides):
        yield DECLINED
        return
    for one in sides:
        found = not declines(one.text)
        said = one.text if found else say("unknown", question.language)
        marks = "".join(f" [{numbers[hit.document.id]}]" for hit in one.cited[:2] if found)
        yield f"- {one.said}: {said}{marks}\n"
    yield verdict(question, sides)


def asked_alone(question: Question, side: str) -> str:
    """The question about one side alone: the other one and the word between them left out."""
    left, right = question.sides
    text = question.text
    start, end = text.find(left), text.rfind(right)
    if start < 0 or end < start:
        return f"{side}: {text}"
    between = text[start + len(left) : end]
    if len(between) > 24:  # the sides stand apart in the sentence ("higher in 2025 than in 2022")
        return f"{text} ({side})"
    head, tail = text[:start].rstrip(" ,"), text[end + len(right) :].strip(" ?？.,")
    return " ".join(part for part in (head, side, tail) if part).rstrip(" ,") + "?"


def verdict(question: Question, sides: Sequence[Side]) -> str:
    """What code makes of two readings, "" where it can make nothing."""
    left, right = sides
    if declines(left.text) or declines(right.text):
        return ""
    language = question.language
    days = day_in(left.text), day_in(right.text)
    if _TIME.search(question.text) and days[0] and days[1]:
        if re.search(r"\b(?:first|earlier|zuerst|früher|eher|d'abord)\b|先|早", question.text, re.I):
            if days[0] == days[1]:
                return say("same", language)
            return say("first", language, left=(left if days[0] < days[1] else right).said)
        return say("between", language, by=told_distance(days[0], days[1], language))
    values = number_in(left.text), number_in(right.text)
    if values[0] is None or values[1] is None:
        return ""
    by = values[0] - values[1]
    if by == 0:
        return say("same", language)
    kind = "more_than" if by > 0 else "less_than"
    return say(kind, language, left=left.said, by=told_number(abs(by), language))


def _merged(sides: Sequence[Side]) -> tuple[tuple[Cited, ...], dict[int, int]]:
    shown: list[Cited] = []
    numbers: dict[int, int] = {}
    for side in sides:
        for hit in side.cited:
            if hit.document.id not in numbers:
                shown.append(hit)
                numbers[hit.document.id] = len(shown)
    return tuple(shown), numbers
