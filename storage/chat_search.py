"""Which chats say something."""

from __future__ import annotations

from sqlalchemy import or_, select

from storage.sqlite import schema
from storage.sqlite.store import Store


def chats_saying(store: Store, text: str) -> set[int]:
    """Ids of the chats whose title or messages contain `text`, whatever its case (of ASCII letters)."""
    m = schema.messages.c
    in_messages = select(m.chat_id).where(m.text.contains(text, autoescape=True))
    query = select(schema.chats.c.id).where(
        or_(schema.chats.c.title.contains(text, autoescape=True), schema.chats.c.id.in_(in_messages))
    )
    with store.read() as connection:
        return set(connection.scalars(query))
