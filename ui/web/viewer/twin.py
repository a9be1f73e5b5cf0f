"""What the view of one memory asks of the twin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from app.viewing.changes import Change
    from app.viewing.records import Facsimile, View


class ViewerTwin(Protocol):
    def changed_since(self, id: int) -> list[Change] | None: ...

    def facsimile(self, id: int, page: int | None = None, start: int = 0, end: int = 0) -> Facsimile: ...

    def show_in_folder(self, id: int) -> None: ...

    def view(self, id: int, passages: int = ...) -> View: ...
