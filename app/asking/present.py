"""The present one of a history: "2019: A, 2021: B, since 2023: C" asked for what is so now.

A reader takes what stands first or looks most like the question. Where its answer is from an earlier line of such a history,
and the question asks of the present, the latest line answers and the earlier is mentioned with its time. It is a history
only where its lines follow each other, each begins with a time, and either they tell how long something was so ("since",
"2019–2021") or they have values of one kind; a journal, whose days tell of all sorts of things, is none.
The passage has to speak of nearly all of what is asked: of a stranger's number a history of one's own tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.asking.disagreement import bears
from app.asking.everyday.abroad import senses, told_of
from app.asking.lines import lines_of, with_heading
from app.asking.memory import Cited, own_words
from app.asking.plain import plain
from app.asking.question import Question
from app.asking.readings import Reading
from app.asking.texts import say
from app.asking.topic import share
from app.asking.values import counted
from app.dates.periods import written_periods
from app.dates.spans import Period
from engine.answering.spans import locate

_SINCE = r"since|from|as of|seit|ab|depuis|dès|à partir de|自|从"
_NOW = r"now|today|present|heute|jetzt|aujourd'hui|maintenant|今天?|现在"
_MARKS = r"[\s>*#_|•·\-–—\[(]*"
_LEAD = re.compile(rf"^{_MARKS}(?:(?P<since>{_SINCE})\s*)?[*_]*$", re.I)
_RANGE = re.compile(rf"^\s*(?:[–—-]|to|until|bis|à|jusqu'à|至|到)\s*(?P<now>(?:{_NOW})\b)?", re.I)
_OPEN = re.compile(rf"^\s*(?:起|以来|[–—-](?=\s*[:：|]|\s*$)|onwards?\b|on\b|{_NOW})", re.I)
_REST = re.compile(r"^[\s:：,，|*_)\]–—-]+")
_SEGMENTS = re.compile(rf"[;；]\s*|[,，]\s*(?=(?:(?:{_SINCE})\s*(?:[^\s,]+\s+){{0,2}})?(?:19|20)\d\d)", re.I)
_PAST = re.compile(
    r"\b(?:was|were|did|had|used to|first|before|former(?:ly)?|earlier|previous(?:ly)?|old|original(?:ly)?|ago|back then"
    r"|war|waren|hatte|hatten|hieß|kostete|früher\w*|damals|zuerst|vorher|ehemalig\w*|alte[rnms]?"
    r"|était|étaient|avait|avaient|fut|autrefois|avant|ancien\w*|d'abord)\b|以前|之前|当时|曾|原来|过去|旧|最初|那时",
    re.I,
)
_LOOKS_BACK = re.compile(
    r"\b(?:when|since when|how long|wann|seit wann|wie lange|quand|depuis quand)\b|什么时候|何时|多久|哪年",
    re.I,
)
_NUMBER = re.compile(r"\+?\d[\d ()/.\-]{4,}\d")  # of a phone or an account
NEARLY = 0.7  # share of what is asked
LONGEST = 160  # characters of a line; longer ones tell a story
LEAST_NUMBER = 6  # digits
YEAR = 366  # days
EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True)
class Stage:
    """One line of a history. period: since when; spans: whether it says for how long; said: the line without its time."""

    period: Period
    spans: bool
    said: str
    line: str


def is_of_another_time(question: Question, reading: Reading) -> bool:
    """Whether the line that an answer stands in is of another time than the one that is asked about, and names no such."""
    source = reading.source if reading.found else None
    if question.period is None or source is None:
        return False
    said = [line for line in lines_of(source.document) if line.period and locate(reading.text, line.text)]
    days = [one for line in said for one in (line.period, *written_periods(line.text)) if one]
    return bool(days) and not any(one.meets(question.period) for one in days)


def latest(question: Question, reading: Reading) -> str | None:
    """What is so now, with what was before, in the words of the passage that was read; None where it is no such case."""
    source = reading.source
    if source is None or not asks_of_now(question) or not _is_about(question, source):
        return None
    for stages in histories(own_words(source.document)):
        own = next((stage for stage in stages if locate(reading.text, stage.line)), None)
        last = max(stages, key=lambda stage: stage.period.first)
        if own is None or own.period.first >= last.period.first or locate(reading.text, last.said):
            continue
        if not _alike(question, own, last):
            continue
        value = counterpart(reading.text, last.said)
        if not value:
            continue
        before = say("earlier_on", question.language, date=own.period.said, said=reading.text)
        return f"{value} [1]\n{before} [1]"
    return None


def _is_about(question: Question, source: Cited) -> bool:
    """Whether a passage speaks of nearly all of what is asked, in its own words or those of another language."""
    text = with_heading(source.document)
    sought = senses(question.text, question.language)
    return max(bears(question, source.document), told_of(sought, text)) >= NEARLY


def may_be_past(question: Question, cited: Sequence[Cited]) -> bool:
    """Whether an answer is to wait, before it is read: a passage has a history, and the question asks of now."""
    return asks_of_now(question) and any(
        next(iter(histories(own_words(hit.document))), None) is not None for hit in cited
    )


def asks_of_now(question: Question) -> bool:
    # "Was" is a question word in German.
    text = re.sub(r"\bwas\b", "", question.text, flags=re.I) if question.language == "de" else question.text
    return question.period is None and not _PAST.search(text) and not _LOOKS_BACK.search(text)


def histories(text: str) -> Iterator[list[Stage]]:
    """The runs of two or more lines, or of parts of one line, that begin with a time each."""
    run: list[Stage] = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        cut = _parts(line)
        parts = list(filter(None, map(_stage, cut)))
        if len(parts) == len(cut) - 1 > 0 and (before := _before(cut[0], parts)):
            parts.insert(0, before)
        if len(parts) > 1:
            yield parts
        stage = parts[0] if len(parts) == 1 else None
        if stage is None or len(line) > LONGEST:
            if len(run) > 1:
                yield run
            run = []
        else:
            run.append(stage)
    if len(run) > 1:
        yield run


def _before(part: str, stages: Sequence[Stage]) -> Stage | None:
    """What stands in front of the first time of a line, as of before it: "rent 890 €, since 2023 940 €"."""
    own, later = counted(part), counted(stages[0].said)
    if not (own and later and own[-1].unit and own[-1].unit == later[0].unit and stages[0].spans):
        return None
    until = stages[0].period
    return Stage(Period(EARLIEST, EARLIEST, f"– {until.said}"), True, plain(part, LONGEST), part)


def _parts(line: str) -> list[str]:
    """The parts of a line that may each begin with a time; what it is about may stand before the first."""
    parts = _SEGMENTS.split(line)
    head, colon, rest = parts[0].partition(": ")
    if colon and not written_periods(head) and written_periods(rest[:40]):
        parts[0] = rest
    return parts


def _stage(line: str) -> Stage | None:
    named = written_periods(line)
    if not named:
        return None
    period = named[0]
    lead = _LEAD.match(line[: period.start])
    if lead is None or period.first < EARLIEST:
        return None
    behind = line[period.start + len(period.said) :]
    spans = bool(lead["since"]) or bool(_OPEN.match(behind)) or (period.last - period.first).days > YEAR
    if ranged := _RANGE.match(behind):
        until = named[1] if len(named) > 1 else None
        end = ranged.end()
        if ranged["now"]:
            spans, behind = True, behind[end:]
        elif until and not line[period.start + len(period.said) + end : until.start].strip():
            spans, behind = True, line[until.start + len(until.said) :]
    behind = _REST.sub("", _OPEN.sub("", behind))
    said = plain(behind.strip(" |"), LONGEST).rstrip(" .。;；")
    return Stage(period, spans, said, line) if said else None


def _alike(question: Question, own: Stage, last: Stage) -> bool:
    """Whether two lines tell the same thing of two times: the question's words in the one are in the other, and they say
    for how long it was so or hold values of one kind."""
    if own.period.first == EARLIEST:  # in one line, which says once what it is about
        return True
    words = [word for word in question.topic if share((word,), own.said) > 0]
    if words and share(words, last.said) < 1:
        return False
    return last.spans or bool(words)


def counterpart(answer: str, said: str) -> str:
    """What stands in another line where an answer stands in its own: a number of its kind, else the whole line; "" where
    the answer is a number and the line has none of its kind."""
    if _digits(answer) >= LEAST_NUMBER and _NUMBER.search(answer):
        numbers = [
            found.group() for found in _NUMBER.finditer(said) if _digits(found.group()) >= LEAST_NUMBER
        ]
        return numbers[0].strip() if numbers else ""
    own = counted(answer)
    if own and len(answer.split()) <= 4:
        return said if any(one.unit == own[0].unit for one in counted(said)) else ""
    return said


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)
