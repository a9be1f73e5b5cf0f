"""Summaries that are kept: what was asked for, and from which lines of which passages it was made.

No text of a memory is copied. A sentence is a place in its passage, so that a memory that is forgotten, removed, edited or
gone with its file takes its part of every summary along in the same transaction. What remains of such a summary is the
request; where a forgotten text says the same, or nothing is left that it was made of, the request goes too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, func, insert, select

from storage.banks import among
from storage.errors import NotFound
from storage.quotes import quoting
from storage.sqlite import schema
from storage.sqlite.rows import insert_id
from storage.sqlite.store import Store, now


@dataclass(frozen=True)
class Request:
    """What a summary is of. question: as it was asked last; first, last: whole days of its period, None without one.

    Two requests are the same if all but the question is.
    """

    question: str = field(compare=False)
    language: str
    topic: str
    first: str | None = None
    last: str | None = None


@dataclass(frozen=True)
class Part:
    """A passage that was gone through. state: a digest of all that its lines depend on; lines: their places, [] for none."""

    state: str
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class KeptSummary:
    """passages: how many were gone through; parts: those of them that are there and were not edited since, by document.

    made_by: the version that chose the lines; another one may cut a passage into others.
    """

    id: int
    request: Request
    passages: int
    made_by: str
    made_at: str
    parts: Mapping[int, Part] = field(default_factory=dict)


class Summaries:
    """Rows of `summaries` and `summary_passages`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, request: Request) -> KeptSummary | None:
        """The one that was kept for a request."""
        with self._store.read() as connection:
            id = _id_of(connection, request)
            if id is None:
                return None
            s, p = schema.summaries.c, schema.summary_passages.c
            row = connection.execute(select(schema.summaries).where(s.id == id)).one()
            parts = connection.execute(select(schema.summary_passages).where(p.summary_id == id)).all()
            return _kept(row, {part.document_id: Part(part.state, tuple(part.lines)) for part in parts})

    def keep(self, request: Request, parts: Mapping[int, Part], made_by: str) -> int | None:
        """Keeps a summary in the place of an earlier one; its id. None, and nothing is kept, if a passage went meanwhile."""
        d = schema.documents.c
        with self._store.write() as change:
            c = change.connection
            there = c.scalar(select(func.count()).where(among(d.id, list(parts)))) or 0
            if there < len(parts):
                return None
            if (before := _id_of(c, request)) is not None:
                _delete(c, [before])
            id = insert_id(
                c,
                schema.summaries,
                question=request.question,
                language=request.language,
                topic=request.topic,
                first=request.first,
                last=request.last,
                passages=len(parts),
                made_by=made_by,
                made_at=now(),
            )
            rows = [
                {"summary_id": id, "document_id": number, "state": part.state, "lines": list(part.lines)}
                for number, part in parts.items()
            ]
            if rows:
                c.execute(insert(schema.summary_passages), rows)
            return id

    def rows(self) -> list[KeptSummary]:
        """The last made first, without their parts."""
        s = schema.summaries
        with self._store.read() as connection:
            return [_kept(row, {}) for row in connection.execute(select(s).order_by(s.c.id.desc()))]

    def delete(self, id: int) -> None:
        """Raises NotFound."""
        s = schema.summaries.c
        with self._store.write() as change:
            if change.connection.scalar(select(s.id).where(s.id == id)) is None:
                raise NotFound(
                    f"There is no summary {id} (any more); `doppel summaries list` shows what there is."
                )
            _delete(change.connection, [id])


def drop_parts(connection: Connection, ids: Sequence[int]) -> None:
    """Drop what summaries took from these documents, whose text is another one now."""
    p = schema.summary_passages
    connection.execute(delete(p).where(among(p.c.document_id, list(ids))))


def erase_summaries(connection: Connection, ids: Sequence[int], texts: Collection[str]) -> None:
    """Erase the summaries whose request says what the forgotten documents say, and those made of nothing else.

    ids: of the forgotten documents, whose rows are still there; texts: theirs.
    """
    s, p = schema.summaries.c, schema.summary_passages.c
    asked = [(row.id, row.question) for row in connection.execute(select(s.id, s.question))]
    if not asked:
        return
    gone = quoting(texts, asked)
    touched = set(connection.scalars(select(p.summary_id).where(among(p.document_id, list(ids)))))
    left = set(connection.scalars(select(p.summary_id).where(~among(p.document_id, list(ids))).distinct()))
    _delete(connection, sorted(gone | (touched - left)))
    drop_parts(connection, ids)


def _delete(connection: Connection, ids: Sequence[int]) -> None:
    connection.execute(delete(schema.summaries).where(among(schema.summaries.c.id, list(ids))))


def _id_of(connection: Connection, request: Request) -> int | None:
    s = schema.summaries.c
    same = select(s.id).where(s.language == request.language, s.topic == request.topic)
    # "IS", which also holds between two that are NULL.
    found: int | None = connection.scalar(same.where(s.first.is_(request.first), s.last.is_(request.last)))
    return found


def _kept(row: object, parts: Mapping[int, Part]) -> KeptSummary:
    values = dict(row._mapping)  # type: ignore[attr-defined]
    request = Request(*(values[name] for name in ("question", "language", "topic", "first", "last")))
    return KeptSummary(values["id"], request, values["passages"], values["made_by"], values["made_at"], parts)
