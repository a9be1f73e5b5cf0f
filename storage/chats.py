"""Conversations with their citations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from storage.banks import among
from storage.errors import NotFound
from storage.records import Chat, Citation, Message
from storage.sqlite import schema
from storage.sqlite.rows import insert_id
from storage.sqlite.store import Store, now

UNCITED = 0  # the rank of a document that an answer was read from without citing it


class Chats:
    """Rows of `chats`, `messages` and `citations`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, title: str = "") -> int:
        with self._store.write() as change:
            moment = now()
            return insert_id(
                change.connection, schema.chats, title=title, created_at=moment, updated_at=moment
            )

    def rename(self, id: int, title: str) -> None:
        with self._store.write() as change:
            need_chat(change.connection, id)
            change.connection.execute(update(schema.chats).where(schema.chats.c.id == id).values(title=title))

    def rows(self) -> list[Chat]:
        """The one last written to first."""
        with self._store.read() as connection:
            rows = connection.execute(select(schema.chats).order_by(schema.chats.c.updated_at.desc()))
            return [Chat(**r._mapping) for r in rows]

    def messages(self, chat_id: int) -> list[Message]:
        """In order. Raises NotFound."""
        m, c = schema.messages, schema.citations
        with self._store.read() as connection:
            need_chat(connection, chat_id)
            cited = defaultdict(list)
            query = (
                select(c).join(m, m.c.id == c.c.message_id).where(m.c.chat_id == chat_id).order_by(c.c.rank)
            )
            for r in connection.execute(query.where(c.c.rank != UNCITED)):
                cited[r.message_id].append(Citation(r.document_id, r.quote, r.score, r.rank, r.read))
            rows = connection.execute(select(m).where(m.c.chat_id == chat_id).order_by(m.c.id))
            return [Message(**r._mapping, citations=tuple(cited[r.id])) for r in rows]

    def add_message(
        self,
        chat_id: int,
        role: str,
        text: str,
        citations: Sequence[Citation] = (),
        *,
        agreement: float | None = None,
        read: Collection[int] = (),
    ) -> int:
        """Appends a message; its id. Raises NotFound.

        read: all documents that it was worked out from, cited or not. If one of these or of those it cites was forgotten
        while the answer was being written, the text is not kept; if one is forgotten later, it goes.
        """
        with self._store.write() as change:
            c = change.connection
            need_chat(c, chat_id)
            t = schema.tombstones
            cited = {x.document_id for x in citations}
            gone = set(
                c.scalars(
                    select(t.c.document_id).where(
                        among(t.c.document_id, sorted(cited | set(read))), t.c.state != "deleted"
                    )
                )
            )
            id = insert_id(
                c,
                schema.messages,
                chat_id=chat_id,
                role=role,
                text="" if gone else text,
                created_at=now(),
                erased=bool(gone),
                agreement=agreement,
            )
            beside = [Citation(id, "", 0.0, UNCITED, False) for id in sorted(set(read) - cited)]
            rows = [vars(x) | {"message_id": id} for x in [*citations, *beside] if x.document_id not in gone]
            if rows:
                c.execute(insert(schema.citations), rows)
            c.execute(update(schema.chats).where(schema.chats.c.id == chat_id).values(updated_at=now()))
            return id

    def delete(self, id: int) -> None:
        """Raises NotFound."""
        with self._store.write() as change:
            need_chat(change.connection, id)
            change.connection.execute(delete(schema.chats).where(schema.chats.c.id == id))


def need_chat(connection: Connection, id: int) -> Chat:
    row = connection.execute(select(schema.chats).where(schema.chats.c.id == id)).first()
    if row is None:
        raise NotFound(f"There is no conversation {id} (any more).")
    return Chat(**row._mapping)
