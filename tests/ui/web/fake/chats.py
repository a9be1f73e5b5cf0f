"""Questions, and the chats they are kept in. Answers quote the passages that share words with the question, slowly enough to
be stopped."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from app.asking.language import Language
from app.errors import DoppelError, Stopped
from app.records import (
    Answer,
    Chat,
    Done,
    Event,
    Evidence,
    MemoryFilter,
    Message,
    Progress,
    Retrieved,
    Token,
    Waiting,
)
from app.twin.saved_chat import SavedChat
from tests.ui.web.fake.passages import Rows, remembered

WORD = re.compile(r"\w+")


@dataclass
class Chats(Rows):
    delay: float = 0.0
    kept: dict[int, list[Message]] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)
    pinned_chats: set[int] = field(default_factory=set)
    scopes: list[MemoryFilter | None] = field(default_factory=list)
    judged: dict[int, dict[int, dict[str, int | None]]] = field(default_factory=dict)
    suggested: list[str] = field(default_factory=list)
    passages: int = 0
    """That an answer goes through; 0: it is no long one."""
    ahead: threading.Event | None = None
    """Set once the questions before are answered."""

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
        self.scopes.append(scope)
        if not self.rows:
            raise DoppelError("Nothing is remembered yet. Add a folder: doppel sources add PATH")
        cancel = cancel or threading.Event()
        while self.ahead is not None and not self.ahead.wait(0.1):
            yield Waiting(2)
            if cancel.is_set():
                raise Stopped("Stopped before it was answered.")
        words = {word.casefold() for word in WORD.findall(question) if len(word) > 3}
        hits = [row for row in self.rows.values() if words & {w.casefold() for w in WORD.findall(row.text)}]
        evidence = tuple(
            Evidence(
                row.id, row.path, row.title, row.place, row.date, row.text, 0.9 - n / 10, outdated=n == 1
            )
            for n, row in enumerate(hits)
        )
        if self.passages:
            yield Progress(0, self.passages)
        yield Retrieved(evidence)
        said = ""
        whole = " ".join(f"{row.text} [{n}]" for n, row in enumerate(hits, start=1)) or "I do not know."
        for piece in re.findall(r"\S+\s*", whole):
            if cancel.wait(self.delay) if self.delay else cancel.is_set():
                break
            said += piece
            yield Token(piece)
        if not keep:
            yield Done(Answer(said, evidence, not hits, 0.1, 0.2, None))
            return
        chat_id = chat_id or len(self.kept) + 1
        self.kept.setdefault(chat_id, []).extend(
            [Message("user", question), Message("assistant", said, evidence)]
        )
        yield Done(Answer(said, evidence, not hits, 0.1, 0.2, chat_id))

    def suggestions(self, language: Language = "en") -> list[str]:
        return list(self.suggested)

    def chats(self, query: str = "") -> list[Chat]:
        return [
            Chat(id, self.titles.get(id, turns[0].text), "2026-01-02", id in self.pinned_chats)
            for id, turns in self.kept.items()
            if query.casefold() in " ".join(turn.text for turn in turns).casefold()
        ]

    def rename_chat(self, id: int, title: str) -> None:
        if not title.strip():
            raise DoppelError("A chat needs a title.")
        self.titles[id] = title

    def pin_chat(self, id: int, pinned: bool) -> None:
        self.pinned_chats = self.pinned_chats | {id} if pinned else self.pinned_chats - {id}

    def judge(self, chat_id: int, turn: int, kind: str, document_id: int | None = None) -> None:
        said = self.judged.setdefault(chat_id, {})
        said[turn] = {kind: document_id} if kind else {}

    def judgements(self, chat_id: int) -> dict[int, dict[str, int | None]]:
        return dict(self.judged.get(chat_id, {}))

    def messages(self, chat_id: int) -> list[Message]:
        return list(self.kept.get(chat_id, []))

    def delete_chat(self, chat_id: int) -> None:
        self.kept.pop(chat_id, None)

    def save_chat(self, chat_id: int) -> SavedChat:
        turns = [turn.text for turn in self.messages(chat_id)]
        if not turns:
            raise DoppelError(f"There is no conversation {chat_id} (any more).")
        if any(row.from_chat for row in self.rows.values()):
            return SavedChat(chat_id, 0)
        row = remembered(len(self.rows) + 1, "", "saved chat", "2026-01-02", "\n".join(turns))
        self.rows[row.id] = replace(row, path=None, from_chat=True)
        return SavedChat(chat_id, 1)
