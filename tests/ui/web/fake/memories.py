"""What is remembered: looked at, corrected, removed, forgotten."""

from __future__ import annotations

from base64 import b64decode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from app.errors import DoppelError
from app.records import (
    ForgetPreview,
    ForgetReport,
    MemoryFilter,
    Remembered,
    VerifyReport,
)
from app.twin.kept_summary import Summary
from app.viewing.changes import Change
from app.viewing.records import Facsimile, View, ViewedPassage
from tests.ui.web.fake.passages import Rows

# One white pixel.
WEBP = b64decode("UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAgA0JaQAA3AA/vuUAAA=")


@dataclass
class Memories(Rows):
    before: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    marked: set[int] = field(default_factory=set)
    summarised: list[Summary] = field(default_factory=list)
    leftover: tuple[str, ...] = ()
    shown_in_folder: list[int] = field(default_factory=list)

    def memories(
        self, query: str | None = None, source_id: int | None = None, limit: int = 50, offset: int = 0
    ) -> list[Remembered]:
        rows = [row for row in self.rows.values() if not query or query.casefold() in row.text.casefold()]
        return rows[offset : offset + limit]

    def memory(self, id: int) -> Remembered:
        if id not in self.rows:
            raise DoppelError(f"There is no memory {id}. `doppel memory list` shows them.")
        return self.rows[id]

    def view(self, id: int, passages: int = 8) -> View:
        row = self.memory(id)
        rows = [other for other in self.rows.values() if other.path == row.path] if row.path else [row]
        shown = tuple(ViewedPassage(other.id, other.text, 0, other.place or "") for other in rows[:passages])
        kind = "picture" if (row.path or "").endswith(".png") else "text"
        return View(row, kind, shown, False, len(rows) > passages, True)

    def facsimile(self, id: int, page: int | None = None, start: int = 0, end: int = 0) -> Facsimile:
        return Facsimile(WEBP, page or 1, 3)

    def changed_since(self, id: int) -> list[Change] | None:
        return [("same", "The tree was "), ("gone", "planted"), ("new", "<b>felled</b>")]

    def show_in_folder(self, id: int) -> None:
        self.shown_in_folder.append(id)

    def timeline(self, wanted: MemoryFilter) -> list[tuple[str, int]]:
        counted = Counter((row.date or "")[:7] for row in self._wanted(wanted))
        return sorted(counted.items(), reverse=True)

    def review(self, wanted: MemoryFilter, limit: int = 50, offset: int = 0) -> list[Remembered]:
        return self._wanted(wanted)[offset : offset + limit]

    def _wanted(self, wanted: MemoryFilter) -> list[Remembered]:
        rows = [
            row
            for row in self.rows.values()
            if wanted.query.casefold() in row.text.casefold()
            and (row.date or "") >= wanted.since
            and (not wanted.until or (row.date or "") < wanted.until)
            and not (wanted.undated and row.date)
            and (not wanted.person or row.id == 3)
        ]
        return sorted(rows, key=lambda row: (row.date or "", row.id), reverse=not wanted.oldest)

    def preview_forget(
        self, *, ids: Sequence[int] = (), path: str | None = None, wanted: MemoryFilter | None = None
    ) -> ForgetPreview:
        rows = (
            self._wanted(wanted)
            if wanted
            else [r for r in self.rows.values() if r.id in ids or r.path == path]
        )
        if not rows:
            raise DoppelError("There is nothing to forget.")
        names = ("Mara <i>",) if any(row.id == 3 for row in rows) else ()
        return ForgetPreview(tuple(row.id for row in rows), len({row.path for row in rows}), 1, people=names)

    def totals(self, wanted: MemoryFilter) -> tuple[int, int, int]:
        rows = self._wanted(wanted)
        return len(rows), len({row.path for row in rows}), sum(row.tokens for row in rows)

    def folders(self, limit: int = 40) -> list[tuple[str, int]]:
        return [("/home/ada", len(self.rows))]

    def on_this_day(self, day: date | None = None, limit: int = 12) -> list[Remembered]:
        return [row for row in self.rows.values() if row.id == 2]

    def pinned(self) -> set[int]:
        return self.marked

    def pin_memory(self, id: int, pinned: bool) -> None:
        self.marked = self.marked | {id} if pinned else self.marked - {id}

    def correct_date(self, id: int, value: str) -> Remembered:
        if value and not value[:4].isdigit():
            raise DoppelError("Write the date as 2021-04-12, 2021-04 or 2021.")
        self.rows[id] = replace(self.memory(id), date=value or None)
        return self.rows[id]

    def summaries(self) -> list[Summary]:
        return self.summarised

    def delete_summary(self, id: int) -> None:
        if id not in [row.id for row in self.summarised]:
            raise DoppelError(f"There is no summary {id} (any more).")
        self.summarised = [row for row in self.summarised if row.id != id]

    def duplicates(self, limit: int = 20, offset: int = 0) -> list[list[Remembered]]:
        by_text: dict[str, list[Remembered]] = {}
        for row in self.rows.values():
            by_text.setdefault(row.text, []).append(row)
        return [group for group in by_text.values() if len(group) > 1]

    def add_note(self, text: str, title: str = "") -> list[int]:
        if not text.strip():
            raise DoppelError("The note is empty.")
        id = max(self.rows, default=0) + 1
        self.rows[id] = Remembered(id, text, title, None, "2026-01-02", None, None, 5, "2026-01-02T10:00:00")
        return [id]

    def versions(self, id: int) -> list[tuple[str, str]]:
        return list(self.before.get(id, []))

    def edit_memory(self, id: int, text: str) -> None:
        self.before.setdefault(id, []).insert(0, ("2026-01-02T10:00:00", self.memory(id).text))
        self.rows[id] = replace(self.memory(id), text=text, edited=True)

    def forget(
        self, ids: Sequence[int] = (), path: str | Path | None = None, source_id: int | None = None
    ) -> ForgetReport:
        gone = [i for i in ids if self.memory(i)] if ids else []
        gone += [i for i, row in self.rows.items() if path is not None and row.path == str(path)]
        gone += list(self.rows) if source_id is not None else []
        for i in gone:
            del self.rows[i]
        return ForgetReport(len(gone), 1 if path else 0, 0.25)

    def verify_forgotten(self, needles: Sequence[str]) -> VerifyReport:
        assert needles, "verify needs the texts that were forgotten"
        return VerifyReport(12, self.leftover)
