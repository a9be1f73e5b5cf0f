"""What one browser page has open, and how it grows with each step of an answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from app.records import Done, Event, Message, Progress, Retrieved, Token, Understanding, Waiting
from ui.web.chat.cards import evidence_panel
from ui.web.chat.marking import terms_of
from ui.web.markup import day
from ui.web.messages import tr
from ui.web.sources.render import left

# Between two redraws of a streaming answer; faster is not read, only sent.
SECONDS_PER_FRAME = 0.08
WORTH_SAYING = 20.0  # seconds that are left


@dataclass
class Desk:
    """It lives in gr.State, on this side only. judged: what the person said of the answers, by turn."""

    chat_id: int | None = None
    turns: list[Message] = field(default_factory=list)
    judged: dict[int, dict[str, int | None]] = field(default_factory=dict)

    def question_of(self, turn: int) -> str:
        """The question that the answer at `turn` belongs to, or ""."""
        before = self.turns[turn - 1] if 0 < turn < len(self.turns) else None
        return before.text if before and before.role == "user" else ""

    def cards(self, turn: int, chosen: int | None = None) -> str:
        """The evidence panel of one answer."""
        if not 0 <= turn < len(self.turns):
            return evidence_panel((), frozenset())
        reply = self.turns[turn]
        said = self.judged.get(turn, {})
        terms = terms_of(self.question_of(turn), reply.text)
        return evidence_panel(reply.evidence, terms, chosen, turn=turn, right=said.get("passage"))


def answered(question: str, before: Desk, events: Iterator[Event]) -> Iterator[tuple[Desk, str]]:
    """The desk after each step of an answer, with the line that says what is going on (empty when done)."""
    reply = Message("assistant", "")
    chat_id = before.chat_id

    def state() -> Desk:
        return Desk(chat_id, [*before.turns, Message("user", question), reply], before.judged)

    done_steps: list[str] = []
    pace = Pace()

    def step(now: str) -> str:
        """What was done so far, a line each, and what is done now."""
        return "\n".join([*done_steps, now])

    yield state(), step(tr("Looking through your memory…"))
    drawn = time.monotonic()
    for event in events:
        if isinstance(event, Waiting):
            yield state(), step(tr("Waiting its turn; questions before it: {n}", n=event.ahead))
        elif isinstance(event, Understanding):
            done_steps += understood(event)
            yield state(), step(tr("Looking through your memory…"))
        elif isinstance(event, Progress):
            yield state(), step(pace.said(event))
        elif isinstance(event, Retrieved):
            if event.evidence and not reply.evidence:
                done_steps.append(found(event))
            reply = replace(reply, evidence=tuple(event.evidence))
            read = sum(item.read for item in event.evidence)
            reading = tr("Reading {count} passages…", count=read) if read else tr("Nothing found so far…")
            yield state(), step(reading)
        elif isinstance(event, Token):
            reply = replace(reply, text=reply.text + event.text)
            if time.monotonic() - drawn > SECONDS_PER_FRAME:
                drawn = time.monotonic()
                yield state(), step(tr("Writing…"))
        elif isinstance(event, Done):
            chat_id = event.answer.chat_id
            done = event.answer
            reply = replace(
                reply,
                text=done.text,
                evidence=tuple(done.evidence),
                unsure=done.unsure,
                doubt_in_words=done.doubt_in_words,
            )
    yield state(), ""


@dataclass
class Pace:
    """What a long answer goes through, said before it begins, and how long the rest takes at its pace."""

    began: float = field(default_factory=time.monotonic)

    def said(self, event: Progress) -> str:
        if not event.done:
            self.began = time.monotonic()
            return tr("Going through {n} passages. “Stop” ends it…", n=f"{event.all:,}")
        line = tr("Read {n} of {total} passages…", n=event.done, total=event.all)
        seconds = (time.monotonic() - self.began) / event.done * (event.all - event.done)
        return " ".join([line, *left(seconds)]) if seconds >= WORTH_SAYING else line


def understood(event: Understanding) -> list[str]:
    """How the question was taken, where that says more than the question itself."""
    lines = [tr("Looking for: {question}", question=event.question)] if event.rewritten else []
    if event.period is not None:
        first, last = (day(moment) for moment in event.period)
        lines.append(tr("In the time from {first} to {last}", first=first, last=last))
    return lines


def found(event: Retrieved) -> str:
    files = len({item.path for item in event.evidence})
    return tr("Found {count} passages in {files} files", count=len(event.evidence), files=files)
