"""A period that only memories know ("before we moved"), found by the memory that says when it was.

The event's own words and the words of its kind in other languages are looked for in the passages that a search for it finds;
the dated line that has most of them says when it was. What no dated line says outright stays without a period, so the
question is answered as if it named none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.asking.event_words import LIFE, PATTERNS, WAYS, Way
from app.asking.lines import Line, days_of, heading_of, lines_of
from app.asking.memory import Memory
from app.asking.question import Question, understand_within
from app.asking.topic import share, topic_words
from app.dates.spans import EARLIEST, LATEST, Period

SEARCHED = 24
SAYS = 0.6  # share of the event's words that a line needs
_MONTH = 31  # days up to which a line's date says when an event was
_TOGETHER = 420  # days between lines that tell of one long event
_KINDS = ("fact", "list", "timeline", "summary")


@dataclass(frozen=True)
class Event:
    """What a question dates itself by. said, start: where it stands in the question."""

    way: Way
    text: str
    said: str
    start: int


def event_in(text: str) -> Event | None:
    """The event that a question dates itself by, None where it names none."""
    for pattern, fixed in PATTERNS:
        match = pattern.search(text)
        if match is None or not match["event"].strip():
            continue
        way = fixed or WAYS[" ".join(match["way"].casefold().split())]
        return Event(way, match["event"].strip(), match.group().strip(), match.start())
    return None


def placed(question: Question, memory: Memory, today: date) -> Question:
    """The question with the period of the event that it names; as it was where there is none, or no memory tells."""
    if question.period is not None or question.kind not in _KINDS:
        return question
    event = event_in(question.text)
    if event is None or (question.kind == "fact" and not any(kind.search(event.text) for kind in LIFE)):
        return question  # "nach dem Rezept" dates nothing
    # Asked for one thing, the event describes it as often as it dates it: the rent "when I moved in" stands in a contract of
    # months before. So its days may not decide which passages are read, and are not looked for.
    some = Period(EARLIEST, LATEST, said=event.said, start=event.start)
    if understand_within(question.text, today, some).kind == "fact":
        return question
    days = days_of_event(event, memory)
    if days is None:
        return question
    period = replace(_opened(event.way, days, today), said=event.said, start=event.start)
    return understand_within(question.text, today, period)


def days_of_event(event: Event, memory: Memory) -> Period | None:
    """When it was, as far as a dated line says; of several times, the one told in most of its words, else the last."""
    kinds = [kind for kind in LIFE if kind.search(event.text)]
    rest = event.text
    for kind in kinds:
        rest = kind.sub(" ", rest)
    own = topic_words(rest)
    if not kinds and not own:
        return None
    told: list[tuple[float, Line]] = []
    for hit in memory.search(event.text, SEARCHED):
        for line in lines_of(hit.document):
            text = f"{line.text} {heading_of(hit.document)}"
            days = line.period or days_of(hit.document)
            if days is None or (days.last - days.first).days > _MONTH:
                continue
            if kinds and not any(kind.search(text) for kind in kinds):
                continue
            says = share(own, text) if own else 1.0
            if says >= (SAYS if kinds else 1.0):
                told.append((says, replace(line, period=days)))
    if not told:
        return None
    best = max(says for says, _ in told)
    return _span(event.way, [line.period for says, line in told if says == best and line.period])


def _span(way: Way, days: Sequence[Period]) -> Period:
    """The last of several times; of what went on for a while, from its first to its last day."""
    ordered = sorted(days, key=lambda period: period.first)
    last = ordered[-1]
    if way != "during":
        return last
    first = last
    for period in reversed(ordered[:-1]):
        if (first.first - period.last).days > _TOGETHER:
            break
        first = period
    return Period(first.first, last.last)


def _opened(way: Way, days: Period, today: date) -> Period:
    match way:
        case "before":
            return Period(EARLIEST, days.first - timedelta(days=1))
        case "until":
            return Period(EARLIEST, days.last)
        case "after":
            return Period(days.last + timedelta(days=1), LATEST)
        case "since":
            return Period(days.first, max(today, days.last))
        case "during":
            return days
