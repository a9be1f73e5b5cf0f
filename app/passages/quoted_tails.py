"""Quoted tails of mails: read only where the mail they quote is not known, so that no text is lost and none kept twice.

A tail is known if three runs of its words are: in what was read of this file before (a mailbox holds the thread), or in
another file that is known. A tail holds what is quoted directly; what that mail quoted in turn stands in the tail of
another reply.

What it cannot know: the quoted mail may come in later. Its text is then there twice, in the reply and by itself.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace

from app.parsing.items import Block, Item

RUN = 6  # words
SAMPLES = 3
REMEMBERED = 2_000_000  # characters of this file
WORD = re.compile(r"\w+")

Elsewhere = Callable[[str], bool]
"""Whether another file that is known has these words in a row."""


class Tails:
    """The mails of one file, in order."""

    def __init__(self, elsewhere: Elsewhere) -> None:
        self._elsewhere = elsewhere
        self._read: deque[str] = deque()
        self._size = 0

    def resolve(self, item: Item) -> Item:
        """The item with its quoted tails read as text where they are the only place of it, else without them."""
        if any(block.kind == "quoted" for block in item.blocks):
            item = replace(item, blocks=list(self._resolved(item.blocks)))
        self._remember(" ".join(WORD.findall(" ".join(block.text for block in item.blocks).lower())))
        return item

    def _resolved(self, blocks: list[Block]) -> Iterator[Block]:
        for block in blocks:
            if block.kind != "quoted":
                yield block
                continue
            if not self._known(block.text):
                yield replace(block, kind="paragraph")

    def _known(self, text: str) -> bool:
        runs = samples(text)
        return bool(runs) and all(self._here(run) or self._elsewhere(run) for run in runs)

    def _here(self, run: str) -> bool:
        return any(run in text for text in self._read)

    def _remember(self, words: str) -> None:
        self._read.append(words)
        self._size += len(words)
        while self._size > REMEMBERED:
            self._size -= len(self._read.popleft())


def samples(text: str) -> list[str]:
    """Runs of words from the longest lines of a quoted text; its first line says who wrote it, and is left out."""
    lines = [WORD.findall(line.lower()) for line in text.split("\n")[1:]]
    longest = sorted((line for line in lines if line), key=len, reverse=True)[:SAMPLES]
    return [" ".join(line[:RUN]) for line in longest]
