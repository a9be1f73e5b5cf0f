"""Two things or times against each other: each is asked for by itself, and code works out the rest.

The answer begins with what was worked out (a difference, a sum, a distance in time, which is more, which was first) and says
both readings with their passages. Nothing is worked out where a reading has no number or day, or both have other units.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.asking.language import Language
from app.asking.lines import days_of
from app.asking.memory import Cited, Evidenced, Memory, Said
from app.asking.parts.forms import Parts, Working
from app.asking.quantities import days_in, told_distance, told_number
from app.asking.question import Question
from app.asking.readings import Reading
from app.asking.strategies.sides import read_side
from app.asking.texts import say
from app.asking.values import MONEY, Quantity, counted, told_unit
from app.dates.spans import Period
from engine.answering.refusal import DECLINED

_TIME = re.compile(
    r"\b(?:when|first|earlier|later|before|after|how long|days|weeks|months|years|zuerst|früher|später|eher|wie lange|tage"
    r"|wochen|monate|jahre|d'abord|avant|après|jours|mois|ans)\b|先|早|晚|多久|几天|多少天|个月|几年",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\b(?:first|earlier|zuerst|früher|eher|d'abord|en premier)\b|先|早", re.IGNORECASE)


@dataclass(frozen=True)
class Side:
    """One side: as the question says it, what was read about it, and the passages that say it."""

    said: str
    reading: Reading
    cited: tuple[Cited, ...]

    @property
    def days(self) -> Period | None:
        """The days that the reading names, else those that its passage is dated, if that is a day or a month."""
        if named := days_in(self.reading.text):
            return Period(*named[0])
        source = self.reading.source
        days = days_of(source.document) if source else None
        return days if days and (days.last - days.first).days <= 31 else None


def answer(question: Question, memory: Memory) -> Iterator[Said]:
    """Declines where neither side is found."""
    parts = question.parts or _simple(question)
    sides = []
    for said, asked in zip(parts.sides, parts.questions, strict=True):
        if memory.cancelled():
            return
        reading = read_side(said, asked, memory, number=parts.working not in ("distance", "first"))
        read = tuple(hit for hit in reading.cited if hit.read) or reading.cited
        own = (reading.source,) if reading.source else read[:1]
        sides.append(Side(said, reading, own))
    shown, numbers = _merged(sides)
    found = [side for side in sides if side.reading.found]
    agreements = [side.reading.agreement for side in found if side.reading.agreement is not None]
    yield Evidenced(shown, min(agreements, default=None))
    if not found:
        yield DECLINED
        return
    if result := worked_out(parts, sides, question.language):
        yield f"{result}\n"
    for at, side in enumerate(sides):
        told = side.reading.text if side.reading.found else say("unknown", question.language)
        marks = "".join(f" [{numbers[hit.document.id]}]" for hit in side.cited if side.reading.found)
        yield ("\n" if at else "") + f"- {side.said}: {told}{marks}"


def worked_out(parts: Parts, sides: Sequence[Side], language: Language) -> str:
    """What code makes of two readings, "" where it can make nothing."""
    left, right = sides
    if not (left.reading.found and right.reading.found):
        return ""
    if parts.working in ("distance", "first"):
        return _in_time(parts, left, right, language)
    pair = comparable(left.reading.text, right.reading.text)
    if pair is None:
        return ""
    one, other = pair
    unit = one.unit or other.unit

    def told(value: float) -> str:
        return told_unit(told_number(value, language, money=unit in MONEY), unit, language)

    if parts.working == "sum":
        return say("total", language, total=told(one.value + other.value))
    by = one.value - other.value
    if by == 0:
        return say("same", language)
    more = (left if by > 0 else right).said
    if parts.working == "difference":
        return say("difference", language, by=told(abs(by)), more=more)
    if parts.working == "least":
        return say("least", language, side=(right if by > 0 else left).said, by=told(abs(by)))
    return say("most", language, side=more, by=told(abs(by)))


def comparable(one: str, other: str) -> tuple[Quantity, Quantity] | None:
    """The first numbers of two readings that have one unit; a bare number has any."""
    for left in counted(one):
        for right in counted(other):
            if left.unit == right.unit or not left.unit or not right.unit:
                return left, right
    return None


def _in_time(parts: Parts, left: Side, right: Side, language: Language) -> str:
    days = left.days, right.days
    if days[0] is None or days[1] is None:
        return ""
    if parts.working == "first":
        if days[0].meets(days[1]):
            return say("same", language) if days[0] == days[1] else ""
        return say("first", language, left=(left if days[0].first < days[1].first else right).said)
    return say("between", language, by=told_distance(days[0].first, days[1].first, language, parts.unit))


def _simple(question: Question) -> Parts:
    """The parts of a comparison that has no form of its own: the question about each side."""
    working: Working = "difference"
    if _TIME.search(question.text):
        working = "first" if _FIRST.search(question.text) else "distance"
    return Parts(working, (question.sides[0], question.sides[1]), asked_alone(question))


def asked_alone(question: Question) -> tuple[str, str]:
    """The question about each side alone: the other one and the word between them left out."""
    left, right = question.sides
    text = question.text
    start, end = text.find(left), text.rfind(right)
    between = text[start + len(left) : end]
    if start < 0 or end < start or len(between) > 24:  # the sides stand apart in the sentence
        return f"{text} ({left})", f"{text} ({right})"
    head, tail = text[:start].rstrip(" ,"), text[end + len(right) :].strip(" ?？.,")
    one, other = (
        " ".join(part for part in (head, side, tail) if part).rstrip(" ,") + "?" for side in question.sides
    )
    return one, other


def _merged(sides: Sequence[Side]) -> tuple[tuple[Cited, ...], dict[int, int]]:
    """The passages of both sides, each once; what was not read from stands behind them."""
    shown: list[Cited] = []
    numbers: dict[int, int] = {}
    for side in sides:
        for hit in side.cited:
            if hit.document.id not in numbers:
                shown.append(Cited(hit.document, hit.score, read=side.reading.found))
                numbers[hit.document.id] = len(shown)
    return tuple(shown), numbers
