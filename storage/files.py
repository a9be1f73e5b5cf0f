"""Sources and their files: what is watched, and what became of each file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, select, update

from storage import schema
from storage.errors import NotFound
from storage.loading import Loading
from storage.privacy import allow_again, content_stamp, forgotten_among, is_forgotten, path_stamp
from storage.records import FILE_STATES, SOURCE_STATES, File, Source
from storage.rows import to_file, to_source
from storage.store import now


class Files(Loading):
    """Rows of `sources` and `files`."""

    def add_source(
        self,
        path: Path,
        *,
        kind: str = "folder",
        ignore: Sequence[str] = (),
        polling: bool = False,
        retention_days: int | None = None,
    ) -> Source:
        """Adds a source, or changes the options of the one with this path."""
        options: dict[str, Any] = {
            "kind": kind,
            "ignore": list(ignore),
            "polling": polling,
            "retention_days": retention_days,
            "state": "active",
            "reason": None,
        }
        sources = schema.sources
        with self._write() as change:
            c = change.connection
            known = c.scalar(select(sources.c.id).where(sources.c.path == str(path)))
            if known is None:
                c.execute(insert(sources).values(path=str(path), added_at=now(), **options))
            else:
                c.execute(update(sources).where(sources.c.id == known).values(**options))
            return to_source(c.execute(select(sources).where(sources.c.path == str(path))).one())

    def sources(self) -> list[Source]:
        with self._read() as connection:
            return [to_source(r) for r in connection.execute(select(schema.sources).order_by("id"))]

    def source(self, id: int) -> Source:
        """Raises NotFound."""
        with self._read() as connection:
            return need_source(connection, id)

    def set_source_state(self, id: int, state: str, reason: str | None = None) -> Source:
        if state not in SOURCE_STATES:
            raise ValueError(f"a source is one of {SOURCE_STATES}, not {state}")
        with self._write() as change:
            change.connection.execute(
                update(schema.sources).where(schema.sources.c.id == id).values(state=state, reason=reason)
            )
            return need_source(change.connection, id)

    def remove_source(self, id: int) -> int:
        """Deletes a source with its files and documents; how many documents. Raises NotFound."""
        with self._write() as change:
            need_source(change.connection, id)
            ids = self._bury(change, schema.files.c.source_id == id)
            change.connection.execute(delete(schema.files).where(schema.files.c.source_id == id))
            change.connection.execute(delete(schema.sources).where(schema.sources.c.id == id))
            return len(ids)

    def upsert_file(self, source_id: int, path: Path, size: int, mtime_ns: int) -> File:
        """The file's row, queued if it is new or its size or time changed.

        A file the user had forgotten and that is unchanged since has no row; the answer then has id 0 and state
        "forgotten". A file that another source already has stays with that one.
        """
        files = schema.files
        with self._write() as change:
            c = change.connection
            row = c.execute(select(files).where(files.c.path == str(path))).first()
            if row is not None and (row.size, row.mtime_ns) == (size, mtime_ns):
                return to_file(row)
            moment = now()
            if row is not None:
                c.execute(
                    update(files)
                    .where(files.c.id == row.id)
                    .values(
                        size=size,
                        mtime_ns=mtime_ns,
                        state="queued",
                        reason=None,
                        attempts=0,
                        revision=row.revision + 1,
                        updated_at=moment,
                    )
                )
                return need_file(c, row.id)
            values: dict[str, Any] = {
                "source_id": source_id,
                "path": str(path),
                "size": size,
                "mtime_ns": mtime_ns,
                "content_hash": None,
                "reason": None,
                "attempts": 0,
                "documents": 0,
                "tokens": 0,
                "revision": 1,
                "first_known_at": moment,
                "updated_at": moment,
            }
            if is_forgotten(c, path_stamp(path, size, mtime_ns)):
                return File(id=0, state="forgotten", **values)
            need_source(c, source_id)
            c.execute(insert(files).values(state="queued", **values))
            return to_file(c.execute(select(files).where(files.c.path == str(path))).one())

    def set_file_state(
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
        an attempt.
        """
        if state not in FILE_STATES:
            raise ValueError(f"a file is one of {FILE_STATES}, not {state}")
        files = schema.files
        # A power cut may take these back: the file is then found queued and looked at once more.
        with self._write(relaxed=state in ("queued", "reading", "encoding")) as change:
            c = change.connection
            row = need_file(c, id)
            if revision is not None and row.revision != revision:
                return row
            c.execute(
                update(files)
                .where(files.c.id == id)
                .values(
                    state=state,
                    reason=reason,
                    content_hash=content_hash if content_hash is not None else row.content_hash,
                    attempts=row.attempts + (state == "reading"),
                    updated_at=now(),
                )
            )
            return need_file(c, id)

    def file(self, id: int) -> File:
        """Raises NotFound."""
        with self._read() as connection:
            return need_file(connection, id)

    def files(
        self,
        source_id: int | None = None,
        state: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[File]:
        """By path."""
        query = select(schema.files).order_by(schema.files.c.path).limit(limit).offset(offset)
        if source_id is not None:
            query = query.where(schema.files.c.source_id == source_id)
        if state is not None:
            query = query.where(schema.files.c.state == state)
        with self._read() as connection:
            return [to_file(r) for r in connection.execute(query)]

    def file_by_path(self, path: Path) -> File | None:
        with self._read() as connection:
            row = connection.execute(select(schema.files).where(schema.files.c.path == str(path))).first()
            return None if row is None else to_file(row)

    def move_file(self, id: int, new_path: Path) -> File:
        """The file has another path now; a row that had this path was overwritten and goes. Raises NotFound."""
        files = schema.files
        with self._write() as change:
            c = change.connection
            need_file(c, id)
            other = c.scalar(select(files.c.id).where(files.c.path == str(new_path), files.c.id != id))
            if other is not None:
                self._bury(change, schema.documents.c.file_id == other)
                c.execute(delete(files).where(files.c.id == other))
            c.execute(update(files).where(files.c.id == id).values(path=str(new_path), updated_at=now()))
            return need_file(c, id)

    def remove_file(self, id: int) -> int:
        """Deletes a file's row and documents; how many documents. Raises NotFound."""
        with self._write() as change:
            need_file(change.connection, id)
            ids = self._bury(change, schema.documents.c.file_id == id)
            change.connection.execute(delete(schema.files).where(schema.files.c.id == id))
            return len(ids)

    def next_queued(self, limit: int = 1) -> list[File]:
        """Queued files of active sources, those with the fewest attempts first, then the newest."""
        files, active = schema.files, schema.sources.c.state == "active"
        queued = select(files).join(schema.sources).where(files.c.state == "queued", active)
        found: list[File] = []
        attempts: int | None = -1
        with self._read() as connection:
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
        with self._read() as connection:
            return dict.fromkeys(FILE_STATES, 0) | {s: n for s, n in connection.execute(query)}

    def forgotten_hashes(self, hashes: Sequence[str]) -> set[str]:
        """Those of the content hashes (of files or documents) that the user had forgotten."""
        with self._read() as connection:
            return forgotten_among(connection, hashes)

    def lift_forgotten(self, hashes: Sequence[str] = (), file: tuple[Path, int, int] | None = None) -> None:
        """Lets forgotten contents in again, by content hash, and a file by (path, size, mtime_ns)."""
        stamps = [content_stamp(h) for h in hashes] + ([path_stamp(*file)] if file else [])
        with self._write() as change:
            allow_again(change.connection, stamps)

    def requeue_interrupted(self) -> int:
        """Files that were being read or encoded when the process ended are queued again; how many."""
        files = schema.files
        with self._write() as change:
            result = change.connection.execute(
                update(files).where(files.c.state.in_(("reading", "encoding"))).values(state="queued")
            )
            return result.rowcount


def need_source(connection: Connection, id: int) -> Source:
    row = connection.execute(select(schema.sources).where(schema.sources.c.id == id)).first()
    if row is None:
        raise NotFound(f"There is no source {id} (any more); `doppel sources list` shows them.")
    return to_source(row)


def need_file(connection: Connection, id: int) -> File:
    row = connection.execute(select(schema.files).where(schema.files.c.id == id)).first()
    if row is None:
        raise NotFound(f"File {id} is not known (any more).")
    return to_file(row)
