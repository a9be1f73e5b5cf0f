"""The audit trail: what was forgotten and when, in numbers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select

from storage.records import Audit
from storage.sqlite import schema
from storage.sqlite.store import Store, now


class AuditTrail:
    """Rows of `audit`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def rows(self, limit: int = 100, offset: int = 0) -> list[Audit]:
        """The newest first."""
        query = select(schema.audit).order_by(schema.audit.c.id.desc()).limit(limit).offset(offset)
        with self._store.read() as connection:
            return [Audit(**r._mapping) for r in connection.execute(query)]


def record(connection: Connection, action: str, documents: int, tokens: int, **detail: Any) -> None:
    """Numbers and kinds only; no text, title or path may go in."""
    connection.execute(
        insert(schema.audit).values(
            at=now(), action=action, documents=documents, tokens=tokens, detail=detail
        )
    )
