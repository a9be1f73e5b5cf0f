"""The terms by which a text is indexed and searched, the same for every language.

* Words without case, accents and compatibility forms, of at most LETTERS letters, which SQLite's porter stemmer then
  shortens further: endings differ, beginnings stay, and what languages share ("Revolution", "révolution") meets. Snowball
  stemmers by the language of each document find no more, and less of what is asked in another language.
* Han, Kana, Hangul and Thai are written without spaces, or with few: each two neighbouring characters are a term.
* Numbers without what groups their digits: "5.000", "5,000" and "5 000" are 5000.
* `index_ends`: the ends of long words, written backwards, for languages that compound: "Miete" finds "Kaltmiete".

Changing what a text gives needs a new VERSION: the index can only let go of a text by the terms that it took it in with.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

VERSION = 1
LETTERS = 8
LONG_WORD = 8
# Scripts without spaces between words, or with few of them: those of Japan, Han, Hangul, Thai, Lao and Khmer.
UNSPACED = "".join(
    (
        "\u3005\u3040-\u30ff",
        "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af",
        "\uac00-\ud7af",
        "\u0e00-\u0eff\u1780-\u17ff",
    )
)
# Marks that belong to the letter before them: accents, Hebrew and Arabic vowels, the vowel signs of India.
MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u065f\u0900-\u0dff"
_LETTER = rf"[^\W_{UNSPACED}]"
_RUN = re.compile(rf"[{UNSPACED}]+|{_LETTER}(?:{_LETTER}|[{MARKS}])*")
_UNSPACED = re.compile(f"[{UNSPACED}]")
# A point or comma may follow with one or two decimals: "1.250,00".
_GROUPED = re.compile(
    r"(?<![\d.,])\d{1,3}(?:([.,'’])\d{3}(?:\1\d{3})*(?!\d|[.,]\d{3}|\1\d)|(?: \d{3})+(?! ?\d|[.,]\d{3}))"
)
_NO_DIGIT = re.compile(r"\D")
_WORDS = re.compile(r"\w+")
# Small words of languages that write compounds in one word, and of some that do not.
_COMPOUNDING = (
    "der die das und ist nicht ein eine den dem für von mit het een niet och att är og er det til på"
)
_OTHERS = "the of and to le les et des est que el los las una di che il per os do"
_TELLING = {word: 1 for word in _WORDS.findall(_COMPOUNDING)} | {word: -1 for word in _WORDS.findall(_OTHERS)}


class Run(NamedTuple):
    """A word, or a run of characters of a script without spaces, in normal form. spoken: as written, in lower case."""

    text: str
    spoken: str
    unspaced: bool

    @property
    def terms(self) -> list[str]:
        if not self.unspaced:
            return [self.text[:LETTERS]]
        return [self.text[at : at + 2] for at in range(max(1, len(self.text) - 1))]


def runs(text: str) -> Iterator[Run]:
    """The words of any text, in their order."""
    yield from filter(None, map(_run, _written(text)))


def _written(text: str) -> list[str]:
    return _RUN.findall(_ungrouped(unicodedata.normalize("NFKC", text)))


def _run(written: str) -> Run | None:
    spoken = written.casefold()
    if _UNSPACED.match(spoken):
        return Run(spoken, spoken, True)
    word = folded(spoken)
    return Run(word, spoken, False) if word else None


def _ungrouped(text: str) -> str:
    return _GROUPED.sub(lambda match: _NO_DIGIT.sub("", match.group()), text)


def folded(word: str) -> str:
    """A word without accents, its digits as 0 to 9."""
    if word.isascii():
        return word
    parts = (letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))
    return "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in parts)


def index_terms(text: str | None) -> str:
    """What the index takes in of a text, separated by spaces."""
    terms: list[str] = []
    for written in _written(text or ""):
        if written.isascii():  # the same by a shorter way: every commit and every forgetting waits for this
            terms.append(written[:LETTERS].lower())
        elif run := _run(written):
            terms += run.terms
    return " ".join(terms)


def index_ends(text: str | None) -> str:
    """The ends of a text's long words, backwards; nothing of a text that is rather in a language without compounds."""
    text = text or ""
    telling = filter(_TELLING.__contains__, _WORDS.findall(text.lower()))
    if sum(map(_TELLING.__getitem__, telling)) < 0:
        return ""
    return " ".join(ending(run.text) for run in runs(text) if compounds(run))


def compounds(run: Run) -> bool:
    """Whether a word is long enough to be made of two."""
    return not run.unspaced and len(run.text) >= LONG_WORD and run.text.isalpha()


def ending(word: str) -> str:
    """The last letters of a word, the last first."""
    return word[: -LETTERS - 1 : -1]
