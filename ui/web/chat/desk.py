"""What one browser page has open, and how it grows with each step of an answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from app.records import Done, Event, Message, Progress, Retrieved, Token, Understanding
from ui.web.chat.cards import evidence_panel
from ui.web.chat.marking import terms_of
from ui.web.messages import tr

# Between two redraws of a streaming answer; faster is not read, only sent.
SECONDS_PER_FRAME = 0.08


@dataclass
class Desk:
    """It lives in gr.State, on this side only."""

    chat_id: int | None = None
    turns: list[Message] = field(default_factory=list)

    def question_of(self, turn: int) -> str:
        """The question that the answer at `turn` belongs to, or ""."""
        before = self.turns[turn - 1] if 0 < turn < len(self.turns) else None
        return before.text if before and before.role == "user" else ""

    def cards(self, turn: int, chosen: int | None = None) -> str:
        """The evidence panel of one answer."""
        if not 0 <= turn < len(self.turns):
            return evidence_panel((), frozenset())
        reply = self.turns[turn]
        return evidence_panel(reply.evidence, terms_of(self.question_of(turn), reply.text), chosen)


def answered(question: str, before: Desk, events: Iterator[Event]) -> Iterator[tuple[Desk, str]]:
    """The desk after each step of an answer, with the line that says what is going on (empty when done)."""
    reply = Message("assistant", "")
    chat_id = before.chat_id

    def state() -> Desk:
        return Desk(chat_id, [*before.turns, Message("user", question), reply])

    yield state(), tr("Looking through your memory…")
    drawn = time.monotonic()
    for event in events:
        if isinstance(event, Understanding):
            if event.rewritten:
                yield state(), tr("Looking for: {question}", question=event.question)
        elif isinstance(event, Progress):
            yield state(), tr("Read {n} of {total} passages…", n=event.done, total=event.all)
        elif isinstance(event, Retrieved):
            reply = replace(reply, evidence=tuple(event.evidence))
            read = sum(item.read for item in event.evidence)
            yield (
                state(),
                tr("Reading {count} passages…", count=read) if read else tr("Nothing found so far…"),
            )
        elif isinstance(event, Token):
            reply = replace(reply, text=reply.text + event.text)
            if time.monotonic() - drawn > SECONDS_PER_FRAME:
                drawn = time.monotonic()
                yield state(), tr("Writing…")
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
