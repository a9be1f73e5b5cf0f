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
    """Texts of the memories that `twin.forget` with the same arguments would erase."""
    texts = [twin.memory(id).text for id in ids]
    if path is None and source_id is None:
        return texts
    offset = 0
    while rows := twin.memories(source_id=source_id, limit=ROWS, offset=offset):
        texts += [row.text for row in rows if path is None or row.path == str(path)]
        offset += len(rows)
    return texts
