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

from app.parsing.items import Block, Item

TINY = 0.1  # of the budget: a rest below it shares the text before it
SMALL = 0.5  # of the budget: a section below it may share a passage with the next
FULL = 0.6  # of the budget: above it a paragraph whose hash says so ends the passage
TURNS = 8  # of a chat in one passage, unless they are very short
CHAT_GAP = timedelta(hours=3)
_CONTEXT_SHARE = 4  # the context line takes at most a quarter of a passage,
_PATH_TOKENS = 32  # and at most this many for the heading path
_JOINT_TOKENS = 2  # of the empty line between two units
_DAY_TOKENS = 14  # of a line "[2024-03-05]"
_SLICE = 4096  # characters counted at once when a text has to be cut
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+|(?<=[。！？])|\n+")


@dataclass(frozen=True)
class Passage:
    """What is stored and encoded as one document. text: context line, newline, body; tokens: of the text."""

    text: str
    body: str
    place: str
    title: str
    author: str
    date: str | None
    tokens: int
    date_source: str = ""
    headings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Unit:
    """A piece that is not cut any more.

    path: the headings above it; joint: what separates it from the unit before ("" when it goes on from that);
    row: of a table, from 1; header: of that table, for all rows but itself.
    """

    text: str
    tokens: int
    joint: str
    place: str
    path: tuple[str, ...]
    kind: str
    when: str = ""
    speaker: str = ""
    row: int = 0
    header: str = ""
    header_tokens: int = 0


def split(
    item: Item,
    count_tokens: Callable[[str], int],
    max_tokens: int = 512,
    *,
    label: str = "",
    keep_quoted: bool = False,
) -> list[Passage]:
    """The passages of an item, in order; their bodies together hold all of its text.

    label: what the person called it (folder and file name); it opens the context line where the title does not say it.
    keep_quoted: also the quoted tails of replies, which otherwise are left to the mails they come from.
    Raises ValueError when max_tokens is below 64.
    """
    if max_tokens < 64:
        raise ValueError("max_tokens must be at least 64 to hold a context line and some text")
    cutter = _Cutter(item, count_tokens, max_tokens, label)
    blocks = [block for block in item.blocks if keep_quoted or block.kind != "quoted"]
    return list(cutter.passages(blocks))


def near_duplicate_key(text: str) -> str:
    """Equal for texts that differ only in case, spacing, punctuation, quote marks or Unicode form."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = re.findall(r"\w+", folded) or folded.split()
    return hashlib.sha256(" ".join(words).encode("utf-8", "replace")).hexdigest()


class _Cutter:
    def __init__(self, item: Item, count: Callable[[str], int], max_tokens: int, label: str = "") -> None:
        self.item = item
        self.name = _named(item.title, label)
        self.count = count
        self.max_tokens = max_tokens
        plain = " · ".join(
            part for part in (_line(self.name, 120), item.date, _line(item.author, 60)) if part
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
        is_turn = block.kind == "message"
        text = f"{block.speaker}: {block.text}" if is_turn and block.speaker else block.text
        joint = "\n" if is_turn else "\n\n"
        for piece, tokens in self._pieces(text, self.budget):
            yield _Unit(piece, tokens, joint, block.place, path, block.kind, block.when, block.speaker)
            joint = ""

    def _table(self, block: Block, path: tuple[str, ...]) -> Iterator[_Unit]:
        rows = [(number, row) for number, row in enumerate(block.text.split("\n"), 1) if row.strip()]
        header, header_tokens = rows[0][1], self.count(rows[0][1][:_SLICE]) + 1
        if header_tokens > self.budget // 4:
            header, header_tokens = "", 0
        joint = "\n\n"
        for number, row in rows:
            repeated = header if number != rows[0][0] else ""
            for piece, tokens in self._pieces(row, self.budget - header_tokens):
                unit = _Unit(piece, tokens, joint, block.place, path, "table", row=number)
                yield replace(unit, header=repeated, header_tokens=header_tokens)
                joint = ""
            joint = "\n"

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
            item, place, day = self.item, _place(group), self._day(group[0])
            day_from = "message" if group[0].when else item.date_source
            yield Passage(
                text, body, place, item.title, item.author, day, tokens, day_from, _headings(group[0])
            )
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
        author = _line(self.item.author, 60)
        if unit.kind == "message":
            author = _line(unit.speaker, 60) if not unit.joint else ""
        title, date = _line(self.name, 120), day[:10] if day else ""
        path = tuple(heading for heading in unit.path if heading not in title)
        for headings in (path, path[-1:], ()):
            context = " · ".join(part for part in (title, " › ".join(headings), date, author) if part)
            if not context or self.count(context) < self.reserve:
                return context
        while self.count(context) >= self.reserve:
            context = context[: len(context) * 2 // 3].rstrip()
        return context


def _named(title: str, label: str) -> str:
    """Title and label without saying the same twice."""
    if not title or _words(title) <= _words(label):
        return label or title
    return f"{label} · {title}" if label and not _words(label) <= _words(title) else title


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _line(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


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
    before: list[_Unit] = []
    group: list[_Unit] = []
    tokens = 0
    for unit in units:
        if group and (tokens + _cost(unit, group) > budget or _breaks(group, tokens, unit, budget)):
            headings = _trailing_headings(group)
            if before:
                yield before
            before, group = group[: len(group) - len(headings)], headings
            tokens = sum(heading.tokens + _JOINT_TOKENS for heading in headings)
        tokens += _cost(unit, group)
        group.append(unit)
    yield from (members for members in _balanced(before, group, budget) if members)


def _cost(unit: _Unit, group: list[_Unit]) -> int:
    before = group[-1] if group else None
    header = unit.header_tokens if _needs_header(unit, before) else 0
    day = _DAY_TOKENS if before and _new_day(unit, before) else 0
    return unit.tokens + _JOINT_TOKENS + header + day


def _new_day(unit: _Unit, before: _Unit) -> bool:
    """Whether a chat turn stands in a passage that began on another day, which then has to be said."""
    return bool(unit.kind == "message" and unit.joint and unit.when and unit.when[:10] != before.when[:10])


def _needs_header(unit: _Unit, before: _Unit | None) -> bool:
    """Whether the header of the unit's table has to be repeated above it."""
    return bool(unit.header and unit.joint) and (before is None or not before.row or unit.joint != "\n")


def _trailing_headings(group: list[_Unit]) -> list[_Unit]:
    """The headings at the end of a group, which belong to what follows; none when it has nothing else."""
    count = 0
    while count < len(group) and group[-1 - count].kind == "heading":
        count += 1
    return group[len(group) - count :] if count < len(group) else []


def _balanced(before: list[_Unit], last: list[_Unit], budget: int) -> tuple[list[_Unit], list[_Unit]]:
    """The last two groups of an item, with units moved over when the very last is a tiny rest of a section."""
    size = sum(unit.tokens for unit in last)
    before, last = list(before), list(last)
    while size < TINY * budget and len(before) > 1 and last and _same_section(before[-1], last[0]):
        size += before[-1].tokens
        if size > (1 - TINY) * budget:
            break
        last.insert(0, before.pop())
    return before, last


def _same_section(before: _Unit, unit: _Unit) -> bool:
    return before.path == unit.path and {before.kind, unit.kind} <= {"paragraph", "list", "code"}


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
    turns = sum(bool(member.joint) for member in group)
    if not unit.joint or turns < 2 or tokens < 0.1 * budget:
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
    pieces: list[str] = []
    before: _Unit | None = None
    for unit in group:
        pieces.append(unit.joint if before else "")
        pieces.append(f"[{unit.when[:10]}]\n" if before and _new_day(unit, before) else "")
        pieces.append(f"{unit.header}\n" if _needs_header(unit, before) else "")
        pieces.append(unit.text)
        before = unit
    return "".join(pieces).strip("\n")


def _place(group: list[_Unit]) -> str:
    """From where to where in the file, and the heading path at the beginning."""
    where = _span(group[0].place, group[-1].place)
    rows = [unit.row for unit in group if unit.kind != "heading"]
    if rows and all(rows) and group[0].place == group[-1].place:
        where = f"{where}, {_span(f'row {rows[0]}', f'row {rows[-1]}')}".removeprefix(", ")
    first = group[0]
    path = (*first.path, _line(first.text, 80)) if first.kind == "heading" else first.path
    if path and where.startswith(f"sheet {path[-1]}"):
        path = path[:-1]
    return ", ".join(part for part in (where, " › ".join(path)) if part)


def _headings(unit: _Unit) -> tuple[str, ...]:
    """The headings over a unit, outermost first, and its own text if it is one."""
    return (*unit.path, _line(unit.text, 80)) if unit.kind == "heading" else unit.path


def _span(first: str, last: str) -> str:
    """ "page 3" and "page 5" as "page 3–5"."""
    if first == last or not (first and last):
        return first or last
    start, _, number = first.rpartition(" ")
    end, _, last_number = last.rpartition(" ")
    if start == end and number.isdecimal() and last_number.isdecimal():
        return f"{start} {number}–{last_number}"
    return f"{first} – {last}"
