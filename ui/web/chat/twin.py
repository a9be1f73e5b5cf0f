"""What the conversation asks of the twin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from app.asking.language import Language
    from app.people.records import Person
    from app.records import Chat, Event, FileStatus, MemoryFilter, Message, Status
    from app.twin.saved_chat import SavedChat


class ChatTwin(Protocol):
    def ask(
        self,
        question: str,
        *,
        chat_id: int | None = None,
        cancel: threading.Event | None = None,
        today: date | None = None,
        keep: bool = True,
        scope: MemoryFilter | None = None,
    ) -> Iterator[Event]: ...

    def chats(self, query: str = "") -> list[Chat]: ...

    def delete_chat(self, chat_id: int) -> None: ...

    def file_status(self, path: str | Path) -> FileStatus: ...

    def folders(self, limit: int = 40) -> list[tuple[str, int]]: ...

    def judge(self, chat_id: int, turn: int, kind: str, document_id: int | None = None) -> None: ...

    def judgements(self, chat_id: int) -> dict[int, dict[str, int | None]]: ...

    def messages(self, chat_id: int) -> list[Message]: ...

    def people(self, query: str = "", *, limit: int = 200, offset: int = 0) -> list[Person]: ...

    def pin_chat(self, id: int, pinned: bool) -> None: ...

    def rename_chat(self, id: int, title: str) -> None: ...

    def save_chat(self, chat_id: int) -> SavedChat: ...

    def status(self, *, sizes: bool = True) -> Status: ...

    def suggestions(self, language: Language = "en") -> list[str]: ...

    def timeline(self, wanted: MemoryFilter) -> list[tuple[str, int]]: ...
