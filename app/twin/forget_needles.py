"""The texts that are about to be forgotten, so that a verify afterwards knows what to search the archive for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.twin.twin import Twin

ROWS = 500


def texts_to_forget(
    twin: Twin, *, ids: Sequence[int] = (), path: str | Path | None = None, source_id: int | None = None
) -> list[str]:
    """Texts of the memories that `twin.forget` with the same arguments would erase, those before an edit included."""
    found = [twin.memory(id) for id in ids]
    offset = 0
    while (path is not None or source_id is not None) and (
        rows := twin.memories(source_id=source_id, limit=ROWS, offset=offset)
    ):
        found += [row for row in rows if path is None or row.path == str(path)]
        offset += len(rows)
    texts = [row.text for row in found]
    return texts + [said for row in found if row.edited for _, said in twin.versions(row.id)]
