"""What one open page shows of the memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.records import ForgetPreview, MemoryFilter


@dataclass(frozen=True)
class View:
    """asked: what is about to be forgotten, until the person says so, of the file `path` if of a whole one.

    ticked: chosen memories; name: a key of `filters.VIEWS`; person: the one whose page is open.
    """

    wanted: MemoryFilter = field(default_factory=MemoryFilter)
    offset: int = 0
    chosen: int | None = None
    asked: ForgetPreview | None = None
    path: str | None = None
    ticked: frozenset[int] = frozenset()
    name: str = ""
    person: str = ""
