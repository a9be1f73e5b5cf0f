"""What of a container was not read: one note for each reason, however many members have it."""

from __future__ import annotations

from app.parsing.items import NOTES

_NAMED = 5


class Unread:
    """Names of members by the reason why they were not read."""

    def __init__(self) -> None:
        self._names: dict[str, list[str]] = {}
        self._more: dict[str, int] = {}

    def add(self, name: str, reason: str) -> None:
        names = self._names.setdefault(reason, [])
        if len(names) < _NAMED:
            names.append(name)
        else:
            self._more[reason] = self._more.get(reason, 0) + 1

    def notes(self) -> tuple[str, ...]:
        """A note for each reason: "a.jpg, b.jpg and 12 more: not a text format: JPEG picture"."""
        return tuple(
            f"{', '.join(names)}{f' and {more} more' if (more := self._more.get(reason, 0)) else ''}: {reason}"
            for reason, names in list(self._names.items())[:NOTES]
        )
