"""The archive over time: how many documents each month has, and those of a period, kind or folder.

A document's moment is the date it bears; what bears none comes after everything dated. Nothing here changes anything.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from storage.banks import among
from storage.records import Document
from storage.sqlite import schema
from storage.sqlite.rows import document_rows, to_document
from storage.sqlite.store import Store


@dataclass(frozen=True)
class Wanted:
    """What to show; None or empty: whatever. since, until: the first characters of ISO dates, until not included.

    suffixes: ends of file names, lower case, such as ".pdf"; ids: only these.
    """

    source_id: int | None = None
    since: str | None = None
    until: str | None = None
    suffixes: Sequence[str] = ()
    folder: str | None = None
    ids: Sequence[int] | None = None
    undated: bool = False


def months(store: Store, wanted: Wanted) -> list[tuple[str, int]]:
    """("2021-04", documents) for each month that has any, the newest first; "" for those without a date."""
    month = func.substr(func.coalesce(schema.documents.c.date, ""), 1, 7)
    query = _narrowed(
        select(month, func.count()).select_from(schema.documents).outerjoin(schema.files), wanted
    )
    with store.read() as connection:
        rows = connection.execute(query.group_by(month).order_by(month.desc()))
        return [(row[0], row[1]) for row in rows]


def listed(
    store: Store,
    wanted: Wanted,
    *,
    oldest: bool,
    limit: int,
    offset: int,
    order: str = "",
    first: Sequence[int] = (),
) -> list[Document]:
    """By date, then by when it was learned; order: "learned" or "longest" instead; first: ids that stand above all."""
    d = schema.documents.c
    orders: dict[str, tuple[Any, ...]] = {
        "": (d.date.is_(None), d.date.asc(), d.id.asc())
        if oldest
        else (d.date.is_(None), d.date.desc(), d.id.desc()),
        "learned": (d.id.asc() if oldest else d.id.desc(),),
        "longest": (d.tokens.asc() if oldest else d.tokens.desc(), d.id.desc()),
    }
    above = (case((among(d.id, first), 0), else_=1),) if first else ()
    query = _narrowed(document_rows(), wanted).order_by(*above, *orders[order]).limit(limit).offset(offset)
    with store.read() as connection:
        return [to_document(row) for row in connection.execute(query)]


def totals(store: Store, wanted: Wanted) -> tuple[int, int, int]:
    """Documents, files and tokens of all that is wanted."""
    d = schema.documents.c
    counted = select(func.count(), func.count(d.file_id.distinct()), func.coalesce(func.sum(d.tokens), 0))
    query = _narrowed(counted.select_from(schema.documents).outerjoin(schema.files), wanted)
    with store.read() as connection:
        documents, files, tokens = connection.execute(query).one()
    return documents, files, tokens


def citing_chats(store: Store, ids: Sequence[int]) -> int:
    """How many chats have an answer that cites one of the documents."""
    c, m = schema.citations.c, schema.messages.c
    query = (
        select(func.count(m.chat_id.distinct()))
        .select_from(schema.messages.join(schema.citations, m.id == c.message_id))
        .where(among(c.document_id, ids))
    )
    with store.read() as connection:
        return connection.scalar(query) or 0


def ids_of(store: Store, wanted: Wanted) -> list[int]:
    """Ids of all documents that are wanted."""
    query = _narrowed(select(schema.documents.c.id).outerjoin(schema.files), wanted)
    with store.read() as connection:
        return list(connection.scalars(query))


def _narrowed(query: Select[Any], wanted: Wanted) -> Select[Any]:
    date, path = schema.documents.c.date, schema.files.c.path
    conditions: list[ColumnElement[bool]] = []
    if wanted.source_id is not None:
        conditions.append(schema.files.c.source_id == wanted.source_id)
    if wanted.since:
        conditions.append(date >= wanted.since)
    if wanted.until:
        conditions.append(date < wanted.until)
    if wanted.undated:
        conditions.append(date.is_(None))
    if wanted.suffixes:
        conditions.append(or_(*(path.endswith(suffix, autoescape=True) for suffix in wanted.suffixes)))
    if wanted.folder:
        folder = wanted.folder.rstrip(os.sep)
        inside = (path > folder + os.sep) & (path < folder + chr(ord(os.sep) + 1))
        conditions.append(or_(path == folder, inside))
    if wanted.ids is not None:
        conditions.append(among(schema.documents.c.id, wanted.ids))
    return query.where(*conditions)


def folders(store: Store, limit: int) -> list[tuple[str, int]]:
    """Folders with files that documents are of, and how many documents, the fullest first."""
    counts: Counter[str] = Counter()
    query = select(schema.files.c.path, schema.files.c.documents).where(schema.files.c.documents > 0)
    with store.read() as connection:
        for path, documents in connection.execute(query):
            counts[os.path.dirname(path)] += documents
    return counts.most_common(limit)
