"""What does not work right now, in words for the person: since when, and what to do. Nothing here works or waits.

Every part of Doppel that works by itself reports here when it fails and when it works again, so that no failure is only in
a log. Thread-safe.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from sqlalchemy.exc import OperationalError

from app.errors import DoppelError
from app.records import Trouble
from storage.directory import private
from storage.errors import ArchiveError

ADVICE = {
    errno.ENOSPC: "There is no space left on the disk. Free some space",
    errno.EDQUOT: "Your share of the disk is used up. Free some space",
    errno.EMFILE: "Too many files are open. Close other programs, or raise the limit (ulimit -n)",
    errno.ENFILE: "Too many files are open on this computer. Close other programs",
    errno.ENOMEM: "There is too little memory. Close other programs",
    errno.EACCES: "There is no permission. Check the access rights",
    errno.EPERM: "There is no permission. Check the access rights",
    errno.EROFS: "The disk can only be read. Mount it for writing",
    errno.EIO: "The disk reports an error. Check the disk and its connection",
    errno.ESTALE: "The network disk is not connected. Connect it",
    errno.ENOLCK: "The system gives no more locks. Close other programs",
}


FILE = "health"  # in the data directory
SIZE = 8192  # bytes that the file has from the start, so that a full disk can be told, too


class Health:
    """With a `file`, what fails is also there for other processes (`read`)."""

    def __init__(self, file: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._troubles: dict[str, Trouble] = {}
        self._file = file
        if file is not None:
            with contextlib.suppress(OSError), private(file) as empty:
                empty.write(bytes(SIZE))

    def failed(self, part: str, error: BaseException | str) -> Trouble:
        """A part has failed (again)."""
        what = error if isinstance(error, str) else in_words(error)
        with self._lock:
            known = self._troubles.get(part)
            now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
            trouble = replace(known, what=what, times=known.times + 1) if known else Trouble(part, what, now)
            self._troubles[part] = trouble
            self._write()
            return trouble

    def well(self, part: str) -> None:
        """A part works (again)."""
        if part in self._troubles:
            with self._lock:
                self._troubles.pop(part, None)
                self._write()

    def troubles(self) -> tuple[Trouble, ...]:
        """What fails now, the longest first."""
        with self._lock:
            return tuple(sorted(self._troubles.values(), key=lambda trouble: trouble.since))

    def _write(self) -> None:
        if self._file is None:
            return
        lines = [json.dumps(asdict(trouble)) + "\n" for trouble in self._troubles.values()]
        text = "".join(lines).encode()[: SIZE - 1].rpartition(b"\n")[0]
        with contextlib.suppress(OSError), self._file.open("r+b") as file:
            file.write(text.ljust(SIZE, b"\0"))

    @contextmanager
    def watched(self, part: str) -> Iterator[None]:
        """Reports how the block ended; its exception goes on."""
        try:
            yield
        except Exception as error:
            self.failed(part, error)
            raise
        self.well(part)


def read(file: Path) -> tuple[Trouble, ...]:
    """What another process, which writes this file, says that fails."""
    try:
        lines = file.read_bytes().rstrip(b"\0").splitlines()
        return tuple(Trouble(**json.loads(line)) for line in lines)
    except (OSError, ValueError, TypeError):
        return ()


def in_words(error: BaseException) -> str:
    """What is wrong and what to do, without any path or text of the person's."""
    if isinstance(error, DoppelError | ArchiveError):
        return str(error)
    if isinstance(error, MemoryError):
        return f"{ADVICE[errno.ENOMEM]}; it goes on by itself."
    if isinstance(error, OSError) and error.errno in ADVICE:
        return f"{ADVICE[error.errno]}; it goes on by itself."
    if isinstance(error, OperationalError) and "locked" in str(error.orig):
        return "Another program holds the memory's database. Close it; it goes on by itself."
    if isinstance(error, OperationalError):
        return f"The memory's database cannot be used now ({error.orig}). It is tried again."
    detail = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return f"{detail}. It is tried again; if it stays, restart Doppel and report it."
