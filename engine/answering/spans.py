"""Where in a passage the words of an answer stand, and whether they stand there at all.

An answer is read from passages, so its words are in them: literally, but for case and accents, or nearly, in another form
or order. Scripts without spaces are compared by characters. Pure functions of texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import OSA

# Han, Kana, Thai, Lao and Khmer are written without spaces between words.
_UNSPACED = "\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1780-\u17ff"
_TOKEN = re.compile(rf"[{_UNSPACED}]|\d+(?:[.,'’\u00a0\u202f]\d+)*|[^\W\d_{_UNSPACED}]+")
_CHARACTER = re.compile(f"[{_UNSPACED}]")
_SEPARATOR = re.compile(r"[.,'’\u00a0\u202f]")
STEM = 5  # letters by which two words are forms of one
SLIP = 6  # letters from which on a word may differ by one
SHORT = 3  # words of so many letters ("of", "the", "und") tell little
NEARLY = 0.6  # share of an answer that has to stand together in a passage
SLACK = 6  # words that may stand between those of the answer


@dataclass(frozen=True)
class Token:
    """A word, number or character in normal form, and where it stands: text[start:end]."""

    text: str
    start: int
    end: int

    @property
    def unspaced(self) -> bool:
        return bool(_CHARACTER.match(self.text))

    @property
    def weight(self) -> float:
        little = len(self.text) <= SHORT and not self.text.isdigit() and not self.unspaced
        return 0.2 if little else 1.0


def tokens(text: str) -> list[Token]:
    return [Token(_folded(match.group()), match.start(), match.end()) for match in _TOKEN.finditer(text)]


def locate(answer: str, passage: str) -> tuple[int, int] | None:
    """(start, end) of the answer's words in the passage, in characters; None where they do not stand together.

    Numbers have to be there exactly.
    """
    wanted, there = tokens(answer), tokens(passage)
    if not wanted or not there:
        return None
    words = [token.text for token in wanted]
    for at in range(len(there) - len(words) + 1):
        if there[at].text == words[0] and [token.text for token in there[at : at + len(words)]] == words:
            return there[at].start, there[at + len(words) - 1].end
    return _nearly(wanted, there)


def unsaid(answer: str, texts: Sequence[str]) -> list[Token]:
    """The words of an answer that the texts do not say in any form."""
    wanted = tokens(answer)
    there = [tokens(text) for text in texts]
    said = {token.text for passage in there for token in passage}
    # A character alone is in nearly every text: it counts with a neighbour of the answer's beside it.
    pairs = {(left.text, right.text) for passage in there for left, right in _pairs(passage)}
    beside = {token: False for pair in _pairs(wanted) for token in pair}
    for pair in _pairs(wanted):
        if (pair[0].text, pair[1].text) in pairs:
            beside |= dict.fromkeys(pair, True)
    return [token for token in wanted if not (beside.get(token, True) and _said(token.text, said))]


def covered(answer: str, texts: Sequence[str]) -> float:
    """Which share of an answer's words the texts say, 0 to 1; 1 for an answer without words."""
    whole = sum(token.weight for token in tokens(answer))
    return 1 - sum(token.weight for token in unsaid(answer, texts)) / whole if whole else 1.0


def numbers_missing(answer: str, texts: Sequence[str]) -> bool:
    """Whether the answer says a number that none of the texts says."""
    said = {token.text for text in texts for token in tokens(text) if token.text.isdigit()}
    return any(token.text.isdigit() and token.text not in said for token in tokens(answer))


def _nearly(wanted: Sequence[Token], there: Sequence[Token]) -> tuple[int, int] | None:
    """The shortest stretch that says most of the answer's words, in whatever order."""
    words = dict.fromkeys(token.text for token in wanted)
    weight = {token.text: token.weight for token in wanted}
    hits = [
        (at, next((word for word in words if _same(word, token.text)), None))
        for at, token in enumerate(there)
    ]
    places = [(at, word) for at, word in hits if word is not None]
    best: tuple[float, int, int, int] | None = None
    for first, (begin, _) in enumerate(places):
        seen: set[str] = set()
        for last, word in places[first:]:
            if last - begin > 2 * len(wanted) + SLACK:
                break
            seen.add(word)
            found = (sum(weight[word] for word in seen), begin - last, begin, last)
            best = max(best, found) if best else found
    if best is None or best[0] < NEARLY * sum(weight.values()):
        return None
    _, _, begin, last = best
    stretch = {token.text for token in there[begin : last + 1]}
    if any(word.isdigit() and word not in stretch for word in words):
        return None
    return there[begin].start, there[last].end


def _pairs(words: Sequence[Token]) -> list[tuple[Token, Token]]:
    """Neighbouring characters of scripts without spaces."""
    return [
        (left, right)
        for left, right in pairwise(words)
        if left.end == right.start and left.unspaced and right.unspaced
    ]


def _said(word: str, said: set[str]) -> bool:
    return word in said or (
        not word.isdigit() and len(word) >= STEM and any(_same(word, other) for other in said)
    )


def _same(word: str, other: str) -> bool:
    """Whether two words are forms or spellings of one."""
    if word == other:
        return True
    if word.isdigit() or other.isdigit() or min(len(word), len(other)) < STEM:
        return False
    alike = word[:STEM] == other[:STEM] and abs(len(word) - len(other)) <= SHORT
    return alike or (min(len(word), len(other)) >= SLIP and OSA.distance(word, other, score_cutoff=1) <= 1)


def _folded(word: str) -> str:
    """Without case and accents; a number without what groups its digits, "1.250,50" as 125050."""
    if word[0].isdecimal():
        return "".join(str(unicodedata.decimal(digit)) for digit in _SEPARATOR.sub("", word))
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", word).casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)) or word
