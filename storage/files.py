"""Files of the sources, and what became of each."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    select,
    update,
)

from storage.banks import Banks, among
from storage.errors import NotFound
from storage.privacy import matching, path_stamp
from storage.records import FILE_STATES, File
from storage.sources import need_source
from storage.sqlite import schema
from storage.sqlite.rows import to_file
from storage.sqlite.store import Store, now, stamp

ENDINGS = ("known", "skipped", "failed", "forgotten")
ONE = select(schema.files).where(schema.files.c.id == bindparam("which"))
# Built once: every file changes its state several times on its way in, and building costs more than running it.
SET_STATE = (
    update(schema.files)
    .where(
        schema.files.c.id == bindparam("which"),
        schema.files.c.revision == func.coalesce(bindparam("read_revision"), schema.files.c.revision),
    )
    .values(
        state=bindparam("new_state"),
        reason=bindparam("new_reason"),
        content_hash=func.coalesce(bindparam("new_hash"), schema.files.c.content_hash),
        attempts=(schema.files.c.attempts + bindparam("tries")) * bindparam("goes_on"),
        updated_at=bindparam("moment"),
    )
)


class Files:
    """Rows of `files`."""

    def __init__(self, store: Store, banks: Banks) -> None:
        self._store = store
        self._banks = banks

    def upsert(self, source_id: int, path: Path, size: int, mtime_ns: int) -> File:
        """The file's row, queued if it is new or its size or time changed; see `upsert_all`."""
        return self.upsert_all(source_id, [(path, size, mtime_ns)])[0]

    def upsert_all(self, source_id: int, found: Sequence[tuple[Path, int, int]]) -> list[File]:
        """The rows of files given as (path, size, mtime_ns), in one transaction, queued if new or changed.

        A file the user had forgotten and that is unchanged since has no row; the answer then has id 0 and state
        "forgotten". A file that another source already has stays with that one. Raises NotFound for the source.
        """
        files = schema.files
        moment = now()
        with self._store.write(relaxed=True) as change:
            c = change.connection
            known = rows_by_path(c, [path for path, _, _ in found])
            unknown = [file for file in found if str(file[0]) not in known]
            gone = set(matching(c, [path_stamp(*file) for file in unknown]))
            new: dict[str, dict[str, Any]] = {}
            changed: list[dict[str, Any]] = []
            forgotten: dict[str, File] = {}
            for path, size, mtime_ns in found:
                row = known.get(str(path))
                if row is None:
                    values = new_file(source_id, path, size, mtime_ns, moment)
                    if path_stamp(path, size, mtime_ns) in gone:
                        forgotten[str(path)] = File(id=0, **values | {"state": "forgotten"})
                    else:
                        new[str(path)] = values
                elif (row.size, row.mtime_ns) != (size, mtime_ns):
                    changed.append({"changed": row.id, "new_size": size, "new_mtime_ns": mtime_ns})
            if new:
                need_source(c, source_id)
                c.execute(insert(files), list(new.values()))
            if changed:
                c.execute(
                    update(files)
                    .where(files.c.id == bindparam("changed"))
                    .values(
                        size=bindparam("new_size"),
                        mtime_ns=bindparam("new_mtime_ns"),
                        state="queued",
                        reason=None,
                        attempts=0,
                        revision=files.c.revision + 1,
                        updated_at=moment,
                    ),
                    changed,
                )
            rows = rows_by_path(c, [path for path, _, _ in found]) if new or changed else known
            return [(rows | forgotten)[str(path)] for path, _, _ in found]

    def changed(self, id: int, size: int, mtime_ns: int) -> File:
        """The file on disk is another than its row says: it is queued. Raises NotFound."""
        files = schema.files
        with self._store.write(relaxed=True) as change:
            c = change.connection
            row = need_file(c, id)
            if (row.size, row.mtime_ns) == (size, mtime_ns):
                return row
            c.execute(
                update(files)
                .where(files.c.id == id)
                .values(
                    size=size,
                    mtime_ns=mtime_ns,
                    state="queued",
                    reason=None,
                    attempts=0,
                    revision=row.revision + 1,
                    updated_at=now(),
                )
            )
            return need_file(c, id)

    def take_over(self, source_id: int, root: Path) -> int:
        """Gives a source the files at or below its root that were read once without being watched; how many."""
        files, sources = schema.files, schema.sources
        folder = str(root).rstrip(os.sep)
        once = select(sources.c.id).where(sources.c.kind == "once", sources.c.id != source_id)
        below = (files.c.path > folder + os.sep) & (files.c.path < folder + chr(ord(os.sep) + 1))
        taken = files.c.source_id.in_(once) & (below | (files.c.path == folder))
        with self._store.read() as connection:
            if connection.execute(select(files.c.id).where(taken).limit(1)).first() is None:
                return 0
        with self._store.write() as change:
            return change.connection.execute(update(files).where(taken).values(source_id=source_id)).rowcount

    def date_anew(self, first: datetime, last: datetime, moment: datetime) -> None:
        """What was first known between two moments that a wrong clock showed counts as known at this one."""
        f = schema.files
        dated = f.c.first_known_at.between(stamp(first), stamp(last))
        with self._store.write() as change:
            change.connection.execute(update(f).where(dated).values(first_known_at=stamp(moment)))

    def set_state(
        self,
        id: int,
        state: str,
        reason: str | None = None,
        content_hash: str | None = None,
        *,
        revision: int | None = None,
    ) -> File:
        """Records where a file stands. Raises NotFound.

        With the `revision` that was read, a file found changed since stays queued. Entering "reading" counts as
        an attempt, until one comes to an end.
        """
        if state not in FILE_STATES:
            raise ValueError(f"a file is one of {FILE_STATES}, not {state}")
        # A power cut may take these back: the file is then found queued and looked at once more.
        with self._store.write(relaxed=state in ("queued", "reading", "encoding")) as change:
            change.connection.execute(
                SET_STATE,
                {
                    "which": id,
                    "read_revision": revision,
                    "new_state": state,
                    "new_reason": reason,
                    "new_hash": content_hash,
                    "goes_on": int(state not in ENDINGS),
                    "tries": int(state == "reading"),
                    "moment": now(),
                },
            )
            return need_file(change.connection, id)

    def row(self, id: int) -> File:
        """Raises NotFound."""
        with self._store.read() as connection:
            return need_file(connection, id)

    def rows(
        self,
        source_id: int | None = None,
        state: str | None = None,
        limit: int | None = None,
        offset: int = 0,
        *,
        after: Path | None = None,
        below: Path | None = None,
        partly: bool = False,
    ) -> list[File]:
        """By path; those that come after a path, which pages through a million of them, or lie below a folder.

        partly: only those of which something was not read.
        """
        path = schema.files.c.path
        query = select(schema.files).order_by(path).limit(limit).offset(offset)
        if after is not None:
            query = query.where(path > str(after))
        if below is not None:
            folder = str(below).rstrip(os.sep)
            query = query.where(path > folder + os.sep, path < folder + chr(ord(os.sep) + 1))
        if source_id is not None:
            query = query.where(schema.files.c.source_id == source_id)
        if state is not None:
            query = query.where(schema.files.c.state == state)
        if partly:
            query = query.where(partly_read())
        with self._store.read() as connection:
            return [to_file(r) for r in connection.execute(query)]

    def known_behind(self, id: int, limit: int) -> list[File]:
        """Those that are known, by id, behind one."""
        f = schema.files.c
        query = select(schema.files).where(f.state == "known", f.id > id).order_by(f.id).limit(limit)
        with self._store.read() as connection:
            return [to_file(r) for r in connection.execute(query)]

    def paths(self, ids: Sequence[int]) -> dict[int, str]:
        """Where these files are, by id; those that are not known (any more) are left out."""
        files = schema.files.c
        with self._store.read() as connection:
            return {
                r.id: r.path
                for r in connection.execute(select(files.id, files.path).where(among(files.id, ids)))
            }

    def by_path(self, path: Path) -> File | None:
        with self._store.read() as connection:
            row = connection.execute(select(schema.files).where(schema.files.c.path == str(path))).first()
            return None if row is None else to_file(row)

    def by_paths(self, paths: Sequence[Path]) -> dict[str, File]:
        """The rows that there are, by path."""
        with self._store.read() as connection:
            return rows_by_path(connection, paths)

    def move(self, id: int, new_path: Path) -> File:
        """The file has another path now; a row that had this path was overwritten and goes. Raises NotFound."""
        files = schema.files
        with self._store.write() as change:
            c = change.connection
            need_file(c, id)
            other = c.scalar(select(files.c.id).where(files.c.path == str(new_path), files.c.id != id))
            if other is not None:
                self._banks.bury(change, schema.documents.c.file_id == other)
                c.execute(delete(files).where(files.c.id == other))
            c.execute(update(files).where(files.c.id == id).values(path=str(new_path), updated_at=now()))
            return need_file(c, id)

    def remove(self, ids: Sequence[int]) -> int:
        """Deletes the rows and documents of files in one transaction; how many documents."""
        with self._store.write() as change:
            buried = self._banks.bury(change, among(schema.documents.c.file_id, ids))
            change.connection.execute(delete(schema.files).where(among(schema.files.c.id, ids)))
            return len(buried)

    def next_queued(self, limit: int = 1) -> list[File]:
        """Queued files of active sources, those with the fewest attempts first, then the newest."""
        files, active = schema.files, schema.sources.c.state == "active"
        queued = select(files).join(schema.sources).where(files.c.state == "queued", active)
        found: list[File] = []
        attempts: int | None = -1
        with self._store.read() as connection:
            # One number of attempts after the other, so that the index gives the order and nothing is sorted.
            while len(found) < limit:
                fewest = select(func.min(files.c.attempts)).where(files.c.state == "queued")
                attempts = connection.scalar(fewest.where(files.c.attempts > attempts))
                if attempts is None:
                    break
                newest = queued.where(files.c.attempts == attempts).order_by(
                    files.c.mtime_ns.desc(), files.c.id.desc()
                )
                found += map(to_file, connection.execute(newest.limit(limit - len(found))))
        return found

    def counts(self, source_id: int | None = None) -> dict[str, int]:
        """Files per state; states without files are 0."""
        count = func.count(case((schema.files.c.id.is_not(None), 1)))
        query = select(schema.files.c.state, count).group_by(schema.files.c.state)
        if source_id is not None:
            query = query.where(schema.files.c.source_id == source_id)
        with self._store.read() as connection:
            return dict.fromkeys(FILE_STATES, 0) | {s: n for s, n in connection.execute(query)}

    def partly_read(self, first: int, last: int, limit: int = 50) -> list[File]:
        """Files of which something was not read, with a document first < id <= last."""
        d = schema.documents.c
        learned = select(d.file_id).where(d.id > first, d.id <= last)
        query = select(schema.files).where(schema.files.c.id.in_(learned), partly_read()).limit(limit)
        with self._store.read() as connection:
            return [to_file(r) for r in connection.execute(query)]

    def count_partly_read(self, source_id: int | None = None) -> int:
        """Files of which something was not read."""
        query = select(func.count()).select_from(schema.files).where(partly_read())
        if source_id is not None:
            query = query.where(schema.files.c.source_id == source_id)
        with self._store.read() as connection:
            return connection.scalar(query) or 0

    def requeue_interrupted(self) -> int:
        """Files that were being read or encoded when the process ended are queued again; how many."""
        files = schema.files
        with self._store.write() as change:
            result = change.connection.execute(
                update(files).where(files.c.state.in_(("reading", "encoding"))).values(state="queued")
            )
            return result.rowcount


def partly_read() -> ColumnElement[bool]:
    """The condition that something of a file was not read."""
    return cast(schema.files.c.unread, String) != "[]"


def new_file(source_id: int, path: Path, size: int, mtime_ns: int, moment: str) -> dict[str, Any]:
    """The row of a file that was just found."""
    return {
        "source_id": source_id,
        "path": str(path),
        "size": size,
        "mtime_ns": mtime_ns,
        "content_hash": None,
        "state": "queued",
        "reason": None,
        "attempts": 0,
        "documents": 0,
        "tokens": 0,
        "revision": 1,
        "first_known_at": moment,
        "updated_at": moment,
        "unread": (),
    }


def rows_by_path(connection: Connection, paths: Sequence[Path]) -> dict[str, File]:
    query = select(schema.files).where(schema.files.c.path.in_([str(path) for path in paths]))
    return {row.path: to_file(row) for row in connection.execute(query)}


def need_file(connection: Connection, id: int) -> File:
    row = connection.execute(ONE, {"which": id}).first()
    if row is None:
        raise NotFound(f"File {id} is not known (any more).")
    return to_file(row)
