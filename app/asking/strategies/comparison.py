"""Two things or times against each other: each is asked for by itself, and code works out the rest.

The answer begins with what was worked out (a difference, a sum, a distance in time, which is more or was first, whether both
are the same) and says both readings with their passages. Nothing is worked out where a reading is not sure, has no number or
day, or both have other units; then the question is read as it was asked, since a passage may say itself which is more, and
what it says leads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.asking.alike import alike
from app.asking.language import Language
from app.asking.lines import days_of
from app.asking.memory import Cited, Evidenced, Memory, Said
from app.asking.parts.forms import IN_TIME, Parts, Working
from app.asking.parts.roles import by_role
from app.asking.quantities import told_distance, told_number
from app.asking.question import Question
from app.asking.readings import Reading, whole
from app.asking.strategies.sides import read_side
from app.asking.texts import say
from app.asking.topic import share, topic_words
from app.asking.two_steps import named_first
from app.asking.values import MONEY, Quantity, counted, told_unit
from app.dates.periods import written_periods
from app.dates.spans import LATEST, Period, year
from engine.answering.refusal import DECLINED

OTHER_SIDE = 3  # readings that the first side leaves to the second
HALF = 0.5  # of the words of a side, what a passage that says something of it has
MONTH, YEAR = 31, 366  # days
_TIME = re.compile(
    r"\b(?:when|first|earlier|later|before|after|how long|days|weeks|months|years|zuerst|früher|später|eher|wie lange|tage"
    r"|wochen|monate|jahre|d'abord|avant|après|jours|mois|ans)\b|先|早|晚|多久|几天|多少天|个月|几年",
    re.IGNORECASE,
)
_ONLY_YEAR = re.compile(r"^\W*(?:in\s|around\s|um\s|en\s|c\.\s?)?(1\d\d\d)\W*年?$", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|de[mnr]|le|am|au)\s+", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:first|earlier|zuerst|früher|eher|d'abord|en premier)\b|先|早", re.IGNORECASE)


@dataclass(frozen=True)
class Side:
    """One side: as the question says it, what was read about it, the passages that say it, and who that is in truth."""

    said: str
    reading: Reading
    cited: tuple[Cited, ...]
    name: str = ""

    @property
    def told(self) -> str:
        return f"{self.said} ({self.name})" if self.name else self.said

    @property
    def days(self) -> Period | None:
        """The days or years that the reading names, else those that its passage is dated, if that is a day or a month."""
        if named := [one for one in written_periods(self.reading.text) if _length(one) <= YEAR]:
            return min(named, key=_length)
        if bare := _ONLY_YEAR.match(self.reading.text):
            return year(int(bare[1]))
        source = self.reading.source
        days = days_of(source.document) if source else None
        return days if days and _length(days) <= MONTH else None


def _length(period: Period) -> int:
    return (period.last - period.first).days


def answer(question: Question, memory: Memory) -> Iterator[Said]:
    """Declines where neither side is found."""
    parts = question.parts or _simple(question)
    sides: list[Side] = []
    for at, (said, asked) in enumerate(zip(parts.sides, parts.questions, strict=True)):
        if memory.cancelled():
            return
        memory.set_aside(0 if at else OTHER_SIDE)
        period = parts.times[at] or _later_than(sides, parts)
        sides.append(_side(said, asked, period, question, memory, parts))
    found = [side for side in sides if side.reading.found]
    if not found:
        yield Evidenced(_merged(sides)[0])
        yield DECLINED
        return
    result = worked_out(parts, sides, question.language)
    direct = None if result or not memory.may_read_again() else _said_outright(question, parts, memory)
    told_from = [*([direct] if direct else []), *sides]
    shown, numbers = _merged(told_from)
    agreements = [side.reading.agreement for side in told_from if side.reading.found]
    yield Evidenced(shown, min((one for one in agreements if one is not None), default=None))

    def marks(side: Side) -> str:
        return "".join(f" [{numbers[hit.document.id]}]" for hit in side.cited if side.reading.found)

    if result:
        yield f"{result[:1].upper()}{result[1:]}\n"
    elif direct:
        yield f"{direct.reading.text}{marks(direct)}\n"
    one = _one_reading(*sides)
    for at, side in enumerate(side for side in sides if side.cited or not side.reading.found):
        told = side.reading.text if side.reading.found else say("unknown", question.language)
        doubt = (
            f" ({say('uncertain', question.language)})"
            if side.reading.found and (one or not side.reading.sure)
            else ""
        )
        yield ("\n" if at else "") + f"- {side.told}: {told}{doubt}{marks(side)}"


def _side(
    said: str, asked: str, period: Period | None, question: Question, memory: Memory, parts: Parts
) -> Side:
    """One side, read; whoever is something to somebody ("the director of the film …") by name. A day is nothing to read."""
    day = _ARTICLE.sub("", said)
    if any(period.said == day and _length(period) == 0 for period in written_periods(said)):
        return Side(said, Reading(day, agreement=1.0), ())
    alone = replace(
        question, text=asked, kind="fact", topic=topic_words(asked), period=period, parts=None, sides=()
    )
    named = named_first(alone, memory)
    if named is None:
        reading = read_side(said, asked, period, memory, parts)
        return Side(said, reading, (reading.source,) if reading.source else reading.cited[:1])
    reading = read_side(named.name, named.question.text, period, memory, parts)
    if not reading.found and memory.may_read_again():
        reading = read_side(said, asked, period, memory, parts)
    cited = {hit.document.id: hit for hit in (reading.source, named.source) if hit}
    return Side(said, reading, tuple(cited.values()), named.name)


def _later_than(sides: Sequence[Side], parts: Parts) -> Period | None:
    """When the second side was, of which the question says that it was later: from the day of the first on."""
    days = sides[0].days if sides and parts.in_order else None
    return Period(days.first, LATEST) if days else None


def _said_outright(question: Question, parts: Parts, memory: Memory) -> Side | None:
    """What one passage says of both sides itself, where it is sure: "the sofa was 200 € dearer than the table"."""
    reading = whole(memory.read(question.text))
    source = reading.source
    if not reading.sure or source is None:
        return None
    about_both = all(share(topic_words(said), source.document.text) >= HALF for said in parts.sides)
    return Side("", reading, (source,)) if about_both else None


def worked_out(parts: Parts, sides: Sequence[Side], language: Language) -> str:
    """What code makes of two readings, "" where it can make nothing or one of them is not sure."""
    left, right = sides
    if not (left.reading.sure and right.reading.sure):
        return ""
    if parts.working != "same" and _one_reading(left, right):
        return ""
    if parts.working == "same":
        return say("alike" if alike(left.reading.text, right.reading.text) else "unlike", language)
    if parts.working in IN_TIME:
        return _in_time(parts, left, right, language)
    pair = comparable(left.reading.text, right.reading.text)
    if pair is None:
        return _by_birth(parts, left, right, language) if parts.ages else ""
    one, other = pair
    unit = one.unit or other.unit or ("y" if parts.ages else "")

    def told(value: float) -> str:
        return told_unit(told_number(value, language, money=unit in MONEY), unit, language)

    if parts.working == "sum":
        return say("total", language, total=told(one.value + other.value))
    by = one.value - other.value
    return _of_two(parts, sides, by, told(abs(by)), language)


def _one_reading(left: Side, right: Side) -> bool:
    """Whether both sides got the same words of the same passage: it tells of one of them, or of both at once."""
    sources = left.reading.source, right.reading.source
    same = (
        sources[0] is not None and sources[1] is not None and sources[0].document.id == sources[1].document.id
    )
    return same and left.reading.text == right.reading.text


def _of_two(parts: Parts, sides: Sequence[Side], by: float, told: str, language: Language) -> str:
    """Which of two is more, or less, and by how much. by: what the first has more."""
    if by == 0:
        return say("same", language)
    more, less = sides if by > 0 else sides[::-1]
    if parts.working == "difference":
        return say("difference", language, by=told, more=more.told)
    chosen = less if parts.working == "least" else more
    return _claimed(parts, chosen, say(parts.working, language, side=chosen.told, by=told), language)


def _by_birth(parts: Parts, left: Side, right: Side, language: Language) -> str:
    """Who is older, by the days or years in which both were born."""
    born = [next(iter(written_periods(side.reading.text)), None) for side in (left, right)]
    if born[0] is None or born[1] is None:
        return ""
    later = (born[1].first - born[0].first).days
    if max(_length(born[0]), _length(born[1])) > MONTH:
        told = say("years", language, n=abs(born[1].first.year - born[0].first.year))
    else:
        unit = "y" if abs(later) > YEAR else ""
        told = told_distance(born[0].first, born[1].first, language, unit)
    return _of_two(parts, (left, right), float(later), told, language)


def _claimed(parts: Parts, chosen: Side, told: str, language: Language) -> str:
    """What was worked out, behind yes or no where the question says itself which of both it is."""
    if not parts.claims:
        return told
    return say("yes" if chosen.said == parts.sides[0] else "no", language, said=told)


def comparable(one: str, other: str) -> tuple[Quantity, Quantity] | None:
    """The first numbers of two readings that have one unit; a bare number has any."""
    for left in counted(one):
        for right in counted(other):
            if left.unit == right.unit or not left.unit or not right.unit:
                return left, right
    return None


def _in_time(parts: Parts, left: Side, right: Side, language: Language) -> str:
    days = left.days, right.days
    if days[0] is None or days[1] is None or (parts.in_order and days[1].last < days[0].first):
        return ""
    if parts.working in ("first", "last"):
        if days[0].meets(days[1]):
            return say("same", language) if days[0] == days[1] else ""
        early, late = (left, right) if days[0].first < days[1].first else (right, left)
        chosen = early if parts.working == "first" else late
        if not parts.claims:
            # The days stand below, and a film is asked for by its own name, a director by theirs.
            side = chosen.told if by_role(chosen.said, language) else chosen.said
            return say("chosen", language, side=side)
        return _claimed(parts, chosen, say(parts.working, language, side=chosen.told), language)
    if days[0].first == days[1].first and days[0].last == days[1].last:
        # Who asks how far apart two things were does not mean the same day: both were read of one of them.
        return ""
    if max(_length(days[0]), _length(days[1])) > MONTH:
        apart = abs(days[0].first.year - days[1].first.year)
        return (
            say("between", language, by=say("years", language, n=apart))
            if apart and parts.unit in ("", "y")
            else ""
        )
    return say("between", language, by=told_distance(days[0].first, days[1].first, language, parts.unit))


def _simple(question: Question) -> Parts:
    """The parts of a comparison that has no form of its own: the question about each side."""
    working: Working = "difference"
    if _TIME.search(question.text):
        working = "first" if _FIRST.search(question.text) else "distance"
    one, other = question.sides
    times = (next(iter(written_periods(one)), None), next(iter(written_periods(other)), None))
    return Parts(working, (one, other), asked_alone(question), times=times)


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
