"""A period as texts write it, so that what speaks of it without being dated in it is found by its words."""

from __future__ import annotations

from app.dates.spans import Period, month

_NAMES = (
    ("january", "januar", "janvier"),
    ("february", "februar", "février"),
    ("march", "märz", "mars"),
    ("april", "avril"),
    ("may", "mai"),
    ("june", "juni", "juin"),
    ("july", "juli", "juillet"),
    ("august", "août"),
    ("september", "septembre"),
    ("october", "oktober", "octobre"),
    ("november", "novembre"),
    ("december", "dezember", "décembre"),
)


def phrases(period: Period) -> list[str]:
    """How days of the period are written in texts: its months with their year, its day in numbers. None for whole years,
    which too many texts name."""
    on = period.first
    if period.first == period.last:
        written = [
            f"{on:%Y-%m-%d}",
            f"{on.day}.{on.month}.{on.year}",
            f"{on:%d.%m.%Y}",
            f"{on.year}年{on.month}月{on.day}日",
        ]
        return [*written, *(f"{on.day} {name} {on.year}" for name in _NAMES[on.month - 1])]
    if period == Period(
        month(on.year, on.month).first, month(on.year, on.month).last, period.said, period.start
    ):
        written = [f"{on:%Y-%m}", f"{on.year}年{on.month}月"]
        return [*written, *(f"{name} {on.year}" for name in _NAMES[on.month - 1])]
    if (period.last - period.first).days <= 100:
        count = (period.last.year - on.year) * 12 + period.last.month - on.month + 1
        months = [(on.year + (on.month - 1 + at) // 12, (on.month - 1 + at) % 12) for at in range(count)]
        return [f"{name} {number}" for number, index in months for name in _NAMES[index]]
    return []
