"""Files by what became of them and by their names."""

from __future__ import annotations

from sqlalchemy import select

from storage.records import File
from storage.sqlite import schema
from storage.sqlite.rows import to_file
from storage.sqlite.store import Store

PARTLY = "partly"


def files_like(store: Store, *, state: str, text: str, limit: int, offset: int) -> list[File]:
    """The last changed first. state: a file's, PARTLY for known files of which something was not read, "" for any;
    text: part of the path."""
    f = schema.files.c
    query = select(schema.files).order_by(f.updated_at.desc(), f.id.desc()).limit(limit).offset(offset)
    if state == PARTLY:
        query = query.where(f.state == "known", f.unread != [])
    elif state:
        query = query.where(f.state == state)
    if text:
        query = query.where(f.path.contains(text, autoescape=True))
    with store.read() as connection:
        return [to_file(row) for row in connection.execute(query)]
