"""What the archive keeps of small things, by name: job states, the forgetting key."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select

from storage.sqlite import schema
from storage.sqlite.store import Store


class KeptSettings:
    """Rows of `settings`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, key: str, default: Any = None) -> Any:
        with self._store.read() as connection:
            row = connection.execute(
                select(schema.settings.c.value).where(schema.settings.c.key == key)
            ).first()
            return default if row is None else row.value

    def set(self, key: str, value: Any) -> None:
        """value: anything JSON can hold."""
        with self._store.write() as change:
            change.connection.execute(
                insert(schema.settings).prefix_with("OR REPLACE").values(key=key, value=value)
            )
