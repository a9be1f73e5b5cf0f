"""When an answer says a key fact, and when cited passages hold it; the same for every kind of question.

A number is the same in figures and in words of the four languages ("3" and "trois"), and however its thousands are grouped.
Where two numbers that answer and passages say are worked out into a third, the third is held by them. A line of an answer
that says its part was not found says nothing, though it repeats the question's words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import combinations

from app.asking.language import LANGUAGES
from app.asking.quantities import HAN_NUMBER, NUMBER, han_number, number_of
from app.asking.texts import say
from app.dates.period_words import NUMBERS

# These words are articles or mean something else as well, so a text that has them need not say a number.
_NO_NUMBERS = frozenset("a an one ein eine einem einen einer eins un une couple neuf 一 俩".split())  # noqa: SIM905
_WORD = re.compile(r"[^\W\d_]+")
# Not part of a weekday, an ordinal, a month or a longer number.
_DIGITS = "零〇一二两三四五六七八九十百千万"
_HAN_ONE = re.compile(rf"(?<![周期第初{_DIGITS}])[二两三四五六七八九十](?![月{_DIGITS}])")
_PERCENT = re.compile(r"\s?(?:%|percent|prozent|pour ?cent)")

Number = tuple[float, bool]
"""A value, and whether it is so many per cent."""


def says(text: str, ways: Sequence[str]) -> bool:
    """Whether a text says a fact in one of its ways; numbers count as whole numbers."""
    plain = _plain(text)
    numbers = numbers_in(plain)
    return any(_found(_plain(way), plain) or number_alone(way) in numbers for way in ways)


def answered(answer: str) -> str:
    """An answer without its lines that say that their part was not found."""
    unknown = tuple(f": {say('unknown', language)}" for language in LANGUAGES)
    return "\n".join(line for line in answer.splitlines() if not line.rstrip().endswith(unknown))


def holds(ways: Sequence[str], answer: str, cited: Sequence[str]) -> bool:
    """Whether a cited passage says a fact, or cited passages say two numbers of the answer that make it."""
    return any(says(text, ways) for text in cited) or worked_out(ways, answer, cited)


def worked_out(ways: Sequence[str], answer: str, cited: Sequence[str]) -> bool:
    """Whether a fact is the sum or the difference of two numbers that both the answer and the cited passages say."""
    wanted = {number[0] for way in ways if (number := number_alone(way)) is not None}
    there = set().union(*(numbers_in(text) for text in cited)) if cited else set()
    said = sorted({value for value, _ in numbers_in(answer) & there})
    made = {round(total, 6) for a, b in combinations(said, 2) for total in (a + b, b - a)}
    return any(round(value, 6) in made for value in wanted)


def numbers_in(text: str) -> set[Number]:
    """All numbers of a text, in figures and in words."""
    plain = _plain(text)
    found = {
        (number_of(match.group()), bool(_PERCENT.match(plain, match.end())))
        for match in NUMBER.finditer(plain)
    }
    for match in HAN_NUMBER.finditer(plain):
        plain = plain[: match.start()] + " " * len(match.group()) + plain[match.end() :]
        share = match.group().removeprefix("百分之")
        found.add((han_number(share), share != match.group()))
    words = [*_WORD.findall(plain), *_HAN_ONE.findall(plain)]
    return found | {
        (float(NUMBERS[word]), False) for word in words if word in NUMBERS and word not in _NO_NUMBERS
    }


def number_alone(way: str) -> Number | None:
    """The number that a way to say a fact is, None where it is more than that."""
    plain = _plain(way).strip()
    for pattern in (NUMBER, HAN_NUMBER, _HAN_ONE, _WORD):
        if pattern.fullmatch(plain) and len(found := numbers_in(plain)) == 1:
            return found.pop()
    return None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _found(way: str, plain: str) -> bool:
    start = plain.find(way)
    while start >= 0:
        before, behind = plain[start - 1 : start], plain[start + len(way) : start + len(way) + 1]
        if not (way[0].isdigit() and before.isdigit()) and not (way[-1].isdigit() and behind.isdigit()):
            return True
        start = plain.find(way, start + 1)
    return False
