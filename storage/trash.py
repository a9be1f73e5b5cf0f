"""What was removed and not erased: out of every question, list and search, and whole again when it is brought back.

A removed document is a row of `trash` that holds its row and its earlier texts; its vectors are dead as those of any deleted
document, and its file may not bring the passage in again. Erasing it brings the row back and forgets it in one
transaction, so that forgetting has one way only (`forget`). A copy of something that stays is dropped without being
forgotten: what was said of the one that stays holds on.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from storage.banks import Banks, among
from storage.commits import count_files
from storage.documents import Documents
from storage.privacy import allow_again, passage_stamp, remember_forgotten
from storage.records import Document, Encoding
from storage.sqlite import schema
from storage.sqlite.store import Store, now, stamp


@dataclass(frozen=True)
class Removed:
    """document: as it was, its path that of its file if that is still known."""

    document: Document
    removed_at: str


class Trash:
    """Rows of `trash`."""

    def __init__(self, store: Store, banks: Banks, documents: Documents) -> None:
        self._store = store
        self._banks = banks
        self._documents = documents

    def remove(self, ids: Sequence[int]) -> list[int]:
        """Takes documents out of the memory; those that there were."""
        d, f, v, t = schema.documents, schema.files, schema.versions, schema.trash
        with self._store.write() as change:
            c = change.connection
            query = select(d, f.c.source_id).outerjoin(f, f.c.id == d.c.file_id).where(among(d.c.id, ids))
            rows = c.execute(query).mappings().all()
            before: dict[int, list[dict[str, Any]]] = {row["id"]: [] for row in rows}
            kept = select(v).where(among(v.c.document_id, list(before))).order_by(v.c.id)
            for version in c.execute(kept):
                before[version.document_id].append({"text": version.text, "until": version.until})
            moment = now()
            values = [
                {
                    "document_id": row["id"],
                    "file_id": row["file_id"],
                    "source_id": row["source_id"],
                    "row": {column.name: row[column.name] for column in d.columns},
                    "versions": before[row["id"]],
                    "removed_at": moment,
                }
                for row in rows
            ]
            if values:
                c.execute(insert(t), values)
                remember_forgotten(c, stamps_of(rows))
            return self._documents.remove(change, list(before))

    def rows(self, limit: int = 50, offset: int = 0) -> list[Removed]:
        """The last removed first."""
        t = schema.trash.c
        query = (
            select(t.row, t.removed_at, schema.files.c.path)
            .select_from(schema.trash.outerjoin(schema.files, schema.files.c.id == t.file_id))
            .order_by(t.removed_at.desc(), t.document_id.desc())
        )
        with self._store.read() as connection:
            found = connection.execute(query.limit(limit).offset(offset)).all()
        return [Removed(Document(**row.row, path=row.path), row.removed_at) for row in found]

    def named(self, ids: Sequence[int]) -> list[Document]:
        """Those of the removed documents, in no order."""
        t = schema.trash.c
        query = select(t.row, schema.files.c.path).select_from(
            schema.trash.outerjoin(schema.files, schema.files.c.id == t.file_id)
        )
        with self._store.read() as connection:
            found = connection.execute(query.where(among(t.document_id, ids))).all()
        return [Document(**row.row, path=row.path) for row in found]

    def count(self) -> int:
        with self._store.read() as connection:
            return connection.scalar(select(func.count()).select_from(schema.trash)) or 0

    def before(self, moment: str) -> list[int]:
        """Ids of what was removed before a moment."""
        t = schema.trash.c
        with self._store.read() as connection:
            return list(connection.scalars(select(t.document_id).where(t.removed_at < moment)))

    def date_anew(self, moment: datetime) -> None:
        """All of it counts as removed now: the clock that said when was set."""
        with self._store.write() as change:
            change.connection.execute(update(schema.trash).values(removed_at=stamp(moment)))

    def restore(self, ids: Sequence[int], encodings: Sequence[Encoding], bank: str) -> None:
        """Brings documents back with their vectors. ids: of removed ones, one encoding each.

        Raises BankMismatch, ArchiveFull.
        """
        with self._store.write() as change:
            back = bring_back(change.connection, among(schema.trash.c.document_id, ids))
            pairs = [(i, e) for i, e in zip(ids, encodings, strict=True) if i in back]
            self._banks.put(change, bank, [i for i, _ in pairs], [e for _, e in pairs])

    def drop_copies(self, ids: Sequence[int]) -> set[int]:
        """Drops those whose very words another memory has, without forgetting them; which."""
        t, d = schema.trash, schema.documents.c
        with self._store.write() as change:
            c = change.connection
            rows = c.execute(select(t.c.document_id, t.c.row).where(among(t.c.document_id, ids))).all()
            texts = {row.document_id: row.row["content_hash"] for row in rows}
            bodies = {row.document_id: row.row["body_hash"] for row in rows if row.row["body_hash"]}
            alive = set(c.scalars(select(d.content_hash).where(d.content_hash.in_(set(texts.values())))))
            alive |= set(c.scalars(select(d.body_hash).where(d.body_hash.in_(set(bodies.values())))))
            copies = {i for i, said in texts.items() if said in alive or bodies.get(i) in alive}
            c.execute(delete(t).where(among(t.c.document_id, sorted(copies))))
            return copies


def copies_of(connection: Connection, ids: Sequence[int]) -> list[int]:
    """Removed documents that say what these say, with or without the line above it."""
    d, t = schema.documents.c, schema.trash.c
    said = connection.execute(select(d.content_hash, d.body_hash).where(among(d.id, ids))).all()
    found: set[int] = set()
    for name in ("content_hash", "body_hash"):
        hashes = json.dumps(sorted({getattr(row, name) for row in said} - {""}))
        wanted = select(func.json_each(hashes).table_valued("value").c.value)
        found |= set(connection.scalars(select(t.document_id).where(t.row[name].as_string().in_(wanted))))
    return sorted(found)


def bring_back(connection: Connection, which: ColumnElement[bool]) -> list[int]:
    """Makes removed documents rows of `documents` again, without vectors; their ids."""
    t, f = schema.trash, schema.files
    rows = connection.execute(select(t).where(which)).all()
    if not rows:
        return []
    ids = [row.document_id for row in rows]
    files = {row.file_id for row in rows if row.file_id is not None}
    there = set(connection.scalars(select(f.c.id).where(among(f.c.id, sorted(files)))))
    connection.execute(delete(schema.tombstones).where(among(schema.tombstones.c.document_id, ids)))
    allow_again(connection, stamps_of([row.row for row in rows]))
    connection.execute(insert(schema.documents), [_row(row, there) for row in rows])
    versions = [{**version, "document_id": row.document_id} for row in rows for version in row.versions]
    if versions:
        connection.execute(insert(schema.versions), versions)
    connection.execute(delete(t).where(among(t.c.document_id, ids)))
    count_files(connection, sorted(there))
    return ids


def _row(row: Row[Any], files: Collection[int]) -> dict[str, Any]:
    """Without its file, where that is not known any more."""
    return {**row.row, "file_id": row.file_id if row.file_id in files else None}


def stamps_of(rows: Sequence[Any]) -> list[str]:
    """What keeps passages of these documents out of their files."""
    return [passage_stamp(r["file_id"], r["body_hash"]) for r in rows if r["file_id"] and r["body_hash"]]
