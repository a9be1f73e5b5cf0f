"""Rules for periods that mean the same on every day: "5 March 2023", "Sommer 2022", "2019 to 2021"."""

from __future__ import annotations

from app.dates.patterns import (
    DATED_YEAR,
    MONTH,
    OF,
    PART,
    PART_ZH,
    SEASON,
    YEAR,
    Rule,
    compiled,
    days_of_months,
    han,
    month_number,
    month_zh,
    winter_pair,
    with_part,
    year_pair,
)
from app.dates.period_words import SEASONS
from app.dates.spans import day, month, season, year

WRITTEN: list[Rule] = [
    (
        compiled(rf"\b(\d\d?)\.?\s*(?:{MONTH})?\s*[–-]\s*(\d\d?)\.?\s+{MONTH},?\s*{YEAR}"),
        lambda m, t: days_of_months(m),
    ),
    (
        compiled(r"(?<![\w-])((?:19|20)\d\d)-(\d\d?)-(\d\d?)(?![\w-])"),
        lambda m, t: day(int(m[1]), int(m[2]), int(m[3])),
    ),
    (
        compiled(r"(?<![\w.])(\d\d?)\.\s?(\d\d?)\.\s?((?:19|20)\d\d)(?!\w)"),
        lambda m, t: day(int(m[3]), int(m[2]), int(m[1])),
    ),
    (
        compiled(r"(?<![\w/])(\d\d?)/(\d\d?)/((?:19|20)\d\d)(?!\w)"),
        lambda m, t: day(int(m[3]), int(m[2]), int(m[1])),
    ),
    (
        compiled(rf"\b(\d\d?)(?:st|nd|rd|th|er|\.)?\s+(?:of\s+)?{MONTH},?\s*{DATED_YEAR}"),
        lambda m, t: day(int(m[3]), month_number(m[2]), int(m[1])),
    ),
    (
        compiled(rf"\b{MONTH}\s+(\d\d?)(?:st|nd|rd|th)?,?\s+{DATED_YEAR}"),
        lambda m, t: day(int(m[3]), month_number(m[1]), int(m[2])),
    ),
    (
        compiled(rf"{PART}\b{MONTH}\s*{OF}{YEAR}"),
        lambda m, t: with_part(month(int(m[3]), month_number(m[2])), m[1]),
    ),
    (
        compiled(r"(?<![\w-])((?:19|20)\d\d)-(\d\d)(?![\w-])"),
        lambda m, t: month(int(m[1]), int(m[2])) if 1 <= int(m[2]) <= 12 else None,
    ),
    (
        compiled(r"(?<![\w/])(\d\d?)/((?:19|20)\d\d)(?![\w/])"),
        lambda m, t: month(int(m[2]), int(m[1])) if 1 <= int(m[1]) <= 12 else None,
    ),
    (
        compiled(
            rf"\b{SEASON}\s*{OF}(?:(?:19|20)(?=\d\d/))?((?:19|20)\d\d)\s?[/–-]\s?(?:(?:19|20)?\d\d)(?!\d)"
        ),
        winter_pair,
    ),
    (compiled(rf"\b{SEASON}\s*{OF}{YEAR}"), lambda m, t: season(SEASONS[m[1].casefold()], int(m[2]))),
    (
        compiled(
            r"\b(?:from|between|von|zwischen|de|entre)\s+((?:19|20)\d\d)\s+(?:to|until|and|bis|und|à|et)\s+((?:19|20)\d\d)(?!\w)"
        ),
        year_pair,
    ),
    (compiled(r"(?<![\w.,/-])((?:19|20)\d\d)\s?[–/-]\s?((?:19|20)\d\d)(?![\w/-])"), year_pair),
    (compiled(r"((?:19|20)\d\d)年?[到至]((?:19|20)\d\d)年"), year_pair),
    (
        compiled(rf"(?:\b(?:in|im Jahre?|en|for|during|the year|l'année)\s+)?{YEAR}"),
        lambda m, t: year(int(m[1])),
    ),
    (compiled(r"((?:19|20)\d\d)年"), lambda m, t: year(int(m[1]))),
    (
        compiled(r"((?:19|20)\d\d)年(\d\d?|十[一二]?|[一二三四五六七八九])月(\d\d?)[日号]"),
        lambda m, t: day(int(m[1]), month_zh(m[2]), int(m[3])),
    ),
    (
        compiled(rf"((?:19|20)\d\d)年(\d\d?|十[一二]?|[一二三四五六七八九])月份?(?![\d日号]){PART_ZH}"),
        lambda m, t: with_part(month(int(m[1]), month_zh(m[2])), m[3]),
    ),
    (
        compiled(rf"((?:19|20)\d\d)年的?({han(SEASONS)})"),
        lambda m, t: season(SEASONS[m[2]], int(m[1])),
    ),
]
