"""Rules for periods that depend on today: "yesterday", "letzten Sommer", "il y a deux mois", "去年三月"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from app.dates.patterns import (
    COUNT,
    COUNT_ZH,
    HAN_YEAR,
    IN,
    MONTH,
    OF,
    PART,
    PART_ZH,
    SEASON,
    STEP,
    UNIT,
    UNIT_ZH,
    YEAR,
    Rule,
    any_of,
    compiled,
    count,
    han,
    holiday,
    latin,
    month_number,
    month_zh,
    stepped_season,
    steps,
    unit,
    weekday,
    with_part,
    year_zh,
)
from app.dates.period_words import DAYS, HOLIDAYS, SEASONS, WEEKDAYS, YEARS_ZH
from app.dates.spans import Period, add_months, ago, day, month, recent, season, step, year


def same_day(unit: str, count: int, today: date) -> Period:
    if unit in ("month", "year"):
        on = add_months(today, -count * (12 if unit == "year" else 1))
        return Period(on, on)
    return step("day", -count * (7 if unit == "week" else 1), today)


def until_today(unit: str, count: int, today: date) -> Period:
    if unit in ("month", "year"):
        return Period(add_months(today, -count * (12 if unit == "year" else 1)), today)
    return Period(today - timedelta(days=count * (7 if unit == "week" else 1)), today)


def next_weekday(match: re.Match[str], today: date) -> Period:
    ahead = (WEEKDAYS[match[1].casefold()] - today.weekday()) % 7 or 7
    return step("day", ahead, today)


def weekday_zh(match: re.Match[str], today: date) -> Period:
    """The day of a week that is told by its number: "上周五" is the Friday of the week before."""
    number = "一二三四五六日天".index(match[2])
    on = step("week", STEPS_ZH[match[1]], today).first + timedelta(days=min(number, 6))
    return Period(on, on)


def weekend(steps: int, today: date) -> Period:
    """Of a week that is so many from the present one, which ends with its weekend."""
    saturday = step("week", 0, today).first + timedelta(days=5)
    first = saturday + timedelta(weeks=steps)
    return Period(first, first + timedelta(days=1))


def stepped_month(number: int, steps: int, today: date) -> int:
    """The year of "last March" (the last one that is over), "this March", "next March"."""
    if steps < 0:
        return (today.year if number < today.month else today.year - 1) + steps + 1
    if steps > 0:
        return (today.year if number > today.month else today.year + 1) + steps - 1
    return today.year


STEPS_ZH = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1}

RELATIVE: list[Rule] = [
    (
        compiled(rf"{HAN_YEAR}(\d\d?|十[一二]?|[一二三四五六七八九])月(\d\d?)[日号]"),
        lambda m, t: day(year_zh(m[1], t), month_zh(m[2]), int(m[3])),
    ),
    (compiled(rf"\b({latin(DAYS)})(?!\w)"), lambda m, t: step("day", DAYS[m[1].casefold()], t)),
    (compiled(rf"({han(DAYS)})"), lambda m, t: step("day", DAYS[m[1]], t)),
    (
        compiled(rf"\b(?:last|on|letzten|am|vorigen)\s+({latin(WEEKDAYS)})\b"),
        weekday,
    ),
    (compiled(rf"\b({latin(WEEKDAYS)})\s+dernier\b"), weekday),
    (compiled(rf"\b(?:next|coming|(?:nächst|kommend)e[nrs]?)\s+({latin(WEEKDAYS)})\b"), next_weekday),
    (compiled(rf"\b({latin(WEEKDAYS)})\s+prochain\b"), next_weekday),
    (compiled(r"(上上|上|这|本|下)个?(?:周|星期|礼拜)([一二三四五六日天])"), weekday_zh),
    (compiled(rf"\b{STEP}\s+(?:weekend|wochenende|week-end)\b"), lambda m, t: weekend(steps(m[1]), t)),
    (compiled(r"\b(?:le\s+)?week-end\s+(dernier|passé|prochain)\b"), lambda m, t: weekend(steps(m[1]), t)),
    (compiled(r"(上上|上|这|本|下)个?周末"), lambda m, t: weekend(STEPS_ZH[m[1]], t)),
    (
        compiled(rf"\b{COUNT}\s+{UNIT}\s+ago\s+today\b"),
        lambda m, t: same_day(unit(m[2]), count(m[1]), t),
    ),
    (
        compiled(rf"\b(?:today|this day)\s+{COUNT}\s+{UNIT}\s+ago\b"),
        lambda m, t: same_day(unit(m[2]), count(m[1]), t),
    ),
    (
        compiled(rf"\bheute\s+vor\s+{COUNT}\s+{UNIT}"),
        lambda m, t: same_day(unit(m[2]), count(m[1]), t),
    ),
    (
        compiled(
            rf"\b(?:aujourd'hui\s+)?il y a\s+(?:exactement\s+)?{COUNT}\s+{UNIT}\s+(?:jour pour jour|aujourd'hui)"
        ),
        lambda m, t: same_day(unit(m[2]), count(m[1]), t),
    ),
    (compiled(rf"({any_of(YEARS_ZH)})的?今天"), lambda m, t: same_day("year", -YEARS_ZH[m[1]], t)),
    (compiled(rf"{COUNT_ZH}年前的今天"), lambda m, t: same_day("year", count(m[1]), t)),
    (
        compiled(rf"{HAN_YEAR}(\d\d?|十[一二]?|[一二三四五六七八九])月份?{PART_ZH}"),
        lambda m, t: with_part(month(year_zh(m[1], t), month_zh(m[2])), m[3]),
    ),
    (
        compiled(rf"(?<![年\d十])(\d\d?|十[一二]?|[一二三四五六七八九])月份?(?!\d){PART_ZH}"),
        lambda m, t: with_part(month(recent(month_zh(m[1]), t), month_zh(m[1])), m[2]),
    ),
    (
        compiled(
            rf"\b{MONTH}\s+(?:of\s+|de\s+)?(?:the\s+|l'\s*)?"
            r"(?:last year|letzten Jahres|vorigen Jahres|letztes Jahr|an(?:née)? derni(?:er|ère))"
        ),
        lambda m, t: month(t.year - 1, month_number(m[1])),
    ),
    (
        compiled(
            rf"\b(?:last year|letztes Jahr|voriges Jahr|l'an dernier|l'année dernière),?\s*(?:in|im|en|au)?\s*{MONTH}"
        ),
        lambda m, t: month(t.year - 1, month_number(m[1])),
    ),
    (
        compiled(rf"\b(?:this year|dieses Jahr|cette année),?\s*(?:in|im|en|au)?\s*{MONTH}"),
        lambda m, t: month(t.year, month_number(m[1])),
    ),
    (
        compiled(rf"\b{STEP}\s+{MONTH}(?!\w)"),
        lambda m, t: month(stepped_month(month_number(m[2]), steps(m[1]), t), month_number(m[2])),
    ),
    (
        compiled(rf"\b{MONTH}\s+(?:dernier|passé)\b"),
        lambda m, t: month(stepped_month(month_number(m[1]), -1, t), month_number(m[1])),
    ),
    (
        compiled(rf"{IN}{PART}{MONTH}(?!\s*\d)(?!\w)"),
        lambda m, t: (
            with_part(month(recent(month_number(m[2]), t), month_number(m[2])), m[1])
            if len(m[2]) > 3 or m[2][0].isupper()
            else None
        ),
    ),
    (
        compiled(rf"\b{STEP}\s+{SEASON}"),
        lambda m, t: stepped_season(SEASONS[m[2].casefold()], steps(m[1]), t),
    ),
    (
        compiled(rf"\b{SEASON}\s+(?:dernier|dernière|passé)\b"),
        lambda m, t: stepped_season(SEASONS[m[1].casefold()], -1, t),
    ),
    (
        compiled(rf"{HAN_YEAR}({han(SEASONS)})"),
        lambda m, t: season(SEASONS[m[2]], year_zh(m[1], t)),
    ),
    (
        compiled(
            rf"\b{SEASON}\s+(?:of\s+|de\s+l'\s?)?(?:last year|letzten Jahres|an(?:née)? derni(?:er|ère))"
        ),
        lambda m, t: season(SEASONS[m[1].casefold()], t.year - 1),
    ),
    (
        compiled(rf"\b(?:last\s+|letzte\s+|letztes\s+)?({latin(HOLIDAYS)})(?:\s*{OF}{YEAR})?"),
        holiday,
    ),
    (compiled(rf"(?:去年)?({han(HOLIDAYS)})()"), holiday),
    (compiled(rf"\b{STEP}\s+{UNIT}"), lambda m, t: step(unit(m[2]), steps(m[1]), t)),
    (
        compiled(rf"\b(?:la|le|l'|cette|ce)\s*{UNIT}\s+(dernier|dernière|passé|passée|prochain|prochaine)\b"),
        lambda m, t: step(unit(m[1]), steps(m[2]), t),
    ),
    (
        compiled(r"\bthe (year|month|week) before last\b"),
        lambda m, t: step(unit(m[1]), -2, t),
    ),
    (
        compiled(rf"({any_of(YEARS_ZH)})(?!的?今天)"),
        lambda m, t: year(t.year + YEARS_ZH[m[1]]),
    ),
    (
        compiled(rf"\b{COUNT}\s+{UNIT}\s+ago\b"),
        lambda m, t: ago(unit(m[2]), count(m[1]), t),
    ),
    (compiled(rf"\bvor\s+{COUNT}\s+{UNIT}"), lambda m, t: ago(unit(m[2]), count(m[1]), t)),
    (compiled(rf"\bil y a\s+{COUNT}\s+{UNIT}"), lambda m, t: ago(unit(m[2]), count(m[1]), t)),
    (
        compiled(rf"{COUNT_ZH}{UNIT_ZH}(?:以|之)?前(?!的今天)"),
        lambda m, t: ago(unit(m[2]), count(m[1]), t),
    ),
    (
        compiled(
            rf"\b(?:the\s+|den\s+|die\s+|les\s+|ces\s+)?(?:last|past|letzten|vergangenen)\s+{COUNT}\s+{UNIT}"
        ),
        lambda m, t: until_today(unit(m[2]), count(m[1]), t),
    ),
    (
        compiled(rf"\b(?:les\s+|ces\s+)?{COUNT}\s+(?:derniers|dernières)\s+{UNIT}"),
        lambda m, t: until_today(unit(m[2]), count(m[1]), t),
    ),
    (
        compiled(rf"(?:最近|过去|近)的?{COUNT_ZH}{UNIT_ZH}"),
        lambda m, t: until_today(unit(m[2]), count(m[1]), t),
    ),
    (
        compiled(r"(上上|上|这|本|下)(?:一)?(个?星期|个?礼拜|周|个月|月)(?![一二三四五六日天末份\d])"),
        lambda m, t: step("month" if "月" in m[2] else "week", STEPS_ZH[m[1]], t),
    ),
]
