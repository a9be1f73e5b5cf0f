"""What the sources' tab asks of the twin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from app.records import FileStatus, SourcePreview, SourceStatus, Status


class SourcesTwin(Protocol):
    def accept_source(self, id: int) -> SourceStatus: ...

    def add_source(
        self,
        path: Path,
        *,
        ignore: Sequence[str] = (),
        polling: bool = False,
        retention_days: int | None = None,
        pictures: str | None = None,
    ) -> SourceStatus: ...

    def file_status(self, path: str | Path) -> FileStatus: ...

    def files(
        self, state: str = "", text: str = "", limit: int = 50, offset: int = 0
    ) -> list[FileStatus]: ...

    def pause(self) -> None: ...

    def preview_source(self, path: Path, ignore: Sequence[str] = ()) -> SourcePreview: ...

    def remove_source(self, id: int, forget: bool = False) -> None: ...

    def resume(self) -> None: ...

    def set_ignore(self, id: int, patterns: Sequence[str]) -> SourceStatus: ...

    def set_pictures(self, id: int, pictures: str) -> SourceStatus: ...

    def set_retention(self, id: int, days: int | None) -> SourceStatus: ...

    def sources(self) -> list[SourceStatus]: ...

    def status(self, *, sizes: bool = True) -> Status: ...
