"""A lesson of written records, as it grows: what it shows, what it asks, and how its language says dates and names."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "de", "fr", "zh")
OTHER_LANGUAGE = 0.3  # share of the questions that are not in their passages' language
_SENTENCES = Path(__file__).parent


@dataclass
class Lesson:
    """language: of its passages."""

    draw: random.Random
    language: str
    passages: list[str] = field(default_factory=list)
    questions: list[tuple[str, str]] = field(default_factory=list)

    def say(self, kind: str, **words: Any) -> str:
        """A passage of this kind, in the lesson's language."""
        filler, filler2 = self.draw.sample(sentences()["filler"][self.language], 2)
        words = {"filler": filler, "filler2": filler2, **words}
        return str(self.draw.choice(sentences()[kind][self.language])).format(**words)

    def pick(self, ways: Mapping[str, Sequence[str]], language: str | None = None) -> str:
        """One of the ways to say something, by default in the lesson's language."""
        return self.draw.choice(ways[language or self.language])

    def asking(self) -> str:
        """The language of a question."""
        return self.draw.choice(LANGUAGES) if self.draw.random() < OTHER_LANGUAGE else self.language

    def filler(self) -> str:
        return self.pick(sentences()["filler"])

    def names(self, count: int) -> list[str]:
        return self.draw.sample(sentences()["names"][self.language], count)

    def firms(self, count: int) -> list[str]:
        return self.draw.sample(sentences()["firms"], count)

    def streets(self, count: int) -> list[str]:
        return self.draw.sample(sentences()["streets"], count)

    def month_name(self, month: int, language: str | None = None) -> str:
        """month: 0 to 11."""
        named: str = sentences()["months"][language or self.language][month]
        return named if (language or self.language) != "zh" else f"{month + 1}月"

    def month(self, month: int, year: int) -> str:
        return f"{year}年{month + 1}月" if self.language == "zh" else f"{self.month_name(month)} {year}"

    def day(self, year: int) -> str:
        """A date as lists have it, or as the language says it."""
        if self.draw.random() < 0.5:
            return f"{year}-{self.draw.randint(1, 12):02}-{self.draw.randint(1, 28):02}"
        return self.date(year)

    def date(self, year: int) -> str:
        month = self.draw.randrange(12)
        return str(sentences()["dates"][self.language]).format(
            day=self.draw.randint(1, 28),
            month=sentences()["months"][self.language][month],
            number=month + 1,
            year=year,
        )


@cache
def sentences(kind: str = "personal") -> dict[str, Any]:
    """The sentences of one kind of records, by what they say and their language."""
    read: dict[str, Any] = json.loads((_SENTENCES / f"{kind}.json").read_text(encoding="utf-8"))
    return read


def phone(draw: random.Random) -> str:
    return f"{draw.choice(('+49 221', '+33 1', '0761', '+44 20', '010'))} {draw.randint(100, 9999)} {draw.randint(10, 999)}"


def price(draw: random.Random) -> str:
    whole = draw.randint(20, 9800)
    return draw.choice((f"{whole},00 EUR", f"{whole} €", f"€{whole}", f"{whole}.50 EUR", f"{whole}元"))
