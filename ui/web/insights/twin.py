"""What the insights ask of the twin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from app.records import Chat, Status
    from app.twin.insights import Insights, Routes


class InsightsTwin(Protocol):
    def chats(self, query: str = "") -> list[Chat]: ...

    def count_people(self) -> int: ...

    def insights(self, people: int = 12) -> Insights: ...

    def routes(self, question: str) -> Routes: ...

    def status(self, *, sizes: bool = True) -> Status: ...
