"""What other programs get of the twin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from app.records import Event, ForgetReport, MemoryFilter, Remembered, Status, VerifyReport
    from app.twin.access import AccessToken


class DoorsTwin(Protocol):
    def add_note(self, text: str, title: str = "") -> list[int]: ...

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

    def edit_memory(self, id: int, text: str) -> None: ...

    def forget(
        self, ids: Sequence[int] = (), path: str | Path | None = None, source_id: int | None = None
    ) -> ForgetReport: ...

    def memory(self, id: int) -> Remembered: ...

    def preference(self, name: str, default: Any = None) -> Any: ...

    def review(self, wanted: MemoryFilter, limit: int = 50, offset: int = 0) -> list[Remembered]: ...

    def scopes_of(self, token: str) -> frozenset[str]: ...

    def status(self, *, sizes: bool = True) -> Status: ...

    def tokens(self) -> list[AccessToken]: ...

    def verify_forgotten(self, needles: Sequence[str]) -> VerifyReport: ...
