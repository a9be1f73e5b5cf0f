"""Recognising forgotten words wherever they stand, without keeping them.

A forgotten text leaves marks: keyed hashes of its sentences, and of the runs of RUN bytes they fall into. Letters alone
count, without case, accents, spacing and punctuation, so that marks depend neither on the file nor on where a passage
began; and a Chinese sentence, which has no spaces, is as good as any. A run takes a fixed number of bytes, not
letters, because a Chinese character says as much as three Latin letters.

* A sentence goes if it is a forgotten one, or if a third of it (or MUCH bytes of it) lies in forgotten runs: so one that
  was edited, wrapped or continued since goes too.
* A few letters ("Yes.") go only beside a sentence that goes: alone they say nothing, and are everywhere.

Runs do not overlap, but for the last of a sentence: who holds the archive, and with it the key, cannot spell a text
letter by letter; to test a guess, it takes the right RUN bytes at once.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

RUN = 20  # bytes
MUCH = 30  # bytes of a sentence within forgotten runs that are too many to be chance,
SHARE = 3  # or one in so many
SAYING = 15  # bytes; fewer in a row are in many memories
SHORT = 12  # bytes; below it a sentence alone says nothing,
CODE = 7  # but for letters and digits of at least so many bytes: a PIN, a plate, a room
LONGEST = 300  # characters that are judged together
SPEAKER = 60  # characters; a turn of a chat begins with its speaker's name

_CLOSING = r"(?<=[.!?…])[\"'”’»)\]]*\s+|(?<=[。！？；])"
_LINES = re.compile(_CLOSING + r"|\n+")
_PARAGRAPHS = re.compile(_CLOSING + r"|\n\s*\n")
_SPEAKS = re.compile(rf"[^\n:：]{{1,{SPEAKER}}}[:：]\s*")

_WORD = re.compile(r"\w+")

Span = tuple[int, int]

Lives = Callable[[str], bool]
"""Whether a living memory has these words in a row: then leaving them out would hide nothing, and cost a form its header."""


@dataclass(frozen=True)
class Letters:
    """The letters and digits of a text, folded; their places in it, [letters]; their bytes summed up, [letters + 1]."""

    folded: str
    places: np.ndarray
    sizes: np.ndarray

    def within(self, span: Span) -> Span:
        """From which to which letter a span of the text goes."""
        first, last = np.searchsorted(self.places, span)
        return int(first), int(last)

    def bytes(self, first: int, last: int) -> int:
        return int(self.sizes[last] - self.sizes[first])


def letters_of(text: str) -> Letters:
    each, which = np.unique(_codes(text), return_inverse=True)
    folds = {code: _fold(chr(code)) for code in each.tolist()}
    counts = np.array([len(fold) for fold in folds.values()], dtype=np.int64)
    folded = text.translate(folds)
    codes = _codes(folded)
    sizes = 1 + (codes > 0x7F) + (codes > 0x7FF) + (codes > 0xFFFF)  # bytes of a letter in UTF-8
    return Letters(folded, np.repeat(np.arange(len(text)), counts[which]), np.append(0, np.cumsum(sizes)))


def _codes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


@lru_cache(maxsize=1 << 16)
def _fold(character: str) -> str:
    """What a character counts as: letters, or nothing."""
    apart = unicodedata.normalize("NFKD", character).casefold()
    return "".join(c for c in apart if c.isalnum())


def marks_of(text: str, key: bytes) -> set[int]:
    """What is remembered of a forgotten text: 64-bit keyed hashes."""
    letters = letters_of(text)
    places, sizes = letters.places.tolist(), letters.sizes.tolist()
    pieces = {(bisect_left(places, start), bisect_left(places, end)) for start, end in _pieces(text)}
    sentences = {letters.folded[first:last] for first, last in pieces if last > first}
    runs = {letters.folded[a:b] for first, last in pieces for a, b in _runs(sizes, first, last)}
    hashed = {_hash(sentence, key, b"sentence") for sentence in sentences}
    return hashed | {_hash(run, key, b"run") for run in runs}


def _pieces(text: str) -> Iterator[Span]:
    for ends in (_LINES, _PARAGRAPHS):
        for start, end in spans(text, ends):
            yield start, end
            speaker = _SPEAKS.match(text, start, end)
            if speaker:
                yield speaker.end(), end


def _runs(sizes: Sequence[int], first: int, last: int) -> Iterator[Span]:
    """Which letters of a sentence go together: each time the fewest that take RUN bytes.

    sizes: bytes before each letter, [letters + 1].
    """
    begin = first
    while (end := bisect_left(sizes, sizes[begin] + RUN, begin, last + 1)) <= last:
        yield begin, end
        begin = end
    # the rest of the sentence, as the end of a run that reaches back
    tail = bisect_right(sizes, sizes[last] - RUN, first, last + 1) - 1
    if tail > first:
        yield tail, bisect_left(sizes, sizes[tail] + RUN, tail, last + 1)


def _hash(letters: str, key: bytes, kind: bytes) -> int:
    data = letters.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8, key=key, person=kind).digest(), "big")


def spans(text: str, ends: re.Pattern[str] = _LINES) -> Iterator[Span]:
    """The sentences of a text, together all of it, none longer than LONGEST characters where lines count."""
    cuts = [0, *(found.end() for found in ends.finditer(text)), len(text)]
    for start, end in pairwise(cuts):
        while ends is _LINES and end - start > LONGEST:
            space = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
            cut = space + 1 if space > 0 else start + LONGEST
            yield start, cut
            start = cut
        if end > start:
            yield start, end


@dataclass(frozen=True)
class ForgottenText:
    """The marks of all that was forgotten, [marks] uint64, ascending; they were made with `key`."""

    key: bytes
    marks: np.ndarray

    def __bool__(self) -> bool:
        return bool(len(self.marks))

    def found(self, text: str, lives: Lives = lambda words: False) -> list[Span]:
        """The sentences of the text that were forgotten, in order, as (start, end)."""
        if not self or not text:
            return []
        letters = letters_of(text)
        pieces = list(spans(text))
        places = [letters.within(span) for span in pieces]
        covered = self._covered(text, letters, lives)
        whole = self._whole(text, letters, covered, pieces, lives)
        gone = [
            _says_something(letters, first, last)
            and (known or _is_much(covered[last] - covered[first], letters.bytes(first, last)))
            for (first, last), known in zip(places, whole, strict=True)
        ]
        _take_neighbours(gone, whole, [last > first for first, last in places])
        return [span for span, out in zip(pieces, gone, strict=True) if out]

    def _whole(
        self, text: str, letters: Letters, covered: Sequence[int], pieces: Sequence[Span], lives: Lives
    ) -> list[bool]:
        """For each piece whether it is a forgotten sentence, or lies in one that is broken into lines here."""
        longer = [span for span in spans(text, _PARAGRAPHS) if span[1] - span[0] <= LONGEST]
        places = [letters.within(span) for span in [*pieces, *longer]]
        hits = self._known([_hash(letters.folded[a:b], self.key, b"sentence") for a, b in places])
        known = [
            bool(hit) and not lives(text[start:end])
            for hit, (start, end) in zip(hits, [*pieces, *longer], strict=True)
        ]
        inside = [
            span
            for span, hit, (a, b) in zip(longer, known[len(pieces) :], places[len(pieces) :], strict=True)
            if hit or 0 < letters.bytes(a, b) <= 2 * (covered[b] - covered[a])
        ]
        starts = [start for start, _ in inside]
        whole = []
        for (start, end), hit in zip(pieces, known, strict=False):
            at = bisect_right(starts, start) - 1
            whole.append(hit or (at >= 0 and end <= inside[at][1]))
        return whole

    def _covered(self, text: str, letters: Letters, lives: Lives) -> list[int]:
        """How many bytes before each letter lie in forgotten runs, [letters + 1]."""
        count = len(letters.folded)
        ends = np.searchsorted(letters.sizes, letters.sizes[:count] + RUN).tolist()
        runs = [(first, last) for first, last in enumerate(ends) if last <= count]
        hits = self._known([_hash(letters.folded[a:b], self.key, b"run") for a, b in runs])
        until, size = np.zeros(count, dtype=np.int64), np.diff(letters.sizes)
        for (first, last), hit in zip(runs, hits.tolist(), strict=True):
            if hit and not lives(
                _whole_words(text, int(letters.places[first]), int(letters.places[last - 1]))
            ):
                until[first] = last
        inside = np.maximum.accumulate(until) > np.arange(count) if count else until > 0
        summed: list[int] = np.cumsum([0, *np.where(inside, size, 0)]).tolist()
        return summed

    def _known(self, hashes: Sequence[int]) -> np.ndarray:
        wanted = np.asarray(hashes, dtype=np.uint64)
        at = np.minimum(np.searchsorted(self.marks, wanted), len(self.marks) - 1)
        known: np.ndarray = self.marks[at] == wanted
        return known


def _says_something(letters: Letters, first: int, last: int) -> bool:
    size = letters.bytes(first, last)
    if size >= SHORT:
        return True
    piece = letters.folded[first:last]
    return size >= CODE and any(c.isdigit() for c in piece) and any(c.isalpha() for c in piece)


def _whole_words(text: str, first: int, last: int) -> str:
    """The words that lie in text[first : last + 1] from their beginning to their end, "" if that is next to nothing."""
    words = [found.span() for found in _WORD.finditer(text, max(0, first - LONGEST), last + LONGEST)]
    inside = [(start, end) for start, end in words if start >= first and end <= last + 1]
    said = text[inside[0][0] : inside[-1][1]] if inside else ""
    return said if len(said.encode("utf-8", "surrogatepass")) >= SAYING else ""


def _is_much(covered: int, size: int) -> bool:
    return covered > 0 and (covered >= MUCH or SHARE * covered >= size)


def _take_neighbours(gone: list[bool], whole: Sequence[bool], speaks: Sequence[bool]) -> None:
    """Lets forgotten sentences that are too short to go alone go with a neighbour; those without letters are passed over."""
    order = [at for at, letters in enumerate(speaks) if letters]
    for way in (order, order[::-1]):
        for before, at in pairwise(way):
            gone[at] = gone[at] or (gone[before] and whole[at])
