"""Documents: what is routed, read, edited and found by words. How they come in is in `commits`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import Connection, bindparam, delete, func, select, update

from storage.banks import Banks, among
from storage.commits import count_files
from storage.dated import dated
from storage.errors import NotFound
from storage.people import forget_named
from storage.records import Document, Encoding, StoredPassage
from storage.search import said_elsewhere, search_mentions, search_names, search_phrases
from storage.search import search as search_words
from storage.sqlite import schema
from storage.sqlite.rows import document_rows, to_document
from storage.sqlite.store import Change, Store
from storage.summaries import drop_parts
from storage.versions import keep_version

STORED_PASSAGES = select(*(getattr(schema.documents.c, field.name) for field in fields(StoredPassage))).where(
    schema.documents.c.file_id == bindparam("of_file")
)


class Documents:
    """Rows of `documents`."""

    def __init__(self, store: Store, banks: Banks) -> None:
        self._store = store
        self._banks = banks

    def row(self, id: int) -> Document:
        """Raises NotFound."""
        with self._store.read() as connection:
            return need_document(connection, id)

    def rows(self, ids: Sequence[int]) -> list[Document]:
        """In the order of `ids`; those that do not exist (any more) are left out."""
        with self._store.read() as connection:
            rows = connection.execute(document_rows().where(among(schema.documents.c.id, ids)))
            found = {row.id: to_document(row) for row in rows}
        return [found[i] for i in ids if i in found]

    def of_file(self, file_id: int) -> list[Document]:
        """In the order of the file."""
        query = document_rows().where(schema.documents.c.file_id == file_id)
        with self._store.read() as connection:
            return [
                to_document(r) for r in connection.execute(query.order_by("ordinal", schema.documents.c.id))
            ]

    def stored_passages(self, file_id: int) -> list[StoredPassage]:
        """What the file's documents are known by: of a mailbox with a million mails, no text is loaded."""
        with self._store.read() as connection:
            rows = connection.execute(STORED_PASSAGES, {"of_file": file_id})
            return [StoredPassage(**r._mapping) for r in rows]

    def holds_elsewhere(self, words: str, file_id: int) -> bool:
        """Whether a document of another file has these words (no punctuation) in a row, but for case and endings."""
        with self._store.read() as connection:
            return said_elsewhere(connection, words, file_id)

    def saved_messages(self, message_ids: Sequence[int]) -> set[int]:
        """Those of the answers that a memory was saved from."""
        of = schema.documents.c.message_id
        with self._store.read() as connection:
            return set(connection.scalars(select(of).where(among(of, message_ids))))

    def listed(
        self, query: str | None = None, source_id: int | None = None, limit: int = 50, offset: int = 0
    ) -> list[Document]:
        """The newest first; with a query only those with one of its words, the best match first."""
        with self._store.read() as connection:
            if query is not None and query.strip():
                hits = [
                    i
                    for i, _ in search_words(
                        connection, query, limit, source_id=source_id, offset=offset, typed=True
                    )
                ]
                rows = connection.execute(document_rows().where(among(schema.documents.c.id, hits)))
                found = {row.id: to_document(row) for row in rows}
                return [found[i] for i in hits]
            rows_of = document_rows().order_by(schema.documents.c.id.desc()).limit(limit).offset(offset)
            if source_id is not None:
                rows_of = rows_of.where(schema.files.c.source_id == source_id)
            return [to_document(r) for r in connection.execute(rows_of)]

    def count(self, query: str | None = None, source_id: int | None = None) -> int:
        with self._store.read() as connection:
            if query is not None and query.strip():
                return len(search_words(connection, query, -1, source_id=source_id, typed=True))
            counted = select(func.count()).select_from(schema.documents)
            if source_id is not None:
                counted = counted.join(schema.files).where(schema.files.c.source_id == source_id)
            return connection.scalar(counted) or 0

    def count_tokens(self) -> int:
        with self._store.read() as connection:
            return connection.scalar(select(func.coalesce(func.sum(schema.documents.c.tokens), 0))) or 0

    def edit(
        self, id: int, text: str, content_hash: str, tokens: int, encoding: Encoding, bank: str
    ) -> Document:
        """Replaces a document's text and vectors; its id stays. Raises NotFound, BankMismatch, ArchiveFull."""
        with self._store.write() as change:
            c = change.connection
            before = need_document(c, id)
            keep_version(c, id, before.text)
            forget_named(c, [id])
            drop_parts(c, [id])
            c.execute(
                update(schema.documents)
                .where(schema.documents.c.id == id)
                .values(text=text, content_hash=content_hash, tokens=tokens, edited=True)
            )
            # Other banks hold the old text: they are to encode it again.
            c.execute(delete(schema.encodings).where(schema.encodings.c.document_id == id))
            change.committed.append(lambda: self._banks.kill([id]))
            self._banks.put(change, bank, [id], [encoding])
            if before.file_id is not None:
                count_files(c, [before.file_id])
            return need_document(c, id)

    def set_date(self, id: int, date: str | None, source: str) -> Document:
        """Notes what date a document bears (ISO 8601, maybe cut to month or year) and where from. Raises NotFound."""
        with self._store.write() as change:
            c = change.connection
            need_document(c, id)
            values = {"date": date, "date_last": None, "date_source": source}
            c.execute(update(schema.documents).where(schema.documents.c.id == id).values(**values))
            return need_document(c, id)

    def delete(self, ids: Sequence[int]) -> int:
        """Deletes those that exist; how many. What it takes to leave no trace, `forget` does."""
        with self._store.write() as change:
            return len(self.remove(change, ids))

    def remove(self, change: Change, ids: Sequence[int], state: str = "deleted") -> list[int]:
        files = change.connection.scalars(
            select(schema.documents.c.file_id).where(among(schema.documents.c.id, ids)).distinct()
        ).all()
        buried = self._banks.bury(change, among(schema.documents.c.id, ids), state)
        count_files(change.connection, [file_id for file_id in files if file_id is not None])
        return buried

    def saved_from_chats(self) -> set[int]:
        """Memories that the person saved from a chat."""
        d = schema.documents.c
        with self._store.read() as connection:
            return set(connection.scalars(select(d.id).where(d.message_id.is_not(None))))

    def authored(self, limit: int) -> list[Document]:
        """The first documents of files that say who wrote them, the newest file first."""
        d = schema.documents.c
        query = document_rows().where(d.author != "", d.ordinal == 0).order_by(d.id.desc()).limit(limit)
        with self._store.read() as connection:
            return [to_document(r) for r in connection.execute(query)]

    def saying(self, phrases: Sequence[str], limit: int) -> list[Document]:
        """Documents that say one of the phrases word for word, in title or text. Any texts are valid phrases."""
        with self._store.read() as connection:
            ids = search_phrases(connection, phrases, limit)
        return self.rows(ids)

    def dated(self, first: str, last: str, limit: int) -> list[Document]:
        """Documents that speak of days from first to last (whole days, ISO 8601), in order of time.

        The day a file was changed says nothing of what it speaks of.
        """
        with self._store.read() as connection:
            ids = dated(connection, first, last, limit)
        return self.rows(ids)

    def search(
        self, query: str, limit: int = 10, ids: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """(document id, BM25 score, higher is better) of documents with any word of `query`, best first.

        Any text is a valid query. With `ids`, only these documents are considered.
        """
        with self._store.read() as connection:
            return search_words(connection, query, limit, ids=ids)

    def search_names(self, names: Sequence[str], apart_from: int) -> list[tuple[list[int], float]]:
        """(document ids, strength) of every title that is one of the names, the strongest first.

        Any texts are valid names. apart_from: the document that says them, whose own title is not found.
        """
        with self._store.read() as connection:
            return search_names(connection, names, apart_from=apart_from)

    def search_mentions(self, names: Sequence[str], apart_from: int) -> list[tuple[list[int], int]]:
        """(document ids, number of all that say it) for each name that few documents say.

        Any texts are valid names. apart_from: the document that says them; documents under its title are not found.
        """
        with self._store.read() as connection:
            return search_mentions(connection, names, apart_from=apart_from)


def need_document(connection: Connection, id: int) -> Document:
    row = connection.execute(document_rows().where(schema.documents.c.id == id)).first()
    if row is None:
        raise NotFound(f"Memory {id} does not exist (any more); `doppel memory list` shows what there is.")
    return to_document(row)
