"""Opening the banks from disk, and finding what the disk has damaged.

Damage is confined by digests to the documents it hit: their encodings are dropped, `Banks.to_encode` lists them,
and they are encoded again from their text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby

import numpy as np
from sqlalchemy import Connection, Row, delete, select

from storage.bank import segment as segments_on_disk
from storage.bank.bank import Bank
from storage.banks import Banks, among, discard, need_bank, segment_rows, to_shape
from storage.errors import SegmentDamaged
from storage.sqlite import schema
from storage.sqlite.store import Store

LOAD_TRIES = 5
VERIFIED_AT_OPEN = 64 << 20  # bytes; larger banks are verified by `verify`
AT_ONCE = 16 << 20  # bytes of segments that are opened together


def load_banks(store: Store, banks: Banks) -> int:
    """Opens every bank; how many segments were damaged (they are dropped unless reading only)."""
    for _ in range(LOAD_TRIES):
        damaged = _load_all(store, banks)
        # While reading only, a file may be missing because the writer has just merged it into another.
        if not (damaged and store.read_only):
            break
    return damaged


def _load_all(store: Store, banks: Banks) -> int:
    with store.read() as connection:
        rows = connection.execute(select(schema.banks)).all()
        return sum(_load(store, banks, connection, row) for row in rows)


def _load(store: Store, banks: Banks, connection: Connection, bank_row: Row) -> int:
    bank = Bank(bank_row.fingerprint, to_shape(bank_row))
    rows = segment_rows(connection, bank_row.id)
    verified = sum(r.bytes for r in rows) <= VERIFIED_AT_OPEN
    damaged = 0
    for some in batches(rows):
        live = live_in(connection, some)
        parts = []
        for row in some:
            try:
                path = banks.directory / row.name
                segment = segments_on_disk.open_segment(
                    path, bank.shape, bank.fingerprint, row.checksum, store.cipher
                )
            except SegmentDamaged:
                damaged += 1
                _lose_segment(store, banks, row)
                continue
            alive = np.ones(row.documents, dtype=bool)
            if row.id in live:
                alive = np.isin(segment.documents, live[row.id])
            bad = segment.damaged(np.flatnonzero(alive).tolist()) if verified else []
            if bad:
                damaged += 1
                alive[bad] = False
                _lose_encodings(store, banks, row, segment.documents[bad].tolist())
            parts.append((segment, alive))
        bank.add_all(parts)
    bank.publish()
    banks.in_memory[bank.fingerprint] = bank
    return damaged


def batches(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """In order, so many together that opening them holds no more than AT_ONCE."""
    ends = accumulate(row.bytes for row in rows)
    for _, some in groupby(zip(ends, rows, strict=True), key=lambda pair: pair[0] // AT_ONCE):
        yield [row for _, row in some]


def verify_banks(store: Store, banks: Banks) -> int:
    """Compares every live document's vectors with their digest; how many were damaged.

    These leave the bank and are listed by `Banks.to_encode`. Reads the whole bank, about 1 GB a second.
    """
    damaged = 0
    for bank in list(banks.in_memory.values()):
        with store.writing, store.read() as connection:
            if bank.fingerprint not in banks.in_memory:  # dropped meanwhile
                continue
            rows = {r.name: r for r in segment_rows(connection, need_bank(connection, bank.fingerprint).id)}
            contents = bank.contents(rows)
        for segment, alive in contents:
            bad = segment.damaged(np.flatnonzero(alive).tolist())
            if bad:
                damaged += len(bad)
                _lose_encodings(store, banks, rows[segment.path.name], segment.documents[bad].tolist())
    return damaged


def _lose_segment(store: Store, banks: Banks, row: Row) -> None:
    if store.read_only:
        return
    with store.write() as change:
        change.connection.execute(delete(schema.segments).where(schema.segments.c.id == row.id))
        change.committed.append(lambda: discard(banks.directory / row.name))


def _lose_encodings(store: Store, banks: Banks, row: Row, ids: Sequence[int]) -> None:
    if store.read_only:
        return
    encodings = schema.encodings
    with store.write() as change:
        lost = change.connection.scalars(
            delete(encodings)
            .where(encodings.c.segment_id == row.id, among(encodings.c.document_id, ids))
            .returning(encodings.c.document_id)
        ).all()
        change.committed.append(lambda: banks.kill(lost))


def live_in(connection: Connection, rows: Sequence[Row]) -> dict[int, np.ndarray]:
    """By segment of which only some documents' valid encoding is the one in it: their ids, [documents] int64."""
    partly = [row.id for row in rows if row.live != row.documents]
    encodings = schema.encodings
    query = select(encodings.c.segment_id, encodings.c.document_id).where(
        among(encodings.c.segment_id, partly)
    )
    found: dict[int, list[int]] = {id: [] for id in partly}
    for segment, document in connection.execute(query) if partly else ():
        found[segment].append(document)
    return {id: np.array(documents, dtype=np.int64) for id, documents in found.items()}
