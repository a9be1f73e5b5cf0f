"""The folder for files that are dropped on the page: a visible one of the person's home, watched like any other.

What is dropped comes in whole or not at all, under a name that is safe on every system, and never in place of another file.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import AsyncIterable
from pathlib import Path

from app.errors import DoppelError

NAME = "Doppel inbox"
LARGEST = 500_000_000  # bytes of one file
LEFT_FREE = 1_000_000_000  # bytes of the disk
LONGEST_NAME = 180  # bytes
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def folder() -> Path:
    return Path.home() / NAME


def safe_name(given: str) -> str:
    """The name under which a file is kept that a browser calls `given`; never a path, hidden, or a device."""
    name = unicodedata.normalize("NFC", given.encode("utf-8", "replace").decode("utf-8"))
    name = _FORBIDDEN.sub("_", re.split(r"[/\\]", name)[-1]).strip(" .")
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if dot and len(ending) <= 10 else (name, "")
    while len((stem + ending).encode()) > LONGEST_NAME:
        stem = stem[:-1]
    name = (stem.strip(" .") or "file") + ending
    return f"_{name}" if _RESERVED.fullmatch(name) else name


async def receive(folder: Path, given: str, length: int, pieces: AsyncIterable[bytes]) -> Path:
    """Keep a file of `length` bytes; where it is then. Raises DoppelError, and nothing is left of it."""
    if length > LARGEST:
        raise DoppelError(
            f"A dropped file may have at most {LARGEST // 10**6} MB. Add the folder it lies in instead."
        )
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if shutil.disk_usage(folder).free < length + LEFT_FREE:
            raise DoppelError("There is too little space on the disk for that file. Free some space.")
        unfinished = folder / f".{secrets.token_hex(8)}.part"
        try:
            number = os.open(
                unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600
            )
            with open(number, "wb") as file:
                written = 0
                async for piece in pieces:
                    written += len(piece)
                    if written > length:
                        break
                    file.write(piece)
                file.flush()
                os.fsync(number)
            if written != length:
                raise DoppelError("The file did not arrive in full. Drop it again.")
            return _placed(unfinished, folder, safe_name(given))
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise DoppelError(f"The file could not be kept in {folder} ({error.strerror}).") from None


def _placed(unfinished: Path, folder: Path, name: str) -> Path:
    """Give it its name, or the next that is free. A link cannot replace a file, as renaming would."""
    path = Path(name)
    for number in range(1, 1000):
        target = folder / (name if number == 1 else f"{path.stem} ({number}){path.suffix}")
        try:
            os.link(unfinished, target)
        except FileExistsError:
            continue
        except OSError:  # a file system without links
            if target.exists():
                continue
            unfinished.rename(target)
        return target
    raise DoppelError(f"There are too many files called {name} in {folder}. Move some.")
