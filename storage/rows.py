"""Database rows to records, shared by the tables' modules."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, select

from storage import schema
from storage.records import Document, File, Source


def document_rows() -> Select[Any]:
    """Documents with the path of their file."""
    return select(schema.documents, schema.files.c.path).outerjoin(
        schema.files, schema.files.c.id == schema.documents.c.file_id
    )


def to_document(row: Row) -> Document:
    return Document(**row._mapping)


def to_file(row: Row) -> File:
    return File(**row._mapping)


def to_source(row: Row) -> Source:
    return Source(**{**row._mapping, "ignore": tuple(row.ignore)})
