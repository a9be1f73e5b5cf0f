"""How the memory grew: what was learned on which day, and the bytes of each part of the archive."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from storage.banks import BANK_DIRECTORY
from storage.directory import DATABASE
from storage.sqlite import schema
from storage.sqlite.store import Store


def learned_by_day(store: Store) -> list[tuple[str, int]]:
    """(day in UTC, documents learned on it that are still there), the first day first."""
    day = func.substr(schema.documents.c.created_at, 1, 10)
    query = select(day, func.count()).group_by(day).order_by(day)
    with store.read() as connection:
        return [(row[0], row[1]) for row in connection.execute(query)]


def by_suffix(store: Store) -> Counter[str]:
    """Documents by the end of their file's name, lower case; "" for those of no file."""
    found: Counter[str] = Counter()
    files = select(schema.files.c.path, schema.files.c.documents).where(schema.files.c.documents > 0)
    none = select(func.count()).select_from(schema.documents).where(schema.documents.c.file_id.is_(None))
    with store.read() as connection:
        for path, documents in connection.execute(files):
            found[os.path.splitext(path)[1].lower()] += documents
        found[""] += connection.scalar(none) or 0
    return +found


def bytes_by_part(directory: Path) -> dict[str, int]:
    """Bytes of the database, of the encodings, and of all else in the data folder."""
    sizes = {"database": 0, "encodings": 0, "other": 0}
    for path in directory.rglob("*"):
        try:
            size = path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
        inside = path.relative_to(directory).parts[0]
        part = (
            "encodings"
            if inside == BANK_DIRECTORY
            else "database"
            if inside.startswith(DATABASE)
            else "other"
        )
        sizes[part] += size
    return sizes
