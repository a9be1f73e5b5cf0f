"""Watched folders and their files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.errors import DoppelError
from app.records import (
    FileStatus,
    IngestReport,
    SourcePreview,
    SourceStatus,
    Status,
)
from tests.ui.web.fake.passages import Rows


@dataclass
class Sources(Rows):
    watched: list[SourceStatus] = field(default_factory=list)
    paused: bool = False

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def add_source(
        self,
        path: Path,
        *,
        ignore: Sequence[str] = (),
        polling: bool = False,
        retention_days: int | None = None,
        pictures: str | None = None,
    ) -> SourceStatus:
        if not Path(path).exists():
            raise DoppelError(f"{path} does not exist. Check the spelling.")
        source = SourceStatus(
            len(self.watched) + 1,
            str(path),
            "folder",
            "active",
            files={"queued": 2},
            retention_days=retention_days,
            pictures=pictures or "text",
        )
        self.watched.append(source)
        return source

    def _change_source(self, id: int, **changes: Any) -> SourceStatus:
        found = [source for source in self.watched if source.id == id]
        if not found:
            raise DoppelError(f"There is no source {id}. `doppel sources list` shows them.")
        source = replace(found[0], **changes)
        self.watched = [source if each.id == id else each for each in self.watched]
        return source

    def set_retention(self, id: int, days: int | None) -> SourceStatus:
        return self._change_source(id, retention_days=days)

    def set_pictures(self, id: int, pictures: str) -> SourceStatus:
        return self._change_source(id, pictures=pictures)

    def set_ignore(self, id: int, patterns: Sequence[str]) -> SourceStatus:
        return self._change_source(id, ignore=tuple(patterns))

    def inbox(self) -> Path:
        folder = Path.home() / "Doppel inbox"
        folder.mkdir(exist_ok=True)
        return folder

    def accept_source(self, id: int) -> SourceStatus:
        return self._change_source(id, state="active", reason=None)

    def sources(self) -> list[SourceStatus]:
        return list(self.watched)

    def remove_source(self, id: int, forget: bool = False) -> None:
        if id not in {source.id for source in self.watched}:
            raise DoppelError(f"There is no source {id}. `doppel sources list` shows them.")
        self.watched = [source for source in self.watched if source.id != id]

    def preview_source(self, path: Path, ignore: Sequence[str] = ()) -> SourcePreview:
        if not Path(path).exists():
            raise DoppelError(f"{path} does not exist. Check the spelling.")
        watched = str(path) in {source.path for source in self.watched}
        return SourcePreview(str(path), 3, 2_500_000, ((".md", 2), (".pdf", 1)), True, watched)

    def ingest(self, path: Path) -> IngestReport:
        bad = FileStatus(str(Path(path) / "broken.pdf"), "failed", "not a PDF")
        return IngestReport(str(path), 2, 5, 900, 1.5, (), (bad,))

    def file_status(self, path: str | Path) -> FileStatus:
        known = [row for row in self.rows.values() if row.path == str(path)]
        if not known:
            return FileStatus(str(path), "unknown", "no watched folder holds it")
        return FileStatus(str(path), "known", None, len(known), 60, "2026-01-01T10:00:00")

    def files(self, state: str = "", text: str = "", limit: int = 50, offset: int = 0) -> list[FileStatus]:
        paths = dict.fromkeys(row.path for row in self.rows.values() if row.path)
        found = [self.file_status(path) for path in paths] + list(self.status().failures)
        found = [file for file in found if text in file.path and state in ("", file.state)]
        return found[offset : offset + limit]

    def status(self, *, sizes: bool = True) -> Status:
        bad = FileStatus("/home/ada/<i>bad</i>.pdf", "failed", "encrypted, <b>no password</b>")
        return Status(
            True, self.paused, "smollm2", True, len(self.rows), 120, {"known": 3, "queued": 1, "failed": 1},
            current_file="/home/ada/now.txt", tokens_per_second=812.4, failures=(bad,),
            data_directory="/home/ada/.local/share/doppel", bytes_on_disk=1_200_000,
        )  # fmt: skip
