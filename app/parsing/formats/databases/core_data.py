"""How Apple's programs store moments: from the first of January 2001 in UTC."""

from __future__ import annotations

from app.parsing.formats.chats.turns import moment

_FROM_1970 = 978_307_200
_NANOSECONDS = 1e12  # no moment in seconds is so large


def apple_moment(value: object) -> str | None:
    """Seconds, or nanoseconds as newer systems count, as an ISO moment in UTC without its zone."""
    if not isinstance(value, (int, float)) or not value:
        return None
    return moment((value / 1e9 if abs(value) > _NANOSECONDS else value) + _FROM_1970)
