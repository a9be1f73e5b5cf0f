"""The log file of `doppel run`, in the data directory, of bounded size and without a word of a document.

Our own messages name numbers and kinds of errors. What else could carry words is left out: the messages of other libraries
(a PDF reader quotes what it cannot read) and those of exceptions; of both, what it was and where it came from is written.
"""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO, TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

NAME = Path("log", "doppel.log")
BYTES, KEPT = 1_000_000, 4
NOTED = ("app", "storage", "ui")
OWN = ("app", "engine", "kernels", "storage", "ui", "uvicorn", "apscheduler")

log = logging.getLogger(__name__)


class Wordless(logging.Formatter):
    """Lines without what libraries and exceptions say."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        if record.name.partition(".")[0] not in OWN:
            record = logging.makeLogRecord({**vars(record), "msg": "(not written down)", "args": ()})
        # Kept by the record for other handlers; this one makes its own.
        record = logging.makeLogRecord({**vars(record), "exc_text": None})
        return super().format(record)

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        kind, _, trace = ei
        frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        return "\n".join([*frames, kind.__name__ if kind else ""])


class PrivateFile(RotatingFileHandler):
    """A rotating file that only its owner may read."""

    def _open(self) -> TextIOWrapper:
        number = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return TextIOWrapper(FileIO(number, "ab"), encoding=self.encoding, line_buffering=True)

    def handleError(self, record: logging.LogRecord) -> None:
        """Says nothing, as the record may have words of documents, and opens the file anew at the next line."""
        stream, self.stream = self.stream, None
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.close()


@contextmanager
def logged(home: Path) -> Iterator[None]:
    """Meanwhile warnings, and what we note ourselves, are written to the log of a data directory.

    Where no file can be written the log stays what it is without one.
    """
    path, root = home / NAME, logging.getLogger()
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        handler = PrivateFile(path, maxBytes=BYTES, backupCount=KEPT, encoding="utf-8")
    except OSError as error:
        log.warning("no log file can be written: %s", error.strerror)
        yield
        return
    handler.setFormatter(Wordless())
    root.addHandler(handler)
    for name in NOTED:
        logging.getLogger(name).setLevel(logging.INFO)
    log.info("Doppel begins")
    try:
        yield
    except BaseException as error:
        if not isinstance(error, SystemExit | KeyboardInterrupt):
            log.error("Doppel ends by an error", exc_info=error)
        raise
    finally:
        log.info("Doppel has ended")
        root.removeHandler(handler)
        handler.close()
