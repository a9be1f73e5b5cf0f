"""Asking the twin: the question is made to stand alone, understood, answered by its strategy, and kept.

One way for every front: what was asked, which strategy answered and why is part of the answer's record.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from datetime import date

from app.asking import route
from app.asking.declining import doubtful, in_words, says_declined
from app.asking.events import event_in, placed
from app.asking.memory import Cited, Evidenced, Progress
from app.asking.question import Question, understand
from app.asking.rewrite import Rewritten, Turn, rewrite
from app.asking.texts import say
from app.errors import EmptyMemory, QuestionTooLong, Stopped
from app.model.allocator import hand_back
from app.records import Answer, Done, Event, Evidence, MemoryFilter, Retrieved, Token, Understanding, Waiting
from app.records import Progress as ProgressRecord
from app.twin import to_records
from app.twin.chats import Conversations
from app.twin.read_log import ReadLog
from app.twin.recall import Recall, proven
from app.twin.review import Reviewing
from app.twin.scope import narrowed
from storage.archive import Archive
from storage.records import Message

TURNS = 8  # of a chat that a follow-up may go back to
WAITING = ("queued", "reading", "encoding")


class Asking(Conversations, Reviewing):
    """Needs `_closing`, set when the twin is being closed."""

    _closing: threading.Event

    def ask(
        self,
        question: str,
        *,
        chat_id: int | None = None,
        cancel: threading.Event | None = None,
        today: date | None = None,
        keep: bool = True,
        scope: MemoryFilter | None = None,
    ) -> Iterator[Event]:
        """Answer a question: how many are before it, how it was understood, what was found, the answer as it is written, the
        finished answer.

        today: what "yesterday" is relative to. Without `keep` it becomes part of no chat. scope: the memories it is of.

        Raises EmptyMemory, QuestionTooLong, ModelMissing, NotFound for an unknown chat, TooManyQuestions, and Stopped where
        it was cancelled before there was a word of an answer: then it is part of no chat.
        """
        began = time.monotonic()
        question = question.strip()
        if not question:
            raise QuestionTooLong("The question is empty. Ask something.")
        if not self._archive.documents.count():
            raise EmptyMemory("Nothing is remembered yet. Add a folder: doppel sources add PATH")

        def stopped() -> bool:
            return self._closing.is_set() or (cancel is not None and cancel.is_set())

        with self._line.joined() as place:
            for ahead in self._line.waiting(place, stopped):
                yield Waiting(ahead)
            answer = self._in_turn(question, began, chat_id, stopped, today or date.today(), keep, scope)
            with closing(answer) as events:
                for event in events:
                    with place.handing_over():
                        yield event

    def _in_turn(
        self,
        question: str,
        began: float,
        chat_id: int | None,
        stopped: Callable[[], bool],
        today: date,
        keep: bool,
        scope: MemoryFilter | None,
    ) -> Generator[Event]:
        """The events of one answer, once it is its turn."""
        answerer, memory = self._ready(question)
        ids = frozenset(self._ids_within(scope)) if scope is not None else None
        if ids is not None:
            memory = narrowed(memory, ids)
            if not len(memory.document_ids):
                raise EmptyMemory("Nothing that is remembered lies within these limits. Widen them.")
        history = self._archive.chats.messages(chat_id)[-2 * TURNS :] if chat_id is not None else []
        alone = rewrite(question, turns(history), today)
        understood = understand(alone.text, today)
        reads = ReadLog()
        recall = Recall(
            self._archive,
            answerer,
            reads.memory(memory),
            self.settings.rounds,
            stopped,
            # What is known of people may come from outside a scope.
            self.known_person if ids is None else (lambda name: None),
            self.known_related if ids is None else (lambda role: []),
            ids,
            keep,
        )
        if event_in(understood.text):
            with self._models.asked():
                understood = placed(understood, recall, today)
        told = understanding(understood, alone)
        yield told
        evidence = Evidenced(())
        text, first = "", None
        try:
            with self._models.asked():
                for event in in_words(route.answer(understood, recall), understood.language):
                    if isinstance(event, str):
                        first = first if first is not None else time.monotonic() - began
                        text += event
                        yield Token(event)
                    elif isinstance(event, Progress):
                        yield ProgressRecord(event.done, event.all)
                    else:
                        evidence = event
                        yield Retrieved(self._shown(event))
        finally:  # also where the person went away meanwhile
            hand_back()
        if not text.strip() and stopped():
            raise Stopped("Stopped before it was answered.")
        text = text.strip() or say("declined", understood.language)
        unread = waiting(self._archive)
        declined = says_declined(text)
        if declined and unread:
            more = " " + say("unread", understood.language, count=unread)
            text += more
            yield Token(more)
        if (away := self.away()) > 0:
            more = " " + say("away", understood.language, share=f"{max(away, 0.01):.0%}")
            text += more
            yield Token(more)
        shown = to_records.marked(self._shown(proven(evidence, declined)), text)
        read = reads.ids | recall.looked_into
        chat = self._keep(question, text, shown, chat_id, evidence.agreement, read) if keep else None
        seconds = time.monotonic() - began
        doubt = not declined and (doubtful(text, evidence.agreement) or only_said_by_twin(evidence.cited))
        warning = say("unsure", understood.language) if doubt else ""
        yield Done(
            Answer(text, shown, declined, first, seconds, chat, doubt, told, unread, doubt_in_words=warning)
        )

    def _shown(self, evidence: Evidenced) -> tuple[Evidence, ...]:
        return tuple(
            to_records.evidence(hit.document, hit.score, outdated=self._outdated(hit.document), read=hit.read)
            for hit in evidence.cited
        )


def turns(messages: Sequence[Message]) -> list[Turn]:
    """The questions of a chat with their answers; what was forgotten is left out."""
    found: list[Turn] = []
    question = ""
    for message in messages:
        if message.role == "user":
            question = message.text
        elif question and not message.erased:
            found.append(Turn(question, "" if says_declined(message.text) else message.text))
    return found


def understanding(question: Question, alone: Rewritten) -> Understanding:
    period = question.period
    return Understanding(
        question.text,
        alone.why,
        question.language,
        question.kind,
        question.why,
        (period.first.isoformat(), period.last.isoformat()) if period else None,
        period.said if period else "",
    )


def only_said_by_twin(cited: Sequence[Cited]) -> bool:
    """Whether an answer rests on saved chats alone: on what the twin itself has said."""
    read = [hit for hit in cited if hit.read]
    return bool(read) and all(hit.document.message_id is not None for hit in read)


def waiting(archive: Archive) -> int:
    """How many files wait to be read."""
    counts = archive.files.counts()
    return sum(counts.get(state, 0) for state in WAITING)
