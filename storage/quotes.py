"""Which messages quote a text: those that share a run of words with it.

Runs of eight words are long enough to be a quotation and short enough to survive a changed ending. Texts of fewer
words are looked for as a whole, but not those so short that any message may contain them ("yes", "hello"). A common
phrase of eight words erases one message too many; forgetting errs on that side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

RUN = 8  # words
SHORTEST = 8  # characters
WORD = re.compile(r"\w+")


def quoting(texts: Iterable[str], messages: Sequence[tuple[int, str]]) -> set[int]:
    """Ids of the messages (id, text) that quote one of the texts."""
    if not messages:
        return set()
    runs: set[tuple[str, ...]] = set()
    lengths: set[int] = set()
    for text in texts:
        words = words_of(text)
        length = min(RUN, len(words))
        if len(" ".join(words)) >= SHORTEST:
            lengths.add(length)
            runs.update(runs_of(words, length))
    return {
        id
        for id, message in messages
        if any(run in runs for length in lengths for run in runs_of(words_of(message), length))
    }


def words_of(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def runs_of(words: list[str], length: int) -> Iterable[tuple[str, ...]]:
    return (tuple(words[i : i + length]) for i in range(len(words) - length + 1))
