"""Which memories have some words: as they are, as they were before they were edited, or among what was removed."""

from __future__ import annotations

import json

from sqlalchemy import Connection, Text, func, or_, select

from storage.records import Holder
from storage.sqlite import schema

MOST = 20


def holders_of(connection: Connection, words: str) -> list[Holder]:
    """Up to MOST of each kind."""
    d, f, v, t = schema.documents.c, schema.files.c, schema.versions.c, schema.trash.c
    paths = select(d.id, f.path).select_from(schema.documents.outerjoin(schema.files))
    now = paths.where(func.instr(d.text, words) > 0)
    before = paths.join(schema.versions, v.document_id == d.id).where(func.instr(v.text, words) > 0)
    forms = dict.fromkeys(json.dumps(words, ensure_ascii=ascii)[1:-1] for ascii in (True, False))
    removed = (
        select(t.document_id, f.path)
        .select_from(schema.trash.outerjoin(schema.files, f.id == t.file_id))
        .where(
            or_(
                *(func.instr(column.cast(Text), form) > 0 for column in (t.row, t.versions) for form in forms)
            )
        )
    )
    found = []
    for where, query in (("", now), ("earlier", before), ("removed", removed)):
        rows = connection.execute(query.distinct().limit(MOST))
        found += [Holder(id, str(path) if path is not None else None, where) for id, path in rows]
    return found
