"""Leaving out what the person had forgotten before a text is cut into passages.

It is judged over the whole item, not block by block, so a sentence goes wherever the file's structure has put it. Two
kinds of words stay although they are forgotten elsewhere (`lives`): those that this very file still has in a memory, and
those that another file's memory has, if nothing was ever forgotten from this file: a form's header, a signature.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.parsing.items import Block, Item
from storage.archive import Archive
from storage.forgotten_text import ForgottenText, Lives

TOGETHER = 100_000  # characters judged at once; a file may be one item of 200 MB
JOINT = "\n\n"


def leave_out(archive: Archive, item: Item, file_id: int) -> tuple[Item, int]:
    """The item of a file without what the person had forgotten, and how many sentences that was."""
    words = archive.forgotten.words()
    if not words:
        return item, 0
    return without_forgotten(item, words, lambda said: archive.forgotten.may_stay(said, file_id))


def without_forgotten(item: Item, forgotten: ForgottenText, lives: Lives) -> tuple[Item, int]:
    """The item without forgotten sentences, and how many those were."""
    blocks: list[Block] = []
    count = 0
    for group in _groups(item.blocks):
        kept, gone = _without(group, forgotten, lives)
        blocks += kept
        count += gone
    title = "" if forgotten.found(item.title, lives) else item.title
    if not count and title == item.title:
        return item, 0
    return replace(item, blocks=blocks, title=title), count


def _groups(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    group: list[Block] = []
    size = 0
    for block in blocks:
        if group and size + len(block.text) > TOGETHER:
            yield group
            group, size = [], 0
        group.append(block)
        size += len(block.text)
    if group:
        yield group


def _without(blocks: Sequence[Block], forgotten: ForgottenText, lives: Lives) -> tuple[list[Block], int]:
    gone = forgotten.found(JOINT.join(block.text for block in blocks), lives)
    if not gone:
        return list(blocks), 0
    kept: list[Block] = []
    start = 0
    for block in blocks:
        end = start + len(block.text)
        cut = [(max(a, start) - start, min(b, end) - start) for a, b in gone if a < end and b > start]
        text = _cut_out(block.text, cut)
        if text == block.text or any(character.isalnum() for character in text):
            kept.append(replace(block, text=text) if cut else block)
        start = end + len(JOINT)
    return kept, len(gone)


def _cut_out(text: str, gone: Sequence[tuple[int, int]]) -> str:
    if not gone:
        return text
    left, at = [], 0
    for start, end in gone:
        left.append(text[at:start])
        at = end
    return "".join([*left, text[at:]]).strip()
