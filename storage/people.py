"""Rows about people: who is named in which document, worked out by rules, and what the person says of them.

What was worked out goes with its document (the rows are tied to it) and with an edit of it. Of what the person does not
want to see only a keyed hash is kept. What the person wrote is theirs, but goes where a forgotten text says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, exists, func, insert, select

from storage.banks import among
from storage.privacy import archive_key, keyed
from storage.quotes import words_of
from storage.records import Document
from storage.sqlite import schema
from storage.sqlite.rows import document_rows, to_document
from storage.sqlite.store import Store, now

FACT, HIDDEN, REMOVED = "fact", "hidden", "removed"
ROWS = 2000


@dataclass(frozen=True)
class Named:
    """Somebody named in a document. kind: "mention", or what of them `value` is; said_by: whose words, "" for the owner's.

    date, path: of the document; author: of it.
    """

    document_id: int
    name: str
    kind: str = "mention"
    value: str = ""
    said_by: str = ""
    date: str | None = None
    path: str | None = None


@dataclass(frozen=True)
class OwnWord:
    """What the person says: a fact (name, kind, value), or that something is hidden (value: a keyed hash) or removed.

    about: a keyed hash of the folded name.
    """

    id: int
    about: str
    action: str
    name: str
    kind: str
    value: str
    at: str


class People:
    """Rows of `named` and `own_words`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def unread(self, rules: int, limit: int) -> list[Document]:
        """Documents that this version of the rules was not applied to yet, the oldest first."""
        d, r = schema.documents.c, schema.named_read.c
        done = exists().where(r.document_id == d.id, r.rules == rules)
        query = document_rows().where(~done).order_by(d.id).limit(limit)
        with self._store.read() as connection:
            return [to_document(row) for row in connection.execute(query)]

    def outstanding(self, rules: int) -> int:
        """How many documents this version of the rules was not applied to yet."""
        done = select(func.count()).select_from(schema.named_read).where(schema.named_read.c.rules == rules)
        with self._store.read() as connection:
            whole = connection.scalar(select(func.count()).select_from(schema.documents)) or 0
            return whole - (connection.scalar(done) or 0)

    def put(self, documents: Sequence[Document], found: Iterable[Named], rules: int) -> None:
        """Replace what is known from these documents; one that changed or went meanwhile is left for the next time."""
        by_document: dict[int, list[Named]] = {}
        for named in found:
            by_document.setdefault(named.document_id, []).append(named)
        d = schema.documents.c
        hashes = {document.id: document.content_hash for document in documents}
        with self._store.write() as change:
            c = change.connection
            rows = c.execute(select(d.id, d.content_hash).where(among(d.id, list(hashes))))
            same = [row.id for row in rows if row.content_hash == hashes[row.id]]
            forget_named(c, same)
            values = [
                {"document_id": id, "name": n.name, "kind": n.kind, "value": n.value, "said_by": n.said_by}
                for id in same
                for n in by_document.get(id, ())
            ]
            if values:
                c.execute(insert(schema.named), values)
            if same:
                c.execute(insert(schema.named_read), [{"document_id": id, "rules": rules} for id in same])

    def named(self) -> Iterator[Named]:
        """All that is known, in the order of the documents, with their dates; days of changed files count for none."""
        n, d, f = schema.named.c, schema.documents.c, schema.files.c
        query = (
            select(n.id, n.document_id, n.name, n.kind, n.value, n.said_by, d.date, d.date_source, f.path)
            .select_from(schema.named.join(schema.documents).outerjoin(schema.files))
            .order_by(n.id)
            .limit(ROWS)
        )
        last = 0
        while True:
            with self._store.read() as connection:
                rows = connection.execute(query.where(n.id > last)).all()
            for row in rows:
                date = row.date if row.date_source != "mtime" else None
                yield Named(row.document_id, row.name, row.kind, row.value, row.said_by, date, row.path)
            if len(rows) < ROWS:
                return
            last = rows[-1].id

    def documents_naming(self, names: Sequence[str]) -> list[int]:
        """Documents that name somebody by one of these names."""
        n = schema.named.c
        with self._store.read() as connection:
            return list(
                connection.scalars(
                    select(n.document_id).where(n.name.in_(names)).distinct().order_by(n.document_id)
                )
            )

    def named_only_in(self, ids: Sequence[int]) -> list[str]:
        """Names that these documents alone say."""
        n = schema.named.c
        inside = select(n.name).where(among(n.document_id, list(ids)))
        outside = select(n.name).where(~among(n.document_id, list(ids)))
        with self._store.read() as connection:
            query = select(n.name).where(n.name.in_(inside), n.name.not_in(outside)).distinct()
            return sorted(connection.scalars(query))

    def state(self) -> tuple[int, int, int]:
        """Differs when what `named` gives may differ: rows, the newest of them, and how often something was forgotten."""
        n = schema.named.c.id
        with self._store.read() as connection:
            count, newest = connection.execute(select(func.count(n), func.coalesce(func.max(n), 0))).one()
        return count, newest, self._store.forgettings

    def own_words(self) -> list[OwnWord]:
        """All that the person said, the oldest first."""
        o = schema.own_words
        with self._store.read() as connection:
            return [OwnWord(**row._mapping) for row in connection.execute(select(o).order_by(o.c.id))]

    def say(self, about: str, action: str, *, name: str = "", kind: str = "", value: str = "") -> None:
        """Note what the person says about somebody, once."""
        o = schema.own_words
        values = {"about": about, "action": action, "name": name, "kind": kind, "value": value}
        with self._store.write() as change:
            same = [getattr(o.c, key) == part for key, part in values.items()]
            change.connection.execute(delete(o).where(*same))
            change.connection.execute(insert(o).values(**values, at=now()))

    def unsay(self, ids: Sequence[int]) -> None:
        with self._store.write() as change:
            change.connection.execute(delete(schema.own_words).where(among(schema.own_words.c.id, list(ids))))

    def said_of_the_forgotten(self, ids: Sequence[int]) -> int:
        """How much of what the person said forgetting these documents would erase."""
        d = schema.documents.c
        with self._store.read() as connection:
            texts = connection.scalars(select(d.text).where(among(d.id, list(ids)))).all()
            return len(own_words_of_the_forgotten(connection, ids, texts))

    def stamps(self, texts: Sequence[str]) -> dict[str, str]:
        """The keyed hash of each text, by which it is known again without being kept."""
        key = self._key()
        return {text: keyed(key, f"person\0{text}") for text in texts}

    def _key(self) -> bytes:
        if not self._store.read_only:
            with self._store.write() as change:
                return archive_key(change.connection)
        with self._store.read() as connection:
            value = connection.scalar(
                select(schema.settings.c.value).where(schema.settings.c.key == "forgotten_key")
            )
        return bytes.fromhex(value) if value else b""


def forget_named(connection: Connection, ids: Sequence[int]) -> None:
    """Drop what was worked out from these documents."""
    connection.execute(delete(schema.named).where(among(schema.named.c.document_id, list(ids))))
    connection.execute(delete(schema.named_read).where(among(schema.named_read.c.document_id, list(ids))))


def erase_own_words(connection: Connection, ids: Sequence[int], texts: Sequence[str]) -> None:
    """Erase what the person wrote of people where a forgotten text says the same (see `own_words_of_the_forgotten`)."""
    gone = own_words_of_the_forgotten(connection, ids, texts)
    connection.execute(delete(schema.own_words).where(among(schema.own_words.c.id, gone)))


def own_words_of_the_forgotten(connection: Connection, ids: Sequence[int], texts: Sequence[str]) -> list[int]:
    """Ids of what the person wrote of people that a forgotten text says, too, and no document that stays.

    ids: of the forgotten documents, whose rows are still there; texts: theirs.
    """
    o, d = schema.own_words.c, schema.documents.c
    rows = connection.execute(select(o.id, o.name, o.value).where(o.action == FACT)).all()
    if not rows:
        return []
    folded = [f" {' '.join(words_of(text))} " for text in texts]
    gone = []
    for row in rows:
        for said in (row.value, row.name):
            words = " ".join(words_of(said))
            # Chinese has no spaces between words.
            if len(words) < 2 or not any(f" {words} " in t or said in t for t in [*folded, *texts]):
                continue
            stays = select(d.id).where(func.instr(d.text, said) > 0, ~among(d.id, list(ids))).limit(1)
            if connection.execute(stays).first() is None:
                gone.append(row.id)
                break
    return gone
