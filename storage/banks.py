"""The banks of an archive: which segments and encodings exist, and the bank in memory that follows them.

A segment's file is durable before the transaction that makes its documents visible. So after a crash there may be
files without a row, which opening removes, but never a row without its file, unless the disk lost it: then the
documents are listed by `to_encode` again, their text is in their row.
"""

from __future__ import annotations

import contextlib
import copy
import secrets
import weakref
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, true, update
from torch import Tensor

from kernels.resident.placing import Place
from storage import durable
from storage.bank import segment as segments_on_disk
from storage.bank.bank import Bank
from storage.bank.segment import Segment, Shape
from storage.errors import BankIncomplete, BankMismatch, NotFound
from storage.records import BankInfo, Document, Encoding
from storage.sqlite import schema
from storage.sqlite.rows import document_rows, insert_id, to_document
from storage.sqlite.store import Change, Store, now

BANK_DIRECTORY = "bank"


class Banks:
    """Banks, segments and encodings."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.directory = store.directory / BANK_DIRECTORY
        self.in_memory: dict[str, Bank] = {}
        # Files without a row that the system still holds (Windows, while a question reads them).
        self._retired: list[Segment] = []
        # Those that questions under way read by their names, each with the segment that these hold.
        self._leaving: dict[Segment, weakref.ref[Segment]] = {}
        store.published.append(self._publish)

    def open(
        self,
        fingerprint: str,
        layers: int,
        kv_heads: int,
        head_dim: int,
        *,
        key_bits: int = 8,
        content_bits: int = 8,
    ) -> Bank:
        """The bank of a model, created if it is new; the first bank is the active one.

        Raises BankMismatch if the bank exists with another shape. The bits of an existing bank stay as they are.
        """
        bank = self.in_memory.get(fingerprint)
        if bank is None:
            bank = self._create_bank(fingerprint, Shape(layers, kv_heads, head_dim, key_bits, content_bits))
        found = bank.shape
        if (found.layers, found.kv_heads, found.head_dim) != (layers, kv_heads, head_dim):
            raise BankMismatch(
                f"The bank {fingerprint} holds {found.layers} layers of {found.kv_heads} heads of "
                f"{found.head_dim}, not {layers} of {kv_heads} of {head_dim}: two models share a fingerprint."
            )
        return bank

    def place(self, fingerprint: str, places: Sequence[Place]) -> None:
        """Brings a bank's routing keys to devices with room; what they cannot take stays on the host. Raises NotFound."""
        with self._store.writing:
            self.loaded(fingerprint).place(places)

    def _create_bank(self, fingerprint: str, shape: Shape) -> Bank:
        bank = Bank(fingerprint, shape)
        with self._store.write() as change:
            if fingerprint in self.in_memory:  # created by another thread meanwhile
                return self.in_memory[fingerprint]
            first = change.connection.scalar(select(func.count()).select_from(schema.banks)) == 0
            change.connection.execute(
                insert(schema.banks).values(
                    fingerprint=fingerprint,
                    layers=shape.layers,
                    kv_heads=shape.kv_heads,
                    head_dim=shape.head_dim,
                    key_bits=shape.key_bits,
                    content_bits=shape.content_bits,
                    active=first,
                    created_at=now(),
                )
            )
            change.committed.append(lambda: self.in_memory.update({fingerprint: bank}))
        return bank

    def rows(self) -> list[BankInfo]:
        """All banks, the active one first, with how far each is filled."""
        with self._store.read() as connection:
            total = connection.scalar(select(func.count()).select_from(schema.documents)) or 0
            return [
                bank_info(connection, row, total)
                for row in connection.execute(select(schema.banks).order_by(schema.banks.c.active.desc()))
            ]

    def active(self) -> BankInfo | None:
        """The bank that answers, or None before the first one."""
        return next((info for info in self.rows() if info.active), None)

    def to_encode(self, fingerprint: str, limit: int = 100) -> list[Document]:
        """Documents that this bank does not hold: after a model change, damage or an edit by hand."""
        with self._store.read() as connection:
            bank = need_bank(connection, fingerprint)
            rows = connection.execute(document_rows().where(missing_in(bank.id)).order_by("id").limit(limit))
            return [to_document(row) for row in rows]

    def count_to_encode(self, fingerprint: str) -> int:
        with self._store.read() as connection:
            bank = need_bank(connection, fingerprint)
            query = select(func.count()).select_from(schema.documents).where(missing_in(bank.id))
            return connection.scalar(query) or 0

    def store_encodings(
        self,
        fingerprint: str,
        encodings: Sequence[tuple[int, Encoding]],
        *,
        content_hashes: Mapping[int, str] | None = None,
    ) -> int:
        """Puts encodings of documents that the bank lacks into it; how many.

        Left out are documents deleted meanwhile, encoded meanwhile, and, with the `content_hashes` by document id
        of the texts that were encoded, those edited meanwhile. Raises BankMismatch, ArchiveFull.
        """
        with self._store.write() as change:
            bank = need_bank(change.connection, fingerprint)
            d = schema.documents
            rows = change.connection.execute(
                select(d.c.id, d.c.content_hash).where(
                    among(d.c.id, [i for i, _ in encodings]), missing_in(bank.id)
                )
            )
            expected = {} if content_hashes is None else content_hashes
            wanted = {i for i, content_hash in rows if expected.get(i, content_hash) == content_hash}
            kept = {i: e for i, e in encodings if i in wanted}
            self.put(change, fingerprint, list(kept), list(kept.values()))
            return len(kept)

    def switch(self, fingerprint: str, *, complete: bool = True) -> None:
        """Makes this bank the active one. Raises BankIncomplete while documents are missing in it.

        Not `complete`: it is switched to in any case, because the model of the old one is gone.
        """
        with self._store.write() as change:
            bank = need_bank(change.connection, fingerprint)
            query = select(func.count()).select_from(schema.documents).where(missing_in(bank.id))
            if complete and (missing := change.connection.scalar(query)):
                raise BankIncomplete(
                    f"{missing} documents are not encoded with the new model yet; the old one goes on answering."
                )
            change.connection.execute(
                update(schema.banks).values(active=schema.banks.c.fingerprint == fingerprint)
            )

    def drop(self, fingerprint: str) -> None:
        """Removes a bank and its files. Raises BankMismatch for the active one."""
        with self._store.rewriting, self._store.write() as change:
            bank = need_bank(change.connection, fingerprint)
            if bank.active:
                raise BankMismatch(
                    "The active bank answers questions; switch to another one before dropping it."
                )
            change.connection.execute(delete(schema.banks).where(schema.banks.c.id == bank.id))
            change.committed.append(lambda: self.retire(self.in_memory.pop(fingerprint).segments))

    def retire(self, segments: Iterable[Segment]) -> None:
        """Removes the files of segments whose rows are gone, and those that could not be removed before.

        One that is read by its name goes when nobody reads it any more, at the latest with the next opening.
        """
        others = []
        for segment in segments:
            if segment.by_name:
                self._leave_later(segment)
            else:
                others.append(segment)
        for same, reader in list(self._leaving.items()):
            if reader() is None:
                self._leave(same)
        self._retired = [s for s in (*self._retired, *others) if not durable.remove(s.path)]

    def _leave_later(self, segment: Segment) -> None:
        same = copy.copy(segment)  # to erase in it meanwhile; the segment itself would never be unread
        self._leaving[same] = weakref.ref(segment)
        weakref.finalize(segment, self._leave, same).atexit = False

    def _leave(self, segment: Segment) -> None:
        if durable.remove(segment.path):
            self._leaving.pop(segment, None)

    def unlisted(self) -> list[Segment]:
        """Segments without a row whose files are still there."""
        return [*self._retired, *self._leaving]

    def put(
        self, change: Change, fingerprint: str, ids: Sequence[int], encodings: Sequence[Encoding]
    ) -> None:
        """Writes one segment and records it in the open transaction; visible in memory once committed."""
        if not ids:
            return
        bank = self.loaded(fingerprint)
        tensors = segments_on_disk.pack(bank.shape, ids, encodings)
        segment, values = self.write_segment(bank, tensors)
        change.undone.append(lambda: discard(segment.path))
        segment_id = self.record_segment(change, bank, values)
        owner = need_bank(change.connection, fingerprint).id
        change.connection.execute(
            insert(schema.encodings).prefix_with("OR REPLACE"),
            [{"document_id": i, "bank_id": owner, "segment_id": segment_id} for i in ids],
        )

        def follow() -> None:
            bank.kill(ids)
            bank.add(segment, np.ones(len(ids), dtype=bool))

        change.committed.append(follow)

    def write_segment(self, bank: Bank, tensors: dict[str, Tensor]) -> tuple[Segment, dict[str, Any]]:
        """Writes a segment file; the segment and the values of its row."""
        path = self.directory / f"{secrets.token_hex(8)}.safetensors"
        try:
            cipher = self._store.cipher
            checksum, size = segments_on_disk.write(path, bank.shape, bank.fingerprint, tensors, cipher)
            segment = segments_on_disk.open_segment(path, bank.shape, bank.fingerprint, checksum, cipher)
        except Exception:
            discard(path)
            raise
        return segment, {
            "name": path.name,
            "checksum": checksum,
            "bytes": size,
            "documents": len(segment.documents),
            "chunks": segment.chunks,
        }

    def record_segment(self, change: Change, bank: Bank, values: dict[str, Any]) -> int:
        """Adds the row of a written segment; its id."""
        owner = need_bank(change.connection, bank.fingerprint).id
        return insert_id(change.connection, schema.segments, bank_id=owner, created_at=now(), **values)

    def bury(self, change: Change, condition: ColumnElement[bool], state: str = "deleted") -> list[int]:
        """Deletes the documents that fulfil the condition and leaves tombstones. Their ids."""
        documents, files, tombstones = schema.documents, schema.files, schema.tombstones
        found = change.connection.execute(
            select(documents.c.id, documents.c.file_id, files.c.source_id)
            .outerjoin(files, files.c.id == documents.c.file_id)
            .where(condition)
        ).all()
        if not found:
            return []
        moment = now()
        change.connection.execute(
            insert(tombstones),
            [
                {"document_id": i, "file_id": f, "source_id": s, "state": state, "at": moment}
                for i, f, s in found
            ],
        )
        ids = [i for i, _, _ in found]
        change.connection.execute(delete(documents).where(among(documents.c.id, ids)))
        change.committed.append(lambda: self.kill(ids))
        return ids

    def kill(self, ids: Sequence[int]) -> None:
        for bank in self.in_memory.values():
            bank.kill(ids)

    def _publish(self) -> None:
        for bank in self.in_memory.values():
            bank.publish()

    def loaded(self, fingerprint: str) -> Bank:
        """The bank in memory. Raises NotFound."""
        bank = self.in_memory.get(fingerprint)
        if bank is None:
            raise NotFound(f"There is no bank {fingerprint}; `Banks.open` creates it.")
        return bank


def bank_row(connection: Connection, fingerprint: str) -> Row | None:
    return connection.execute(select(schema.banks).where(schema.banks.c.fingerprint == fingerprint)).first()


def need_bank(connection: Connection, fingerprint: str) -> Row:
    row = bank_row(connection, fingerprint)
    if row is None:
        raise NotFound(f"There is no bank {fingerprint}; `Banks.open` creates it.")
    return row


def segment_rows(connection: Connection, bank_id: int) -> Sequence[Row]:
    """All segments of a bank, oldest first, each with how many of its documents are `live`."""
    live = (
        select(schema.encodings.c.segment_id, func.count().label("live"))
        .where(schema.encodings.c.bank_id == bank_id)
        .group_by(schema.encodings.c.segment_id)
        .subquery()
    )
    query = (
        select(schema.segments, func.coalesce(live.c.live, 0).label("live"))
        .outerjoin(live, live.c.segment_id == schema.segments.c.id)
        .where(schema.segments.c.bank_id == bank_id)
        .order_by(schema.segments.c.id)
    )
    return connection.execute(query).all()


def bank_info(connection: Connection, row: Row, documents: int) -> BankInfo:
    rows = segment_rows(connection, row.id)
    return BankInfo(
        fingerprint=row.fingerprint,
        layers=row.layers,
        kv_heads=row.kv_heads,
        head_dim=row.head_dim,
        key_bits=row.key_bits,
        content_bits=row.content_bits,
        active=row.active,
        encoded=sum(r.live for r in rows),
        documents=documents,
        segments=len(rows),
        bytes=sum(r.bytes for r in rows),
    )


def missing_in(bank_id: int) -> ColumnElement[bool]:
    encodings = schema.encodings
    return ~(
        select(true())
        .where(encodings.c.document_id == schema.documents.c.id, encodings.c.bank_id == bank_id)
        .exists()
    )


def among(column: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
    """column in ids, as one JSON parameter, so that their number is not limited."""
    values = func.json_each(func.json(str(list(map(int, ids))))).table_valued("value")
    return column.in_(select(values.c.value))


def to_shape(row: Row) -> Shape:
    return Shape(row.layers, row.kv_heads, row.head_dim, row.key_bits, row.content_bits)


def discard(path: Path) -> None:
    """Removes a file that no row knows; where the system still holds it, the next opening does."""
    with contextlib.suppress(PermissionError):
        path.unlink(missing_ok=True)
