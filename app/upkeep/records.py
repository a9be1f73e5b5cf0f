"""A standing job as the person sees it: plain values for every front."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class JobStatus:
    """Moments are local ISO 8601; next_run is None while it is switched off. every, at, day: as in `app.upkeep.times`."""

    name: str
    description: str
    on: bool
    next_run: str | None
    last_run: str | None
    last_result: str | None
    ok: bool
    every: int = 0
    at: str = ""
    day: str = ""
