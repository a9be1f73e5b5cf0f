"""Forgetting: afterwards no file of the archive holds the text or the vectors.

The order, so that a crash at any point leaves nothing half forgotten (before all, what was derived from the documents
goes, see `derived`):
1. One transaction: rows, full-text entries, quotations and the messages derived from them are erased, tombstones
   say "erasing", the audit row is written. From its commit on, the documents are gone for every question.
2. The vectors are overwritten with zeros in every segment that ever held them (rewriting a large segment would
   cost the archive, not the document).
3. The full-text index drops what it kept of deleted terms; the write-ahead log is moved into the database and
   emptied; unallocated parts of database pages are filled with zeros (see `pages`).
4. Tombstones say "forgotten". Opening an archive finishes what is still "erasing".

What it cannot reach: copies the user made, backups outside the data directory, blocks an SSD or a copy-on-write file
system keeps after they are overwritten.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import IO

import numpy as np
from sqlalchemy import ColumnElement, Connection, delete, select, update

from storage.audit import record
from storage.banks import Banks, among
from storage.derived import Derived
from storage.directory import DATABASE
from storage.documents import Documents, need_document
from storage.encryption.cipher import Cipher
from storage.files import need_file
from storage.full_text.index import erase_deleted, keeps_deleted
from storage.holders import holders_of
from storage.people import erase_own_words
from storage.privacy import (
    body_of,
    content_stamp,
    origin_stamp,
    passage_stamp,
    path_stamp,
    remember_forgotten,
    remember_words,
)
from storage.quotes import begins, quoting
from storage.records import File, ForgetReport, Holder, Trace
from storage.sources import forget_settings, need_source
from storage.sqlite import schema
from storage.sqlite.rows import to_file
from storage.sqlite.store import Change, Store
from storage.summaries import erase_summaries
from storage.traces import find_traces, pieces
from storage.trash import bring_back, copies_of


class Forgetting:
    """What leaves no trace."""

    def __init__(self, store: Store, banks: Banks, documents: Documents, derived: Derived) -> None:
        self._store = store
        self._banks = banks
        self._documents = documents
        self._derived = derived

    def forget(self, ids: Sequence[int], *, known: bool = False) -> ForgetReport:
        """Forgets these documents; ids of documents deleted or removed before are welcome: their remains go too.

        known: raises NotFound, and forgets nothing, if one of them is not in the memory at the moment it would be forgotten.
        A file that changes meanwhile takes its documents away, and brings what they said as others.
        """

        def chosen(connection: Connection) -> tuple[list[int], list[File]]:
            if known:
                for id in ids:
                    need_document(connection, id)
            bring_back(connection, among(schema.trash.c.document_id, ids))
            return list(ids), []

        return self._forget(chosen, None)

    def forget_file(self, id: int) -> ForgetReport:
        """Forgets a file: its documents, those it had before it changed, and its path. Raises NotFound."""
        t = schema.tombstones

        def chosen(connection: Connection) -> tuple[list[int], list[File]]:
            file = need_file(connection, id)
            bring_back(connection, schema.trash.c.file_id == id)
            return ids_where(connection, schema.documents.c.file_id == id, t.c.file_id == id), [file]

        return self._forget(chosen, None)

    def forget_source(self, id: int) -> ForgetReport:
        """Forgets a source with everything that came from it. Raises NotFound."""
        t = schema.tombstones

        def chosen(connection: Connection) -> tuple[list[int], list[File]]:
            need_source(connection, id)
            bring_back(connection, schema.trash.c.source_id == id)
            of_source = schema.documents.c.file_id.in_(
                select(schema.files.c.id).where(schema.files.c.source_id == id)
            )
            rows = connection.execute(select(schema.files).where(schema.files.c.source_id == id))
            return ids_where(connection, of_source, t.c.source_id == id), [to_file(r) for r in rows]

        return self._forget(chosen, id)

    def verify_apart(self, needles: Sequence[str]) -> tuple[list[Trace], list[Holder]]:
        """As `verify`, but for the parts of the texts that a memory has, too; and which memories those are."""
        traces = self.verify(needles)
        found = [needles[index] for index in sorted({trace.needle for trace in traces})]
        parts = [part for needle in found for part in pieces(needle)]
        alive: dict[Holder, None] = {}
        dead: list[str] = []
        with self._store.read() as connection:
            for part in dict.fromkeys(parts):
                holders = holders_of(connection, part)
                alive |= dict.fromkeys(holders)
                dead += [] if holders else [part]
        return find_traces(*self._where(), dead, whole=True) if dead else [], list(alive)

    def _where(self) -> tuple[Path, dict[Path, IO[bytes]], Cipher]:
        store = self._store
        return store.directory, {store.directory / DATABASE: store.file}, store.cipher

    def verify(self, needles: Sequence[str]) -> list[Trace]:
        """Byte-searches every file of the archive for these texts; [] if none is there."""
        return find_traces(*self._where(), needles)

    def _forget(
        self, chosen: Callable[[Connection], tuple[list[int], list[File]]], source_id: int | None
    ) -> ForgetReport:
        """chosen: which documents and files, asked when nothing can be committed any more."""
        begun = time.monotonic()
        with self._store.rewriting, self._store.writing, self._derived.forgetting():
            with self._store.write() as change:
                report = self._forget_rows(change, *chosen(change.connection), source_id)
                change.committed.append(self._store.count_forgetting)
            if not self.finish():
                self._store.empty_log()
        return ForgetReport(*report, seconds=time.monotonic() - begun)

    def _forget_rows(
        self, change: Change, ids: list[int], files: list[File], source_id: int | None
    ) -> tuple[int, int, int, tuple[int, ...]]:
        c = change.connection
        d, t = schema.documents, schema.tombstones
        # Or it could be brought back: what was removed before and says the same.
        ids = [*ids, *bring_back(c, among(schema.trash.c.document_id, copies_of(c, ids)))]
        chosen = c.execute(select(d.c.text, d.c.body_hash).where(among(d.c.id, ids))).all()
        # What an edited memory said before it was edited is what its file still says.
        earlier = c.execute(
            select(schema.versions.c.text, d.c.body_hash)
            .join(d, d.c.id == schema.versions.c.document_id)
            .where(among(d.c.id, ids))
        ).all()
        chosen = [*chosen, *earlier]
        texts = [r.text for r in chosen]
        ids = [*ids, *saved_from(c, ids, texts)]
        rows = c.execute(
            select(d.c.content_hash, d.c.tokens, d.c.file_id, d.c.body_hash).where(among(d.c.id, ids))
        ).all()
        hashes = {r.content_hash for r in rows}
        # With the line above it or without: a copy of another name says the same, as does a file that is just being moved.
        same = d.c.content_hash.in_(hashes) | d.c.body_hash.in_({r.body_hash for r in rows} - {""})
        twins = c.scalars(select(d.c.id).where(same, ~among(d.c.id, ids))).all()
        remember_forgotten(c, [content_stamp(h) for h in hashes])
        remember_forgotten(c, [path_stamp(Path(f.path), f.size, f.mtime_ns) for f in files])
        remember_forgotten(c, [content_stamp(f.content_hash) for f in files if f.content_hash])
        remember_forgotten(
            c, [passage_stamp(r.file_id, r.body_hash) for r in rows if r.file_id and r.body_hash]
        )
        remember_forgotten(c, {origin_stamp(r.file_id) for r in rows if r.file_id})
        remember_words(c, [body_of(r.text, r.body_hash) for r in chosen])
        messages = len(erase_quotations(c, ids, texts))
        erase_own_words(c, ids, texts)
        erase_summaries(c, ids, texts)
        # What was noted of a file may name what the forgotten passage names (an attachment).
        noted = among(schema.files.c.id, [r.file_id for r in rows if r.file_id])
        c.execute(update(schema.files).where(noted).values(unread=[]))
        self._documents.remove(change, ids, state="erasing")
        c.execute(update(t).where(among(t.c.document_id, ids)).values(state="erasing"))
        c.execute(delete(schema.files).where(among(schema.files.c.id, [f.id for f in files])))
        if source_id is not None:
            c.execute(delete(schema.sources).where(schema.sources.c.id == source_id))
            forget_settings(c, source_id)
        tokens = sum(r.tokens for r in rows)
        record(c, "forget", len(rows), tokens, files=len(files), messages=messages)
        return len(rows), tokens, messages, tuple(twins)

    def finish(self) -> int:
        """Erases from disk whatever still has an "erasing" tombstone; how many documents. Raises ForgetIncomplete."""
        t = schema.tombstones
        with self._store.rewriting, self._store.writing:
            with self._store.read() as connection:
                ids = connection.scalars(select(t.c.document_id).where(t.c.state == "erasing")).all()
            if not ids:
                return 0
            self._erase_vectors(ids)
            if keeps_deleted():
                with self._store.write() as change:
                    erase_deleted(change.connection)
            self._store.empty_log()
            with self._store.write() as change:
                change.connection.execute(
                    update(t).where(among(t.c.document_id, ids)).values(state="forgotten")
                )
            return len(ids)

    def _erase_vectors(self, ids: Sequence[int]) -> None:
        wanted = np.asarray(ids, dtype=np.int64)
        self._banks.retire([])
        banks = self._banks.in_memory.values()
        for bank in banks:
            bank.blank(wanted)
        for segment in (*(s for bank in banks for s in bank.segments), *self._banks.unlisted()):
            positions = segment.positions(wanted)
            if len(positions):
                segment.erase(positions.tolist())


def ids_where(
    connection: Connection, of_documents: ColumnElement[bool], of_tombstones: ColumnElement[bool]
) -> list[int]:
    """Ids of living and of deleted documents."""
    d, t = schema.documents, schema.tombstones
    live = connection.scalars(select(d.c.id).where(of_documents))
    dead = connection.scalars(select(t.c.document_id).where(of_tombstones))
    return [*live, *dead]


def saved_from(connection: Connection, ids: Sequence[int], texts: Collection[str]) -> list[int]:
    """Memories saved from answers that cite or quote the documents (with these texts), or cite such a memory in turn.

    Where the chat is gone by now, only the words of what was saved can tell.
    """
    d = schema.documents
    saved = connection.execute(
        select(d.c.id, d.c.text, d.c.message_id).where(d.c.message_id.is_not(None), ~among(d.c.id, ids))
    ).all()
    found = quoting(texts, [(r.id, r.text) for r in saved])
    while saved:
        messages = citing_or_quoting(connection, [*ids, *found], texts)
        more = {r.id for r in saved if r.message_id in messages} - found
        if not more:
            break
        found |= more
    return sorted(found)


def citing_or_quoting(connection: Connection, ids: Sequence[int], texts: Collection[str]) -> set[int]:
    """Ids of the messages that cite or quote the documents."""
    m, c = schema.messages, schema.citations
    citing = set(connection.scalars(select(c.c.message_id).where(among(c.c.document_id, ids))))
    kept = connection.execute(select(m.c.id, m.c.text).where(~m.c.erased)).all()
    return citing | quoting(texts, [(r.id, r.text) for r in kept])


def erase_quotations(connection: Connection, ids: Sequence[int], texts: Collection[str]) -> set[int]:
    """Erases messages and chat titles that cite or quote the documents; which messages."""
    m, c, chats = schema.messages, schema.citations, schema.chats
    erased = citing_or_quoting(connection, ids, texts)
    rows = connection.execute(select(chats.c.id, chats.c.title).where(chats.c.title != "")).all()
    titles = quoting(texts, [(r.id, r.title) for r in rows])
    # A title is the beginning of a question, and may hold less of the quotation than tells one.
    asked = select(m.c.chat_id, m.c.text).where(among(m.c.id, list(erased)), m.c.role == "user")
    named = {r.id: r.title for r in rows}
    titles |= {r.chat_id for r in connection.execute(asked) if begins(r.text, named.get(r.chat_id, ""))}
    quotes = connection.execute(select(c.c.id, c.c.quote)).all()
    quoted = quoting(texts, [(r.id, r.quote) for r in quotes])
    connection.execute(delete(c).where(among(c.c.document_id, ids) | among(c.c.id, list(quoted))))
    connection.execute(update(m).where(among(m.c.id, list(erased))).values(text="", erased=True))
    connection.execute(update(chats).where(among(chats.c.id, list(titles))).values(title=""))
    return erased
