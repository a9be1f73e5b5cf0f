"""One process at a time writes an archive.

The lock is the operating system's (filelock), so it goes with the process, however that ends. Beside it the owner's process
id is kept, only for the message.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import filelock

from storage.directory import LOCK as FILE
from storage.directory import OWNER
from storage.errors import ArchiveLocked


class Lock:
    """Holds a data directory from construction to `release`. Raises ArchiveLocked."""

    def __init__(self, directory: Path) -> None:
        self._owner = directory / OWNER
        # Threads share it: whoever opened the archive may close it from another one. A lock that is only a file would
        # outlive a crash, so there is no falling back to one. The file stays: removing it is a race with the next owner.
        self._lock = filelock.FileLock(
            directory / FILE, timeout=0, thread_local=False, fallback_to_soft=False, preserve_lock_file=True
        )
        try:
            self._lock.acquire()
        except filelock.Timeout as error:
            raise ArchiveLocked(
                f"Doppel is already running on {directory} (process {_named(self._owner)}). Use that one, in its "
                "window or at its web address, or end it first."
            ) from error
        with contextlib.suppress(
            OSError
        ):  # a name for others only; a full disk must not keep the archive closed
            self._owner.write_text(str(os.getpid()), "utf-8")

    def release(self) -> None:
        if self._lock.is_locked:
            with contextlib.suppress(OSError):  # a disk that can only be read by now
                self._owner.unlink(missing_ok=True)
            self._lock.release()


def owner(directory: Path) -> str:
    """The process that writes an archive, "" where none does, "unknown" where it has not said."""
    if not (directory / FILE).exists():
        return ""
    try:
        with filelock.FileLock(directory / FILE, timeout=0, fallback_to_soft=False, preserve_lock_file=True):
            return ""
    except filelock.Timeout:
        return _named(directory / OWNER)
    except OSError:  # a directory that may only be read: nobody here writes it
        return ""


def _named(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip() or "unknown"
    except OSError:
        return "unknown"
