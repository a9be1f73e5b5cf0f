"""Finding documents by the days they speak of, in order of time.

A date is ISO 8601 and may be cut to its month or year; cut dates meet a day by what they share with it ("2023" meets every
day of 2023). Documents that speak of several days have their last one beside the first.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

_DATED = text(
    """
    SELECT id FROM documents
    WHERE date IS NOT NULL AND date_source != :changed
      AND date <= :until
      AND coalesce(substr(date_last, 1, 10), substr(date, 1, 10))
          >= substr(:first, 1, length(coalesce(substr(date_last, 1, 10), substr(date, 1, 10))))
    ORDER BY substr(date, 1, 10), file_id, ordinal
    LIMIT :limit
    """
)


def dated(connection: Connection, first: str, last: str, limit: int, *, changed: str = "mtime") -> list[int]:
    """Ids of documents that speak of days from first to last (whole days in ISO 8601, both included).

    changed: the source of dates that say nothing of the content; documents with such a date are left out.
    """
    # "~" is behind whatever follows a day: a time, or nothing.
    values = {"first": first, "until": last + "~", "limit": limit, "changed": changed}
    return [row[0] for row in connection.execute(_DATED, values)]
