"""Compaction: few large segments instead of many small ones, and no room for the dead.

One step merges eight segments of about the same size, many more where they are tiny, or rewrites one of which a third is
dead; it never makes a segment larger than LARGEST and so never rewrites the whole bank. A document is thereby rewritten at
most once per size class, about log8 of the bank's size. The new file is built beside the old ones while questions and
changes go on; one transaction then moves the documents over. Those deleted, edited or forgotten meanwhile stay with their
old row and are erased in the new file before it becomes visible.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from sqlalchemy import Row, delete, select, update

from storage.bank import segment as segments_on_disk
from storage.bank.bank import Bank
from storage.bank.segment import Segment
from storage.banks import Banks, among, need_bank, segment_rows
from storage.sqlite import schema
from storage.sqlite.store import Store

FAN_IN = 8
MANY = 8192  # segments that one step merges at most
TOGETHER = 16 << 20  # bytes of them, beyond which it takes no more than FAN_IN
LARGEST = 256 << 20  # bytes
DEAD_SHARE = 1 / 3
CROWD = 256  # segments that may come before they are merged by whoever commits


def compact(store: Store, banks: Banks, steps: int = 1) -> int:
    """Takes up to so many steps, each a second or two at most; how many there were to take."""
    taken = 0
    for fingerprint in list(banks.in_memory):
        while taken < steps and _compact_once(store, banks, fingerprint):
            taken += 1
    return taken


def crowded(banks: Banks) -> bool:
    """Whether so many segments have come that merging should not wait."""
    return any(bank.unmerged >= CROWD for bank in list(banks.in_memory.values()))


def _compact_once(store: Store, banks: Banks, fingerprint: str) -> bool:
    with store.rewriting:
        bank = banks.in_memory.get(fingerprint)
        if bank is None:  # dropped meanwhile
            return False
        with store.read() as connection:
            rows = choose(segment_rows(connection, need_bank(connection, fingerprint).id))
        if not rows:
            bank.unmerged = 0
            return False
        names = {row.name for row in rows}
        with store.writing:
            contents = bank.contents(names)
        parts = [(s, np.flatnonzero(alive)) for s, alive in contents if alive.any()]
        tensors = segments_on_disk.merge(bank.shape, parts) if parts else None
        _replace(store, banks, bank, rows, tensors)
        banks.retire(segment for segment, _ in contents)
        return True


def _replace(store: Store, banks: Banks, bank: Bank, rows: Sequence[Row], tensors: dict | None) -> None:
    encodings, segments = schema.encodings, schema.segments
    old = [row.id for row in rows]
    names = {row.name for row in rows}
    written = None if tensors is None else banks.write_segment(bank, tensors)
    try:
        with store.write() as change:
            c = change.connection
            segment: Segment | None = None
            alive = np.empty(0, dtype=bool)
            if written is not None:
                segment, values = written
                new = banks.record_segment(change, bank, values)
                moved = c.scalars(
                    select(encodings.c.document_id).where(among(encodings.c.segment_id, old))
                ).all()
                alive = np.isin(segment.documents, np.asarray(moved, dtype=np.int64))
                if not alive.all():
                    segment.erase(np.flatnonzero(~alive).tolist())
                c.execute(update(encodings).where(among(encodings.c.segment_id, old)).values(segment_id=new))
            c.execute(delete(segments).where(among(segments.c.id, old)))

            def follow() -> None:
                bank.drop(names)
                if segment is not None:
                    bank.add(segment, alive)

            change.committed.append(follow)
    except Exception:
        if written is not None:
            written[0].path.unlink(missing_ok=True)
        raise


def choose(rows: Sequence[Row]) -> list[Row]:
    """The segments to merge next: small ones of one size class, else one with many dead; [] if all is well."""
    if dead := [row for row in rows if not row.live]:
        return dead
    for row in rows:
        if row.documents - row.live > DEAD_SHARE * row.documents:
            return [row]
    by_class = sorted(rows, key=lambda r: (size_class(r), r.id))
    for _, group in groupby(by_class, key=size_class):
        chosen: list[Row] = []
        total = 0
        for row in group:
            if total + row.bytes > (LARGEST if len(chosen) < FAN_IN else TOGETHER):
                continue
            chosen.append(row)
            total += row.bytes
            if len(chosen) == MANY:
                break
        if len(chosen) >= FAN_IN:
            return chosen
        # Too large for eight of them to fit: as many as fit, if that helps.
        if len(chosen) > 1 and chosen[0].bytes * FAN_IN > LARGEST:
            return chosen
    return []


def size_class(row: Row) -> int:
    """The whole part of the logarithm to the base of FAN_IN."""
    return (max(row.bytes, 1).bit_length() - 1) // (FAN_IN.bit_length() - 1)
