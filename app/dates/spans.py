"""A period of days, and the arithmetic of days, weeks, months, seasons and years."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from app.dates.period_words import FIRST_MONTH, PARTS

EARLIEST = date(1000, 1, 1)
LATEST = date(9999, 12, 31)


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included. said: the words that say it; start: where they begin."""

    first: date
    last: date
    said: str = ""
    start: int = 0

    def holds(self, day: str | None) -> bool:
        """Whether a day in ISO 8601 (a time behind it does not matter) lies in it."""
        return bool(day) and self.first.isoformat() <= str(day)[:10] <= self.last.isoformat()

    def meets(self, other: Period) -> bool:
        """Whether the two have a day in common."""
        return self.first <= other.last and other.first <= self.last


def day(year: int, month: int, number: int) -> Period:
    on = date(year, month, number)
    return Period(on, on)


def month(year: int, number: int) -> Period:
    return Period(date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1]))


def year(number: int) -> Period:
    return Period(date(number, 1, 1), date(number, 12, 31))


def season(name: str, number: int) -> Period:
    """A winter is named after the year it begins in."""
    first = date(number, FIRST_MONTH[name], 1)
    return Period(first, add_months(first, 3) - timedelta(days=1))


def week(of: date) -> Period:
    monday = of - timedelta(days=of.weekday())
    return Period(monday, monday + timedelta(days=6))


def add_months(on: date, months: int) -> date:
    index = on.year * 12 + on.month - 1 + months
    number, at = index // 12, index % 12 + 1
    return date(number, at, min(on.day, calendar.monthrange(number, at)[1]))


def part(period: Period, word: str) -> Period:
    """The first, middle or last third."""
    at, third = PARTS[word], (period.last - period.first) / 3
    first = period.first + at * third
    return Period(first, period.last if at == 2 else first + third)


def step(unit: str, steps: int, today: date) -> Period:
    """The day, week, month or year so many steps from the present one."""
    if unit == "day":
        on = today + timedelta(days=steps)
        return Period(on, on)
    if unit == "week":
        return week(today + timedelta(weeks=steps))
    if unit == "month":
        there = add_months(today.replace(day=1), steps)
        return month(there.year, there.month)
    return year(today.year + steps)


def ago(unit: str, count: int, today: date) -> Period:
    """What "so many … ago" means: as exact as its unit. A year ago is around that day."""
    if unit == "year":
        there = add_months(today, -12 * count)
        return Period(add_months(there.replace(day=1), -1), month(*next_month(there)).last)
    return step(unit, -count, today)


def next_month(on: date) -> tuple[int, int]:
    there = add_months(on.replace(day=1), 1)
    return there.year, there.month


def recent(number: int, today: date) -> int:
    """The year in which a month that is said without one was last."""
    return today.year if number <= today.month else today.year - 1
