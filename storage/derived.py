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
from storage.directory import DERIVED
from storage.encryption.cipher import PLAIN, Cipher
from storage.errors import ArchiveReadOnly


class Derived:
    """Keeping and dropping them. dropped: called, under their lock, when they go."""

    def __init__(self, directory: Path, cipher: Cipher = PLAIN, *, read_only: bool) -> None:
        self._cipher = cipher
        self._directory = directory / DERIVED
        self._read_only = read_only
        self.dropped: list[Callable[[], None]] = []
        # A lock of their own: loading a model must not wait for a backup.
        self._deriving = threading.RLock()
        self._forgettings = 0

    def since(self) -> int:
        """Take it before reading any document; `keep` asks for it."""
        with self._deriving:
            return self._forgettings

    def keep(self, name: str, content: bytes, since: int) -> bool:
        """Creates or replaces a derived file; False if something was forgotten since.

        Raises ArchiveFull, ArchiveReadOnly.
        """
        if self._read_only:
            raise ArchiveReadOnly(
                "The memory was opened for reading only. Stop the other Doppel, or do this there."
            )
        with self._deriving:
            if since != self._forgettings:
                return False
            self._directory.mkdir(exist_ok=True)
            path = self._directory / name
            durable.write_file(path, self._cipher.stored(path, content))
            return True

    @contextlib.contextmanager
    def content(self, name: str) -> Iterator[bytes | None]:
        """What a derived file holds, None where there is none. Inside, it is not dropped: do not stay long."""
        with self._deriving:
            path = self._directory / name
            yield self._read(path) if path.is_file() else None

    def _read(self, path: Path) -> bytes:
        """A file that is no encrypted one where it should be is damaged, and as good as empty."""
        try:
            sealed = self._cipher.opened(path)
            return path.read_bytes() if sealed is None else bytes(sealed.read(0, sealed.length))
        except (OSError, ValueError):
            return b""

    def drop(self) -> bool:
        """Erases all derived files, half-written ones too; whether there were any."""
        with self._deriving:
            files = [p for p in self._directory.glob("*") if p.is_file()]
            for path in files:
                durable.overwrite(path, [(0, path.stat().st_size)])
                durable.remove(path)
            for tell in self.dropped:
                tell()
            return bool(files)

    @contextlib.contextmanager
    def forgetting(self) -> Iterator[None]:
        """Around forgetting: drops the files, and whatever is being worked out before its end is too late."""
        with self._deriving:
            self._forgettings += 1
            self.drop()
        try:
            yield
        finally:
            with self._deriving:
                self._forgettings += 1
