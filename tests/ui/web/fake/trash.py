"""What was removed and can come back until it is erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import DoppelError
from app.records import (
    ForgetReport,
    Remembered,
)
from app.twin.trash import Trashed
from tests.ui.web.fake.passages import Rows


@dataclass
class Trash(Rows):
    removed: dict[int, Remembered] = field(default_factory=dict)
    allowed: list[Path] = field(default_factory=list)

    def remove(self, ids: Sequence[int]) -> list[int]:
        gone = [id for id in ids if id in self.rows]
        self.removed |= {id: self.rows.pop(id) for id in gone}
        return gone

    def trash(self, limit: int = 50, offset: int = 0) -> list[Trashed]:
        return [Trashed(row, "2026-02-01") for row in self.removed.values()][offset : offset + limit]

    def count_trash(self) -> int:
        return len(self.removed)

    def restore(self, ids: Sequence[int]) -> list[int]:
        back = [id for id in ids if id in self.removed]
        self.rows |= {id: self.removed.pop(id) for id in back}
        return back

    def removed_texts(self, ids: Sequence[int]) -> list[str]:
        return [self.removed[id].text for id in ids if id in self.removed]

    def erase_removed(self, ids: Sequence[int]) -> ForgetReport:
        gone = [self.removed.pop(id) for id in list(ids) if id in self.removed]
        return ForgetReport(len(gone), 0, 0.1)

    def allow_again(self, path: Path | None = None) -> None:
        if path is None or not path.exists():
            raise DoppelError(f"{path} does not exist. Check the spelling.")
        self.allowed.append(path)
