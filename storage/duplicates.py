"""Documents that say the very same, whatever file they are in."""

from __future__ import annotations

from sqlalchemy import func, select

from storage.sqlite import schema
from storage.sqlite.store import Store


def same_words(store: Store, limit: int, offset: int = 0) -> list[list[int]]:
    """Ids of documents with the same words, the largest group first, in each the oldest first."""
    d = schema.documents.c
    words = func.coalesce(func.nullif(d.body_hash, ""), d.content_hash)
    groups = (
        select(words.label("words"), func.count().label("count"), func.min(d.id).label("first"))
        .group_by(words)
        .having(func.count() > 1)
        .order_by(func.count().desc(), func.min(d.id))
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    query = (
        select(groups.c.first, d.id)
        .select_from(schema.documents.join(groups, groups.c.words == words))
        .order_by(groups.c.count.desc(), groups.c.first, d.id)
    )
    found: dict[int, list[int]] = {}
    with store.read() as connection:
        for first, id in connection.execute(query):
            found.setdefault(first, []).append(id)
    return list(found.values())
