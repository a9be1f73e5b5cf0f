"""Database rows to records, shared by the tables' modules."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Select, Table, insert, select

from storage.records import Document, File, Source
from storage.sqlite import schema


def document_rows() -> Select[Any]:
    """Documents with the path of their file."""
    return select(schema.documents, schema.files.c.path).outerjoin(
        schema.files, schema.files.c.id == schema.documents.c.file_id
    )


def to_document(row: Row) -> Document:
    return Document(**row._mapping)


def to_file(row: Row) -> File:
    return File(**{**row._mapping, "unread": tuple(row.unread)})


def to_source(row: Row) -> Source:
    return Source(**{**row._mapping, "ignore": tuple(row.ignore)})


def insert_id(connection: Connection, table: Table, **values: Any) -> int:
    """Inserts a row; its id."""
    key = connection.execute(insert(table).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])
