"""The passages that every part of the fake twin stands on."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.records import (
    Remembered,
)

HOSTILE = (
    'Violin lesson notes <script>window.hacked=1</script><img src=x onerror="window.hacked=2"> '
    "![remote](http://evil.example/pixel.png) [link](javascript:window.hacked=3) ${window.hacked=4} {{7*7}} "
    "<iframe src='http://evil.example/'></iframe> <a href=\"http://evil.example/\">click</a> &amp; $x^2$"
)
PASSAGES = (
    ("garden.md", "Spring", "2021-04-12", "The apricot tree was planted behind the shed on 12 April 2021."),
    ("garden.md", "Autumn", "2021-10-02", "The apricot tree lost a branch in the October storm."),
    (
        "letter <b>bold</b>.eml",
        "message 1",
        "2019-03-01",
        "Mara moved to Porto and asked for the blue suitcase.",
    ),
    ("violin.html", "body", None, HOSTILE),
)


def remembered(index: int, name: str, place: str, date: str | None, text: str) -> Remembered:
    return Remembered(
        index, text, None, "Ada", date, place, f"/home/ada/{name}", len(text) // 4, "2026-01-01T10:00:00"
    )


@dataclass
class Rows:
    rows: dict[int, Remembered] = field(default_factory=dict)
