"""The documents that stand before and behind one in its file."""

from __future__ import annotations

from sqlalchemy import func, select, tuple_

from storage.records import Document
from storage.sqlite import schema
from storage.sqlite.rows import document_rows, to_document
from storage.sqlite.store import Store


def around(store: Store, document: Document, before: int, after: int) -> list[Document]:
    """At most so many before and after it, itself included, in the order of the file; of a note, the note alone."""
    if document.file_id is None:
        return [document]
    d = schema.documents.c
    place = tuple_(d.ordinal, d.id)
    here = (document.ordinal, document.id)
    of_file = document_rows().where(d.file_id == document.file_id)
    earlier = of_file.where(place < here).order_by(d.ordinal.desc(), d.id.desc()).limit(before)
    later = of_file.where(place >= here).order_by(d.ordinal, d.id).limit(after + 1)
    with store.read() as connection:
        found = [to_document(row) for row in connection.execute(earlier)][::-1]
        return [*found, *(to_document(row) for row in connection.execute(later))]


def on_day(store: Store, month_day: str, before_year: int, limit: int) -> list[Document]:
    """Documents that bear this day ("04-12") of an earlier year, the newest year first, one of each file and year.

    The day a file was changed says nothing of what it speaks of.
    """
    d = schema.documents.c
    year = func.substr(d.date, 1, 4)
    first = (
        select(func.min(d.id))
        .where(d.date.is_not(None), func.substr(d.date, 6, 5) == month_day, d.date_source != "mtime")
        .where(year < f"{before_year:04}")
        .group_by(year, d.file_id)
    )
    query = document_rows().where(d.id.in_(first)).order_by(d.date.desc(), d.id).limit(limit)
    with store.read() as connection:
        return [to_document(row) for row in connection.execute(query)]
