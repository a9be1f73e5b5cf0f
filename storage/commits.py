"""Commits: documents become known, in one transaction with their segment and the state of their file.

Several files go into one transaction and one segment (`commit_files`), because ten thousand notes would otherwise cost
ten thousand waits for the disk and leave as many tiny segments. A file that may not come in (removed or forgotten
meanwhile) is refused by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, insert, or_, select, text, update

from storage.banks import Banks, among, need_bank
from storage.errors import ArchiveError, Forgotten, ForgottenMeanwhile, NotFound
from storage.files import need_file
from storage.privacy import content_stamp, is_forgotten, matching, passage_stamp
from storage.records import Draft, Encoding, FileCommit, Kept
from storage.sqlite import schema
from storage.sqlite.store import Change, Store, now


class Commits:
    """Documents on their way in."""

    def __init__(self, store: Store, banks: Banks) -> None:
        self._store = store
        self._banks = banks

    def reserve_ids(self, n: int) -> range:
        """n ids that no document had or will have; they are used up even if nothing is committed with them."""
        with self._store.write(relaxed=True) as change:
            c = change.connection
            last = c.execute(text("SELECT seq FROM sqlite_sequence WHERE name = 'documents'")).scalar()
            if last is None:
                c.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES ('documents', 0)"))
                last = 0
            c.execute(
                text("UPDATE sqlite_sequence SET seq = :seq WHERE name = 'documents'"), {"seq": last + n}
            )
            return range(last + 1, last + 1 + n)

    def commit_documents(
        self,
        file_id: int | None,
        *,
        keep: Sequence[Kept] = (),
        add: Sequence[Draft],
        encodings: Sequence[Encoding],
        file_state: str = "known",
        content_hash: str | None = None,
        bank: str,
        revision: int | None = None,
    ) -> None:
        """Makes a file's documents exactly `keep` and `add`, in one transaction with their segment and file row.

        encodings: one per draft; bank: the fingerprint of the model that made them. With the `revision` that was read,
        a file found changed since stays queued. Drafts that the user had forgotten before are left out. Raises NotFound
        if the file was removed meanwhile, Forgotten if the whole file was forgotten, BankMismatch, ArchiveFull; then
        nothing has changed.
        """
        commit = FileCommit(file_id, keep, add, encodings, file_state, content_hash, revision)
        (refused,) = self.commit_files([commit], bank)
        if refused is not None:
            raise refused

    def commit_files(self, commits: Sequence[FileCommit], bank: str) -> list[ArchiveError | None]:
        """As `commit_documents` for several files at once, in one transaction with one segment.

        Gives for each file None or why it was refused (NotFound, Forgotten). Raises BankMismatch, ArchiveFull; then
        nothing has changed.
        """
        for commit in commits:
            if len(commit.add) != len(commit.encodings):
                raise ValueError(f"{len(commit.add)} drafts came with {len(commit.encodings)} encodings")
        refusals: list[ArchiveError | None] = []
        pairs: list[tuple[Draft, Encoding]] = []
        with self._store.write() as change:
            for commit in commits:
                try:
                    pairs += self._commit(change, commit)
                    refusals.append(None)
                except (NotFound, Forgotten, ForgottenMeanwhile) as refusal:
                    refusals.append(refusal)
            self._banks.put(change, bank, [d.id for d, _ in pairs], [e for _, e in pairs])
        return refusals

    def encodings_of(self, hashes: Sequence[str], bank: str) -> dict[str, Encoding]:
        """Encodings that the bank has of these very texts, by content hash: a copy need not be encoded again."""
        d, e = schema.documents.c, schema.encodings.c
        query = (
            select(d.content_hash, func.min(d.id), d.tokens)
            .join(schema.encodings, e.document_id == d.id)
            .where(d.content_hash.in_(hashes))
            .group_by(d.content_hash)
        )
        with self._store.read() as connection:
            query = query.where(e.bank_id == need_bank(connection, bank).id)
            if connection.execute(query.limit(1)).first() is None:
                return {}
        # Nothing of it may be erased while it is copied.
        with self._store.rewriting, self._store.read() as connection:
            rows = connection.execute(query).all()
            snapshot = self._banks.loaded(bank).snapshot()
            copies = {text: snapshot.encoding(id, tokens) for text, id, tokens in rows}
        return {text: copy for text, copy in copies.items() if copy is not None}

    def _commit(self, change: Change, commit: FileCommit) -> list[tuple[Draft, Encoding]]:
        """The rows of one file; what goes into the segment. Raises NotFound, Forgotten, ForgottenMeanwhile; then nothing of
        it is changed.
        """
        c, file_id = change.connection, commit.file_id
        if commit.since is not None and commit.since != self._store.forgettings:
            raise ForgottenMeanwhile("Something was forgotten while this file was read. It is read again.")
        if commit.content_hash is not None and is_forgotten(c, content_stamp(commit.content_hash)):
            raise Forgotten("This file was forgotten before, and it has not changed.")
        if file_id is not None:
            need_file(c, file_id)
        barred = forgotten_drafts(c, file_id, commit.add)
        pairs = [(d, e) for d, e in zip(commit.add, commit.encodings, strict=True) if d.id not in barred]
        if file_id is not None:
            kept = [k.id for k in commit.keep]
            self._banks.bury(
                change, (schema.documents.c.file_id == file_id) & ~among(schema.documents.c.id, kept)
            )
            place_kept(c, file_id, commit.keep)
        insert_drafts(c, file_id, [d for d, _ in pairs])
        if file_id is not None:
            finish_file(c, file_id, commit)
        return pairs


def forgotten_drafts(connection: Connection, file_id: int | None, drafts: Sequence[Draft]) -> set[int]:
    """Ids of the drafts whose text was forgotten, or whose passage was in this very file under another heading or name."""
    stamps: dict[str, list[int]] = {}
    for draft in drafts:
        stamps.setdefault(content_stamp(draft.content_hash), []).append(draft.id)
        if file_id is not None and draft.body_hash:
            stamps.setdefault(passage_stamp(file_id, draft.body_hash), []).append(draft.id)
    return {id for stamp in matching(connection, list(stamps)) for id in stamps[stamp]}


def place_kept(connection: Connection, file_id: int, keep: Sequence[Kept]) -> None:
    """Notes where kept documents stand now; rows that say so already are not written."""
    d = schema.documents.c
    values: dict[str, Any] = {
        "ordinal": bindparam("new_ordinal"),
        "place": func.coalesce(bindparam("new_place"), d.place),
        "body_hash": func.coalesce(bindparam("new_body_hash"), d.body_hash),
        "outdated": bindparam("new_outdated"),
        "date": func.coalesce(bindparam("new_date"), d.date),
        "date_last": func.coalesce(bindparam("new_date_last"), d.date_last),
        "date_source": func.coalesce(bindparam("new_date_source"), d.date_source),
    }
    differs = or_(*(getattr(d, name).is_distinct_from(value) for name, value in values.items()))
    statement = (
        update(schema.documents)
        .where(d.id == bindparam("kept"), d.file_id == file_id, differs)
        .values(values)
    )
    rows = [
        {
            "kept": k.id,
            "new_ordinal": k.ordinal,
            "new_place": k.place,
            "new_body_hash": k.body_hash,
            "new_outdated": k.outdated,
            "new_date": k.date,
            "new_date_last": k.date_last,
            "new_date_source": k.date_source,
        }
        for k in keep
    ]
    if rows:
        connection.execute(statement, rows)


def insert_drafts(connection: Connection, file_id: int | None, drafts: Sequence[Draft]) -> None:
    used = schema.tombstones.c.document_id
    if connection.execute(select(used).where(among(used, [d.id for d in drafts]))).first() is not None:
        raise ValueError("a document id is never used again; `Commits.reserve_ids` gives new ones")
    moment = now()
    rows: list[dict[str, Any]] = [
        {**vars(d), "file_id": file_id, "created_at": moment, "edited": False, "outdated": False}
        for d in drafts
    ]
    if rows:
        connection.execute(insert(schema.documents), rows)


def finish_file(connection: Connection, id: int, commit: FileCommit) -> None:
    """Brings the row of a file up to date; its state only if it is still the `revision` that was read."""
    files = schema.files
    values: dict[str, Any] = counted(id) | {"updated_at": now()}
    if commit.content_hash is not None:
        values["content_hash"] = commit.content_hash
    if commit.unread is not None:
        values["unread"] = list(commit.unread)
    current = files.c.revision == (files.c.revision if commit.revision is None else commit.revision)
    values["state"] = case((current, commit.file_state), else_=files.c.state)
    values["reason"] = case((current, None), else_=files.c.reason)
    connection.execute(update(files).where(files.c.id == id).values(values))


def count_file(connection: Connection, id: int) -> None:
    """Brings the file's number of documents and tokens up to date."""
    connection.execute(update(schema.files).where(schema.files.c.id == id).values(counted(id)))


def counted(id: int) -> dict[str, Any]:
    """The number of documents and tokens of a file, as values of its row."""
    owned = schema.documents.c.file_id == id
    tokens = func.coalesce(func.sum(schema.documents.c.tokens), 0)
    return {
        "documents": select(func.count()).where(owned).scalar_subquery(),
        "tokens": select(tokens).where(owned).scalar_subquery(),
    }
