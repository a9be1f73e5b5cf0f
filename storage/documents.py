"""Documents: what is routed, read, edited and found by words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text, update

from storage import schema
from storage.banks import among
from storage.errors import Forgotten, NotFound
from storage.files import Files, need_file
from storage.privacy import content_stamp, forgotten_among, is_forgotten
from storage.records import Document, Draft, Encoding
from storage.rows import document_rows, to_document
from storage.search import search
from storage.store import Change, now


class Documents(Files):
    """Rows of `documents`."""

    def reserve_document_ids(self, n: int) -> range:
        """n ids that no document had or will have; they are used up even if nothing is committed with them."""
        with self._write() as change:
            c = change.connection
            last = c.execute(text("SELECT seq FROM sqlite_sequence WHERE name = 'documents'")).scalar()
            if last is None:
                c.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES ('documents', 0)"))
                last = 0
            c.execute(
                text("UPDATE sqlite_sequence SET seq = :seq WHERE name = 'documents'"), {"seq": last + n}
            )
            return range(last + 1, last + 1 + n)

    def commit_documents(
        self,
        file_id: int | None,
        *,
        keep: Sequence[tuple[int, int]] = (),
        add: Sequence[Draft],
        encodings: Sequence[Encoding],
        file_state: str = "known",
        content_hash: str | None = None,
        bank: str,
        revision: int | None = None,
    ) -> None:
        """Makes a file's documents exactly `keep` and `add`, in one transaction with their segment and file row.

        keep: (document id, new ordinal) of those that stay; encodings: one per draft; bank: the fingerprint of the
        model that made them. With the `revision` that was read, a file found changed since stays queued. Drafts
        that the user had forgotten before are left out. Raises NotFound if the file was removed meanwhile,
        Forgotten if the whole file was forgotten, BankMismatch, ArchiveFull; then nothing has changed.
        """
        if len(add) != len(encodings):
            raise ValueError(f"{len(add)} drafts came with {len(encodings)} encodings")
        documents = schema.documents
        with self._write() as change:
            c = change.connection
            if content_hash is not None and is_forgotten(c, content_stamp(content_hash)):
                raise Forgotten("This file was forgotten before, and it has not changed.")
            refused = forgotten_among(c, [d.content_hash for d in add])
            pairs = [(d, e) for d, e in zip(add, encodings, strict=True) if d.content_hash not in refused]
            if file_id is not None:
                need_file(c, file_id)
                dropped = (documents.c.file_id == file_id) & ~among(documents.c.id, [i for i, _ in keep])
                self._bury(change, dropped)
                for id, ordinal in keep:
                    c.execute(
                        update(documents)
                        .where(
                            documents.c.id == id,
                            documents.c.file_id == file_id,
                            documents.c.ordinal != ordinal,
                        )
                        .values(ordinal=ordinal)
                    )
            insert_drafts(c, file_id, [d for d, _ in pairs])
            self._put(change, bank, [d.id for d, _ in pairs], [e for _, e in pairs])
            if file_id is not None:
                finish_file(c, file_id, file_state, content_hash, revision)

    def document(self, id: int) -> Document:
        """Raises NotFound."""
        with self._read() as connection:
            return need_document(connection, id)

    def documents(self, ids: Sequence[int]) -> list[Document]:
        """In the order of `ids`; those that do not exist (any more) are left out."""
        with self._read() as connection:
            rows = connection.execute(document_rows().where(among(schema.documents.c.id, ids)))
            found = {row.id: to_document(row) for row in rows}
        return [found[i] for i in ids if i in found]

    def file_documents(self, file_id: int) -> list[Document]:
        """In the order of the file."""
        query = document_rows().where(schema.documents.c.file_id == file_id)
        with self._read() as connection:
            return [
                to_document(r) for r in connection.execute(query.order_by("ordinal", schema.documents.c.id))
            ]

    def list_documents(
        self, query: str | None = None, source_id: int | None = None, limit: int = 50, offset: int = 0
    ) -> list[Document]:
        """The newest first; with a query only those with one of its words, the best match first."""
        with self._read() as connection:
            if query is not None and query.strip():
                hits = [i for i, _ in search(connection, query, limit, source_id=source_id, offset=offset)]
                rows = connection.execute(document_rows().where(among(schema.documents.c.id, hits)))
                found = {row.id: to_document(row) for row in rows}
                return [found[i] for i in hits]
            rows_of = document_rows().order_by(schema.documents.c.id.desc()).limit(limit).offset(offset)
            if source_id is not None:
                rows_of = rows_of.where(schema.files.c.source_id == source_id)
            return [to_document(r) for r in connection.execute(rows_of)]

    def count_documents(self, query: str | None = None, source_id: int | None = None) -> int:
        with self._read() as connection:
            if query is not None and query.strip():
                return len(search(connection, query, -1, source_id=source_id))
            counted = select(func.count()).select_from(schema.documents)
            if source_id is not None:
                counted = counted.join(schema.files).where(schema.files.c.source_id == source_id)
            return connection.scalar(counted) or 0

    def count_tokens(self) -> int:
        with self._read() as connection:
            return connection.scalar(select(func.coalesce(func.sum(schema.documents.c.tokens), 0))) or 0

    def edit_document(
        self, id: int, text: str, content_hash: str, tokens: int, encoding: Encoding, bank: str
    ) -> Document:
        """Replaces a document's text and vectors; its id stays. Raises NotFound, BankMismatch, ArchiveFull."""
        with self._write() as change:
            c = change.connection
            before = need_document(c, id)
            c.execute(
                update(schema.documents)
                .where(schema.documents.c.id == id)
                .values(text=text, content_hash=content_hash, tokens=tokens, edited=True)
            )
            # Other banks hold the old text: they are to encode it again.
            c.execute(delete(schema.encodings).where(schema.encodings.c.document_id == id))
            change.committed.append(lambda: self._kill([id]))
            self._put(change, bank, [id], [encoding])
            if before.file_id is not None:
                count_file(c, before.file_id)
            return need_document(c, id)

    def delete_documents(self, ids: Sequence[int]) -> int:
        """Deletes those that exist; how many. What it takes to leave no trace, `forget` does."""
        with self._write() as change:
            return len(self._delete(change, ids))

    def _delete(self, change: Change, ids: Sequence[int], state: str = "deleted") -> list[int]:
        files = change.connection.scalars(
            select(schema.documents.c.file_id).where(among(schema.documents.c.id, ids)).distinct()
        ).all()
        buried = self._bury(change, among(schema.documents.c.id, ids), state)
        for file_id in files:
            if file_id is not None:
                count_file(change.connection, file_id)
        return buried

    def search_text(
        self, query: str, limit: int = 10, ids: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """(document id, BM25 score, higher is better) of documents with any word of `query`, best first.

        Any text is a valid query. With `ids`, only these documents are considered.
        """
        with self._read() as connection:
            return search(connection, query, limit, ids=ids)


def insert_drafts(connection: Connection, file_id: int | None, drafts: Sequence[Draft]) -> None:
    used = schema.tombstones.c.document_id
    if connection.execute(select(used).where(among(used, [d.id for d in drafts]))).first() is not None:
        raise ValueError("a document id is never used again; `reserve_document_ids` gives new ones")
    moment = now()
    rows: list[dict[str, Any]] = [
        {**vars(d), "file_id": file_id, "created_at": moment, "edited": False} for d in drafts
    ]
    if rows:
        connection.execute(insert(schema.documents), rows)


def finish_file(
    connection: Connection, id: int, state: str, content_hash: str | None, revision: int | None
) -> None:
    count_file(connection, id)
    changed = revision is not None and need_file(connection, id).revision != revision
    values = {} if changed else {"state": state, "reason": None}
    if content_hash is not None:
        values["content_hash"] = content_hash
    connection.execute(update(schema.files).where(schema.files.c.id == id).values(updated_at=now(), **values))


def count_file(connection: Connection, id: int) -> None:
    """Brings the file's number of documents and tokens up to date."""
    owned = schema.documents.c.file_id == id
    connection.execute(
        update(schema.files)
        .where(schema.files.c.id == id)
        .values(
            documents=select(func.count()).where(owned).scalar_subquery(),
            tokens=select(func.coalesce(func.sum(schema.documents.c.tokens), 0))
            .where(owned)
            .scalar_subquery(),
        )
    )


def need_document(connection: Connection, id: int) -> Document:
    row = connection.execute(document_rows().where(schema.documents.c.id == id)).first()
    if row is None:
        raise NotFound(f"Memory {id} does not exist (any more); `doppel memory list` shows what there is.")
    return to_document(row)
