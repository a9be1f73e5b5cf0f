"""What was forgotten, as reading has to know it: which words stay out, and since when. `forget` puts it there."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy import text

from storage.forgotten_text import ForgottenText
from storage.full_text import queries
from storage.privacy import (
    allow_again,
    allow_everything,
    allow_words,
    content_stamp,
    forgotten_words,
    matching,
    origin_stamp,
    path_stamp,
)
from storage.sqlite.store import Store


class ForgottenWords:
    """Rows of `forgotten`, and the words among them in memory until the next time something is forgotten."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._loading = threading.Lock()
        self._loaded: tuple[int, ForgottenText] | None = None

    def times(self) -> int:
        """How often something was forgotten or allowed since the archive was opened. Take it before reading a file;
        `Commits` refuses what was read before the last time.
        """
        return self._store.forgettings

    def words(self) -> ForgottenText:
        """All words that were forgotten, as of now or later."""
        with self._loading:
            times = self._store.forgettings
            if self._loaded is None or self._loaded[0] != times:
                with self._store.read() as connection:
                    self._loaded = times, forgotten_words(connection)
            return self._loaded[1]

    def may_stay(self, words: str, file_id: int) -> bool:
        """Whether these forgotten words may be read from a file all the same: because a memory of this file has them in a
        row, or one of another file, and nothing was ever forgotten from this one.
        """
        query = text(
            "SELECT d.file_id IS :file FROM documents_fts JOIN documents d ON d.id = documents_fts.rowid "
            "WHERE documents_fts MATCH :phrase ORDER BY d.file_id IS :file DESC LIMIT 1"
        )
        said = queries.phrase(words)
        if not said:
            return False
        with self._store.read() as connection:
            own = connection.scalar(query, {"phrase": f"{{title text}} : {said}", "file": file_id})
            return bool(own) or (own is not None and not matching(connection, [origin_stamp(file_id)]))

    def came_from(self, file_id: int) -> bool:
        """Whether something was forgotten from this file."""
        with self._store.read() as connection:
            return bool(matching(connection, [origin_stamp(file_id)]))

    def allow(
        self,
        texts: Iterable[str] = (),
        hashes: Sequence[str] = (),
        files: Sequence[tuple[Path, int, int]] = (),
        passages: Sequence[str] = (),
    ) -> None:
        """Lets in again: words, contents by their hash, files by (path, size, mtime_ns), passages by their stamp."""
        stamps = [*passages, *map(content_stamp, hashes), *(path_stamp(*file) for file in files)]
        with self._store.write() as change:
            allow_again(change.connection, stamps)
            allow_words(change.connection, texts)
            change.committed.append(self._store.count_forgetting)

    def allow_all(self) -> None:
        """Lets in again whatever was forgotten, wherever it still is."""
        with self._store.write() as change:
            allow_everything(change.connection)
            change.committed.append(self._store.count_forgetting)
