"""Looking further where what fits best does not answer: the passages behind it are read once, too.

Only a sure answer that one of them says in its words counts: what a second look half finds is more often wrong than right.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from app.asking.memory import Cited, Memory
from app.asking.readings import Reading, whole

DEEP = 10  # passages that are looked at in all


def further(
    question: str, looked_at: Sequence[Cited], favoured: Collection[int], memory: Memory
) -> Reading | None:
    """A sure reading of what the search found behind `looked_at`; None without one."""
    known = {hit.document.id for hit in looked_at}
    ids = [hit.document.id for hit in memory.search(question, DEEP, favoured) if hit.document.id not in known]
    if not ids or memory.cancelled():
        return None
    reading = whole(memory.read(question, only=ids))
    return reading if reading.sure and reading.source is not None else None
