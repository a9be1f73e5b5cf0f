"""Earlier texts of edited documents. They go when the document goes: the row is tied to it."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from storage.sqlite import schema
from storage.sqlite.store import Store, now


def keep_version(connection: Connection, document_id: int, text: str) -> None:
    """Note what the document said until now."""
    connection.execute(insert(schema.versions).values(document_id=document_id, text=text, until=now()))


def versions(store: Store, document_id: int) -> list[tuple[str, str]]:
    """(moment of the edit, text until then), the newest first."""
    v = schema.versions.c
    query = select(v.until, v.text).where(v.document_id == document_id).order_by(v.id.desc())
    with store.read() as connection:
        return [(row.until, row.text) for row in connection.execute(query)]
