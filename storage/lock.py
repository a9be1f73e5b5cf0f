"""One process at a time writes an archive.

The lock is the operating system's, on an open file, so it goes with the process, however that ends; the file's
content, the owner's process id, is only for the message.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

from storage.errors import ArchiveLocked

if sys.platform == "win32":
    import msvcrt

    # A byte far behind the content, because Windows also keeps others from reading what is locked.
    LOCKED_BYTE = 1 << 20

    def take(file: IO[str]) -> None:
        file.seek(LOCKED_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def give(file: IO[str]) -> None:
        file.seek(LOCKED_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def take(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def give(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


class Lock:
    """Holds `path` locked from construction to `release`. Raises ArchiveLocked."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a+", encoding="utf-8")
        try:
            take(self._file)
        except OSError as error:
            self._file.seek(0)
            owner = self._file.read().strip() or "unknown"
            self._file.close()
            raise ArchiveLocked(
                f"Doppel is already running on {path.parent} (process {owner}). Use that one, in its window or at "
                "its web address, or end it first."
            ) from error
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        if not self._file.closed:
            self._file.truncate(0)
            give(self._file)
            self._file.close()
