"""Commits: documents become known, in one transaction with their segment and the state of their file.

Several files go into one transaction and one segment (`commit_files`), because ten thousand notes would otherwise cost
ten thousand waits for the disk and leave as many tiny segments. A file that may not come in (removed or forgotten
meanwhile) is refused by itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    bindparam,
    case,
    cast,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from storage.banks import Banks, among, need_bank
from storage.errors import ArchiveError, Forgotten, ForgottenMeanwhile, NotFound
from storage.privacy import content_stamp, matching, passage_stamp
from storage.records import Draft, Encoding, FileCommit, Kept
from storage.sqlite import schema
from storage.sqlite.store import Change, Store, now

BY_PERSON = "person"  # where a date comes from that the person corrected


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

        Each file comes once. Gives for each None or why it was refused (NotFound, Forgotten). Raises BankMismatch,
        ArchiveFull; then nothing has changed.
        """
        for commit in commits:
            if len(commit.add) != len(commit.encodings):
                raise ValueError(f"{len(commit.add)} drafts came with {len(commit.encodings)} encodings")
        files = [commit.file_id for commit in commits if commit.file_id is not None]
        if len(set(files)) < len(files):
            raise ValueError("each file comes once")
        with self._store.write() as change:
            refusals = self._refusals(change.connection, commits)
            taken = [commit for commit, refusal in zip(commits, refusals, strict=True) if refusal is None]
            pairs = self._commit(change, taken)
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

    def _refusals(self, connection: Connection, commits: Sequence[FileCommit]) -> list[ArchiveError | None]:
        """For each file why it may not come in: NotFound, Forgotten, ForgottenMeanwhile; else None."""
        id = schema.files.c.id
        wanted = [commit.file_id for commit in commits if commit.file_id is not None]
        known = set(connection.scalars(select(id).where(among(id, wanted))))
        contents = [commit.content_hash for commit in commits if commit.content_hash is not None]
        gone = set(matching(connection, [content_stamp(content) for content in contents]))

        def refusal(commit: FileCommit) -> ArchiveError | None:
            if commit.since is not None and commit.since != self._store.forgettings:
                return ForgottenMeanwhile(
                    "Something was forgotten while this file was read. It is read again."
                )
            if commit.content_hash is not None and content_stamp(commit.content_hash) in gone:
                return Forgotten("This file was forgotten before, and it has not changed.")
            if commit.file_id is not None and commit.file_id not in known:
                return NotFound(f"File {commit.file_id} is not known (any more).")
            return None

        return [refusal(commit) for commit in commits]

    def _commit(self, change: Change, commits: Sequence[FileCommit]) -> list[tuple[Draft, Encoding]]:
        """The rows of these files; what goes into the segment."""
        c, d = change.connection, schema.documents.c
        new = [(commit.file_id, draft) for commit in commits for draft in commit.add]
        encodings = [encoding for commit in commits for encoding in commit.encodings]
        barred = forgotten_drafts(c, new)
        taken = [(pair, e) for pair, e in zip(new, encodings, strict=True) if pair[1].id not in barred]
        of_files = [(commit.file_id, commit) for commit in commits if commit.file_id is not None]
        if of_files:
            kept = [kept.id for _, commit in of_files for kept in commit.keep]
            self._banks.bury(change, among(d.file_id, [id for id, _ in of_files]) & ~among(d.id, kept))
            place_kept(c, of_files)
        insert_drafts(c, [pair for pair, _ in taken])
        finish_files(c, of_files)
        return [(draft, encoding) for (_, draft), encoding in taken]


def forgotten_drafts(connection: Connection, drafts: Sequence[tuple[int | None, Draft]]) -> set[int]:
    """Ids of the drafts, each with its file, whose text was forgotten, or whose passage was in this very file under another
    heading or name.
    """
    stamps: dict[str, list[int]] = {}
    for file_id, draft in drafts:
        stamps.setdefault(content_stamp(draft.content_hash), []).append(draft.id)
        if file_id is not None and draft.body_hash:
            stamps.setdefault(passage_stamp(file_id, draft.body_hash), []).append(draft.id)
    return {id for stamp in matching(connection, list(stamps)) for id in stamps[stamp]}


def place_kept(connection: Connection, commits: Sequence[tuple[int, FileCommit]]) -> None:
    """Notes where kept documents stand now; rows that say so already are not written."""
    rows = [
        {
            "kept": k.id,
            "of_file": file_id,
            "new_ordinal": k.ordinal,
            "new_place": k.place,
            "new_body_hash": k.body_hash,
            "new_outdated": k.outdated,
            "new_date": k.date,
            "new_date_last": k.date_last,
            "new_date_source": k.date_source,
        }
        for file_id, commit in commits
        for k in commit.keep
    ]
    if not rows:
        return
    d = schema.documents.c
    values: dict[str, Any] = {
        "ordinal": bindparam("new_ordinal"),
        "place": func.coalesce(bindparam("new_place"), d.place),
        "body_hash": func.coalesce(bindparam("new_body_hash"), d.body_hash),
        "outdated": bindparam("new_outdated"),
    }
    # A date that the person corrected stays, whatever the file says.
    for name in ("date", "date_last", "date_source"):
        said: Any = func.coalesce(bindparam(f"new_{name}"), getattr(d, name))
        values[name] = case((d.date_source == BY_PERSON, getattr(d, name)), else_=said)
    differs = or_(*(getattr(d, name).is_distinct_from(value) for name, value in values.items()))
    here = (d.id == bindparam("kept")) & (d.file_id == bindparam("of_file"))
    connection.execute(update(schema.documents).where(here, differs).values(values), rows)


def insert_drafts(connection: Connection, drafts: Sequence[tuple[int | None, Draft]]) -> None:
    """The rows of drafts, each with its file."""
    used = schema.tombstones.c.document_id
    ids = [draft.id for _, draft in drafts]
    if connection.execute(select(used).where(among(used, ids))).first() is not None:
        raise ValueError("a document id is never used again; `Commits.reserve_ids` gives new ones")
    moment = now()
    rows: list[dict[str, Any]] = [
        {**vars(draft), "file_id": file_id, "created_at": moment, "edited": False, "outdated": False}
        for file_id, draft in drafts
    ]
    if rows:
        connection.execute(insert(schema.documents), rows)


def finish_files(connection: Connection, commits: Sequence[tuple[int, FileCommit]]) -> None:
    """Brings the rows of files up to date; a file's state only if it is still the `revision` that was read."""
    files = schema.files
    current = files.c.revision == func.coalesce(bindparam("read_revision"), files.c.revision)
    values = counted(files.c.id) | {
        "updated_at": now(),
        "content_hash": func.coalesce(bindparam("new_hash"), files.c.content_hash),
        "unread": func.coalesce(bindparam("new_unread", type_=String), cast(files.c.unread, String)),
        "state": case((current, bindparam("new_state")), else_=files.c.state),
        "reason": case((current, None), else_=files.c.reason),
    }
    rows = [
        {
            "finished": id,
            "read_revision": commit.revision,
            "new_hash": commit.content_hash,
            "new_unread": None if commit.unread is None else json.dumps(commit.unread),
            "new_state": commit.file_state,
        }
        for id, commit in commits
    ]
    if rows:
        connection.execute(update(files).where(files.c.id == bindparam("finished")).values(values), rows)


def count_files(connection: Connection, ids: Sequence[int]) -> None:
    """Brings the files' number of documents and tokens up to date."""
    files = schema.files
    connection.execute(update(files).where(among(files.c.id, ids)).values(counted(files.c.id)))


def counted(id: ColumnElement[int]) -> dict[str, Any]:
    """The number of documents and tokens of a file, as values of its row."""
    owned = schema.documents.c.file_id == id
    tokens = func.coalesce(func.sum(schema.documents.c.tokens), 0)
    return {
        "documents": select(func.count()).where(owned).scalar_subquery(),
        "tokens": select(tokens).where(owned).scalar_subquery(),
    }
