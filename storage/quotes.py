"""Which messages quote a text: those that share a run of words with it.

Runs of eight words are long enough to be a quotation and short enough to survive a changed ending. Texts of fewer
words are looked for as a whole, but not those so short that any message may contain them ("yes", "hello"). A common
phrase of eight words erases one message too many; forgetting errs on that side.

Words are compared without case, accents and invisible characters, however they are encoded. Where a script has no spaces,
each of its characters counts as half a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

HALF, WORD = 1, 2
RUN = 8 * WORD
SHORTEST = 8  # characters
_UNSPACED = (  # Thai, Lao, Burmese, Khmer, Japanese, Chinese
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_ONE = re.compile(rf"[{_UNSPACED}]")
_UNHEARD = ("Mn", "Cf")  # accents set apart, and what only joins, hyphenates or directs


def quoting(texts: Iterable[str], messages: Sequence[tuple[int, str]]) -> set[int]:
    """Ids of the messages (id, text) that quote one of the texts."""
    if not messages:
        return set()
    runs: set[tuple[str, ...]] = set()
    lengths: set[int] = set()
    for text in texts:
        words = words_of(text)
        length = min(RUN, sum(map(_weight, words)))
        if len(" ".join(words)) >= SHORTEST:
            lengths.add(length)
            runs.update(runs_of(words, length))
    found = set()
    for id, message in messages:
        words = words_of(message)
        if any(run in runs for length in lengths for run in runs_of(words, length)):
            found.add(id)
    return found


def words_of(text: str) -> list[str]:
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in apart if unicodedata.category(c) not in _UNHEARD)
    return _WORD.findall(text.casefold())


def begins(text: str, beginning: str) -> bool:
    """Whether a text begins with these words, of which the last may be cut off."""
    words, first = words_of(text), words_of(beginning)
    if not first or len(first) > len(words):
        return False
    last = len(first) - 1
    return words[:last] == first[:last] and words[last].startswith(first[last])


def runs_of(words: Sequence[str], length: int) -> Iterable[tuple[str, ...]]:
    """From each word on the fewest that are so long together. length: in halves of a word."""
    weights = [_weight(word) for word in words]
    end = total = 0
    for start, weight in enumerate(weights):
        while end < len(words) and total < length:
            total += weights[end]
            end += 1
        if total < length:
            return
        yield tuple(words[start:end])
        total -= weight


def _weight(word: str) -> int:
    return WORD if word.isascii() or not _ONE.match(word) else HALF
