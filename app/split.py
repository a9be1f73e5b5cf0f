"""Cutting an item into passages: documents of bounded token length that stand alone.

Cuts follow the structure: headings begin sections, chat turns form runs, tables repeat their header,
paragraphs stay whole when they fit and are cut between sentences when not. Each passage begins with a
context line (title, heading path, date, author). Packing goes from front to back, so text appended to a
note or chat changes only its last passages, and tends to end where a paragraph's own hash says so, so that
passages after an edit come out as before. Every unit of text is tokenized once, and every finished passage
once more.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.reading.items import Block, Item

SMALL = 0.25  # of the budget: a section below it may share a passage with the next
FULL = 0.6  # of the budget: above it a paragraph whose hash says so ends the passage
TURNS = 8  # of a chat in one passage, unless they are very short
CHAT_GAP = timedelta(hours=3)
_CONTEXT_SHARE = 4  # the context line takes at most a quarter of a passage,
_PATH_TOKENS = 32  # and at most this many for the heading path
_SLICE = 4096  # characters counted at once when a text has to be cut
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+|(?<=[。！？])|\n+")


@dataclass(frozen=True)
class Passage:
    """What is stored and encoded as one document. text: context line, newline, body; tokens: of the text."""

    text: str
    place: str
    title: str
    author: str
    date: str | None
    tokens: int


@dataclass(frozen=True)
class _Unit:
    """A piece that is not cut any more. path: the headings above it; joint: what separates it from the one
    before."""

    text: str
    tokens: int
    place: str = ""
    path: tuple[str, ...] = ()
    kind: str = "paragraph"
    when: str = ""
    joint: str = "\n\n"
    row: int = 0  # of a table, from 1
    header: str = ""  # of its table


def split(
    item: Item, count_tokens: Callable[[str], int], max_tokens: int = 512, *, keep_quoted: bool = False
) -> list[Passage]:
    """The passages of an item, in order; their bodies together hold all of its text.

    keep_quoted: also the quoted tails of replies, which otherwise are left to the mails they come from.
    Raises ValueError when max_tokens is below 64.
    """
    if max_tokens < 64:
        raise ValueError("max_tokens must be at least 64 to hold a context line and some text")
    cutter = _Cutter(item, count_tokens, max_tokens)
    blocks = [block for block in item.blocks if keep_quoted or block.kind != "quoted"]
    return list(cutter.passages(blocks))


def near_duplicate_key(text: str) -> str:
    """Equal for texts that differ only in case, spacing, punctuation, quote marks or Unicode form."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = re.findall(r"\w+", folded)
    return hashlib.sha256(" ".join(words).encode("utf-8", "replace")).hexdigest()


class _Cutter:
    def __init__(self, item: Item, count: Callable[[str], int], max_tokens: int) -> None:
        self.item = item
        self.count = count
        self.max_tokens = max_tokens
        plain = " · ".join(
            part for part in (_line(item.title, 120), item.date, _line(item.author, 60)) if part
        )
        self.reserve = min(max_tokens // _CONTEXT_SHARE, count(plain) + _PATH_TOKENS)
        self.budget = max_tokens - self.reserve

    def passages(self, blocks: list[Block]) -> Iterator[Passage]:
        for group in _pack(self._units(blocks), self.budget):
            yield from self._finish(group)

    def _units(self, blocks: list[Block]) -> Iterator[_Unit]:
        path: list[tuple[int, str]] = []
        for block in blocks:
            if not block.text.strip():
                continue
            if block.kind == "heading":
                path = [entry for entry in path if entry[0] < block.level]
                yield from self._cut(block, tuple(text for _, text in path))
                path.append((block.level, _line(block.text, 80)))
                continue
            inside = tuple(text for _, text in path)
            if block.kind == "table":
                yield from self._table(block, inside)
            else:
                yield from self._cut(block, inside)

    def _cut(self, block: Block, path: tuple[str, ...]) -> Iterator[_Unit]:
        text = block.text
        if block.kind == "message":
            text = _turn(block)
        unit = _Unit(text, 0, block.place, path, block.kind, block.when)
        joint = "\n" if block.kind == "message" else "\n\n"
        for position, (piece, tokens) in enumerate(self._pieces(text, self.budget)):
            yield replace(unit, text=piece, tokens=tokens, joint=joint if position == 0 else " ")

    def _table(self, block: Block, path: tuple[str, ...]) -> Iterator[_Unit]:
        rows = block.text.split("\n")
        header, header_tokens = "", 0
        first = next(index for index, row in enumerate(rows) if row.strip())
        if len(rows) > first + 1 and (tokens := self.count(rows[first][:_SLICE])) <= self.budget // 4:
            header, header_tokens = rows[first], tokens + 1
        for index, row in enumerate(rows):
            if not row.strip():
                continue
            joint = "\n\n" if index == first else "\n"
            for piece, tokens in self._pieces(row, self.budget - header_tokens):
                yield _Unit(
                    piece,
                    tokens,
                    block.place,
                    path,
                    "table",
                    joint=joint,
                    row=index + 1,
                    header=header if index > first else "",
                )
                joint = " "

    def _pieces(self, text: str, budget: int) -> Iterator[tuple[str, int]]:
        """The text in pieces of at most `budget` tokens, cut between sentences, words or characters."""
        if len(text) <= _SLICE:
            tokens = self.count(text)
            if tokens <= budget:
                yield text, tokens
                return
        pending, pending_tokens = "", 0
        for sentence in _sentences(text):
            for piece, tokens in self._halves(sentence, budget):
                if pending and pending_tokens + tokens + 1 > budget:
                    yield pending, pending_tokens
                    pending, pending_tokens = "", 0
                pending, pending_tokens = pending + piece, pending_tokens + tokens + bool(pending)
        if pending.strip():
            yield pending, pending_tokens

    def _halves(self, text: str, budget: int) -> Iterator[tuple[str, int]]:
        tokens = self.count(text)
        if tokens <= budget or len(text) < 2:
            yield text, tokens
            return
        middle = len(text) // 2
        space = text.rfind(" ", middle // 2, middle + middle // 2)
        cut = space + 1 if space > 0 else middle
        yield from self._halves(text[:cut], budget)
        yield from self._halves(text[cut:], budget)

    def _finish(self, group: list[_Unit]) -> Iterator[Passage]:
        """The passage of some units; two, when together they count more than they did one by one."""
        body = _body(group)
        if not body.strip():
            return
        context = self._context(group[0])
        text = f"{context}\n{body}" if context else body
        tokens = self.count(text)
        if tokens <= self.max_tokens:
            yield Passage(text, _place(group), self.item.title, self.item.author, self._day(group[0]), tokens)
        elif len(group) > 1:
            yield from self._finish(group[: len(group) // 2])
            yield from self._finish(group[len(group) // 2 :])
        else:
            pieces = [piece for piece, _ in self._halves(group[0].text, max(1, group[0].tokens // 2))]
            if len(pieces) == 1:
                raise ValueError("a single character counts more tokens than a passage may have")
            for piece in pieces:
                yield from self._finish([replace(group[0], text=piece, tokens=self.count(piece))])

    def _day(self, unit: _Unit) -> str | None:
        return unit.when or self.item.date

    def _context(self, unit: _Unit) -> str:
        day = self._day(unit)
        author = "" if unit.kind == "message" else _line(self.item.author, 60)
        title, date = _line(self.item.title, 120), day[:10] if day else ""
        for path in (unit.path, unit.path[-1:], ()):
            context = " · ".join(part for part in (title, " › ".join(path), date, author) if part)
            if not context or self.count(context) < self.reserve:
                return context
        while self.count(context) >= self.reserve:
            context = context[: len(context) * 2 // 3].rstrip()
        return context


def _line(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _turn(block: Block) -> str:
    return f"{block.speaker}: {block.text}" if block.speaker else block.text


def _sentences(text: str) -> Iterator[str]:
    """The text in sentences of at most _SLICE characters, spaces kept."""
    start = 0
    for found in _SENTENCE_END.finditer(text):
        if found.end() > start:
            yield from _slices(text[start : found.end()])
            start = found.end()
    if start < len(text):
        yield from _slices(text[start:])


def _slices(text: str) -> Iterator[str]:
    for start in range(0, len(text), _SLICE):
        yield text[start : start + _SLICE]


def _pack(units: Iterator[_Unit], budget: int) -> Iterator[list[_Unit]]:
    """Groups of consecutive units that fit the budget and belong together."""
    group: list[_Unit] = []
    tokens = 0
    for unit in units:
        cost = unit.tokens + 2
        if group and unit.header and group[-1].header != unit.header and group[-1].text != unit.header:
            cost += unit.tokens
        if group and (tokens + cost > budget or _breaks(group, tokens, unit, budget)):
            heading = group.pop() if len(group) > 1 and group[-1].kind == "heading" else None
            yield group
            group = [heading] if heading else []
            tokens = sum(member.tokens + 2 for member in group)
        if not group and unit.header:
            cost = unit.tokens + 2 + len(unit.header) // 2
        group.append(unit)
        tokens += cost
    if group:
        yield group


def _breaks(group: list[_Unit], tokens: int, unit: _Unit, budget: int) -> bool:
    """Whether the unit begins something new after the group."""
    if unit.kind == "heading":
        if group[-1].kind == "heading":
            return False
        return tokens > SMALL * budget or len(unit.path) < len(group[0].path)
    if unit.kind == "message":
        return _chat_break(group, tokens, unit, budget)
    if group[-1].kind == "heading" or unit.kind == "table":
        return False
    return tokens > FULL * budget and zlib.crc32(group[-1].text.encode("utf-8", "replace")) % 4 == 0


def _chat_break(group: list[_Unit], tokens: int, unit: _Unit, budget: int) -> bool:
    turns = sum(member.joint == "\n" for member in group)
    if unit.joint != "\n" or turns < 2 or tokens < 0.1 * budget:
        return False
    if turns >= TURNS and tokens > SMALL * budget:
        return True
    before, now = _moment(group[-1].when), _moment(unit.when)
    if before is None or now is None:
        return False
    return before.date() != now.date() or now - before > CHAT_GAP


def _moment(when: str) -> datetime | None:
    try:
        return datetime.fromisoformat(when).replace(tzinfo=None) if when else None
    except ValueError:
        return None


def _body(group: list[_Unit]) -> str:
    pieces = []
    for position, unit in enumerate(group):
        repeats = unit.header and (position == 0 or not group[position - 1].row)
        text = f"{unit.header}\n{unit.text}" if repeats and unit.joint != " " else unit.text
        pieces.append(f"{unit.joint}{text}" if position and unit.joint != " " else text)
    return "".join(pieces).strip("\n")


def _place(group: list[_Unit]) -> str:
    """From where to where in the file, and the heading path of the beginning."""
    first, last = group[0], group[-1]
    where = (
        first.place if first.place == last.place else " – ".join(p for p in (first.place, last.place) if p)
    )
    if first.row and last.row and first.place == last.place:
        rows = f"rows {first.row}–{last.row}" if first.row != last.row else f"row {first.row}"
        where = f"{where}, {rows}" if where else rows
    heading = (*first.path, _line(first.text, 80)) if first.kind == "heading" else first.path
    return ", ".join(part for part in (where, " › ".join(heading)) if part)
