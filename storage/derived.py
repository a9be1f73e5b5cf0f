"""Files worked out from the documents as a whole, such as a router trained on them: `derived/` in the data directory.

Nobody can take one document out of such a file again, so forgetting anything drops all of them, before a row is touched: a
crash may cost them, it never leaves them behind. Work that began before or while something was forgotten cannot store its
result afterwards. They are no part of a backup.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from storage import durable
from storage.errors import ArchiveReadOnly
from storage.sqlite.store import Store

DERIVED = "derived"


class Derived(Store):
    """Keeping and dropping them. dropped: called, under their lock, when they go."""

    def __init__(self, directory: Path, *, read_only: bool) -> None:
        super().__init__(directory, read_only=read_only)
        self.dropped: list[Callable[[], None]] = []
        # A lock of their own: loading a model must not wait for a backup.
        self._deriving = threading.RLock()
        self._forgettings = 0

    def derived_since(self) -> int:
        """Take it before reading any document; `keep_derived` asks for it."""
        with self._deriving:
            return self._forgettings

    def keep_derived(self, name: str, content: bytes, since: int) -> bool:
        """Creates or replaces a derived file; False if something was forgotten since.

        Raises ArchiveFull, ArchiveReadOnly.
        """
        if self.read_only:
            raise ArchiveReadOnly(
                "The memory was opened for reading only. Stop the other Doppel, or do this there."
            )
        with self._deriving:
            if since != self._forgettings:
                return False
            (self.directory / DERIVED).mkdir(exist_ok=True)
            durable.write_file(self.directory / DERIVED / name, [content])
            return True

    @contextlib.contextmanager
    def derived(self, name: str) -> Iterator[Path | None]:
        """A derived file, None where there is none. Inside, it is not dropped: do not stay long."""
        with self._deriving:
            path = self.directory / DERIVED / name
            yield path if path.is_file() else None

    def drop_derived(self) -> bool:
        """Erases all derived files, half-written ones too; whether there were any."""
        with self._deriving:
            files = [p for p in (self.directory / DERIVED).glob("*") if p.is_file()]
            for path in files:
                durable.overwrite(path, [(0, path.stat().st_size)])
                durable.remove(path)
            for tell in self.dropped:
                tell()
            return bool(files)

    @contextlib.contextmanager
    def _forgetting(self) -> Iterator[None]:
        """Around forgetting: drops the files, and whatever is being worked out before its end is too late."""
        with self._deriving:
            self._forgettings += 1
            self.drop_derived()
        try:
            yield
        finally:
            with self._deriving:
                self._forgettings += 1
