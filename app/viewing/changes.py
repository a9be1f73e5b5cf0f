"""What a file says now in place of a passage that is remembered of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Literal

Change = tuple[Literal["same", "gone", "new"], str]
_PIECE = re.compile(r"\s+|\w+|[^\w\s]")
_LIKE = 0.35  # of the words shared, below which a passage is another one
_COMPARED = 4000  # words of a passage


def words_of(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))


def nearest(remembered: str, now: Iterable[str]) -> str | None:
    """The passage of those a file has now that shares most words with a remembered one; None where none is like it."""
    wanted = words_of(remembered)

    def likeness(text: str) -> float:
        words = words_of(text)
        return len(wanted & words) / max(1, len(wanted | words))

    best, shared = None, _LIKE
    for text in now:
        if text == remembered:
            return text
        if (like := likeness(text)) > shared:
            best, shared = text, like
    return best


def changes(before: str, after: str) -> list[Change]:
    """The text before and after as one, in pieces: what stayed, what is gone, what is new."""
    return list(_joined(_pieces(before, after)))


def _pieces(before: str, after: str) -> Iterator[Change]:
    old, new = _PIECE.findall(before)[:_COMPARED], _PIECE.findall(after)[:_COMPARED]
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", "".join(old[a:b])
        else:
            yield "gone", "".join(old[a:b])
            yield "new", "".join(new[c:d])


def _joined(pieces: Iterable[Change]) -> Iterator[Change]:
    """Without empty ones, and one after the other of the same kind as one."""
    last: Change | None = None
    for kind, text in pieces:
        if not text:
            continue
        if last is not None and last[0] == kind:
            last = (kind, last[1] + text)
            continue
        if last is not None:
            yield last
        last = (kind, text)
    if last is not None:
        yield last
