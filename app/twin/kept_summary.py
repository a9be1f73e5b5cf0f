"""A summary that is kept; a module of its own, so that showing one needs no archive."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Summary:
    """A summary that is kept. question: as it was asked last; passages: how many it went through; made_at: when that was."""

    id: int
    question: str
    passages: int
    made_at: str
