"""What can go wrong between ranks."""

from __future__ import annotations


class RankAway(Exception):
    """A rank does not answer: it ended, hangs, or its connection broke. Its link is of no use any more."""


class RankFailed(Exception):
    """A rank answers that it could not do what was asked; it goes on working."""
