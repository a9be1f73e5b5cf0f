"""The data directory: whose it is, and who may look into it.

Doppel creates, changes and removes files only in a directory that carries its mark. A new one has to be empty but for what
Doppel itself puts there before it has an archive. It is the person's alone: 0700, and 0600 for what is in it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from pathlib import Path
from typing import BinaryIO

from storage.errors import ArchiveError, ArchiveUnwritable

MARK = ".doppel"
DATABASE = "doppel.db"
BANK = "bank"
DERIVED = "derived"
DATABASE_FILES = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal")
LOCK = "doppel.lock"
OWNER = "doppel.pid"
KEY_FILE = "doppel.key"  # of an encrypted archive, see `encryption.key`
REDO = "doppel.redo"  # see `durable.rewrite`
NO_KEY = "no-key"  # in CONVERTED, in place of a key file: the archive is not encrypted any more
CONVERTING, CONVERTED = "converting", "converted"  # see `encryption.convert`
BEFORE = {
    *(MARK, LOCK, OWNER, BANK, KEY_FILE, REDO, CONVERTING, CONVERTED),
    *("settings.json", "models", "tmp", DERIVED, "health"),
    *DATABASE_FILES,
}
SEGMENT = re.compile(r"[0-9a-f]{16}\.safetensors(\.part)?")
SQLITE = b"SQLite format 3\0"
SAYS = "Doppel keeps its memory in this folder, and whatever is in it belongs to Doppel.\n"


def claim(directory: Path) -> None:
    """Creates the data directory or makes sure that it is one. Raises ArchiveError for one that is somebody else's, and
    ArchiveUnwritable where nothing can be written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not _is_marked(directory):
            _refuse_foreign(directory)
        _refuse_lost_database(directory)
        for folder in (directory, directory / BANK):
            folder.mkdir(exist_ok=True, mode=0o700)
        close_to_others(directory)
        if not _is_marked(directory):
            with private(directory / MARK) as file:
                file.write(SAYS.encode())
        for path in (directory, directory / BANK, directory / DATABASE, directory / LOCK):
            # All of it may be there already, on a disk that can only be read by now.
            if path.exists() and not (os.access(path, os.W_OK) and _takes_changes(directory)):
                raise OSError(errno.EROFS, "it can only be read", str(path))
    except (FileExistsError, NotADirectoryError):
        raise ArchiveError(
            f"{directory} is not a folder. Set DOPPEL_HOME to a folder, or leave it unset."
        ) from None
    except OSError as error:
        raise ArchiveUnwritable(
            f"Nothing can be written to {directory} ({error.strerror or type(error).__name__}). Check its disk and its "
            "access rights, or set DOPPEL_HOME to another folder."
        ) from error


def is_still(directory: Path) -> bool:
    """Whether the archive cannot be written by anybody here, and holds no changes that only its log knows."""
    log = directory / f"{DATABASE}-wal"
    unwritable = not os.access(directory, os.W_OK) or not _takes_changes(directory)
    return unwritable and not (log.exists() and log.stat().st_size)


def _takes_changes(directory: Path) -> bool:
    """Whether the disk does: one that the system stopped writing to after an error still gives every right."""
    try:
        os.close(os.open(directory / MARK, os.O_WRONLY))
    except OSError as error:
        return error.errno != errno.EROFS
    return True


def close_to_others(directory: Path) -> None:
    """Takes away what other users of the computer may do with the directory, its database and its segments."""
    for folder in (directory, directory / BANK):
        _restrict(folder, 0o700)
    for name in (*DATABASE_FILES, LOCK, OWNER, MARK, KEY_FILE, REDO, "settings.json"):
        _restrict(directory / name, 0o600)
    with contextlib.suppress(OSError):
        for entry in os.scandir(directory / BANK):
            if SEGMENT.fullmatch(entry.name):
                _restrict(entry, 0o600)


def private(path: Path) -> BinaryIO:
    """Creates or empties a file that only its owner may read. Raises OSError."""
    return open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600))


def strays(bank: Path, known: set[str]) -> list[Path]:
    """Segment files of ours that no row knows. Whatever has another name is none of ours."""
    return [
        Path(entry.path)
        for entry in os.scandir(bank)
        if SEGMENT.fullmatch(entry.name) and entry.name not in known and entry.is_file(follow_symlinks=False)
    ]


def _is_marked(directory: Path) -> bool:
    try:
        return stat.S_ISREG((directory / MARK).lstat().st_mode)
    except OSError:
        return False


def _refuse_foreign(directory: Path) -> None:
    """Raises ArchiveError unless the directory is new, or an archive from before there was a mark."""
    foreign = sorted(set(os.listdir(directory)) - BEFORE)
    if not _is_database(directory / DATABASE):
        bank = directory / BANK
        names = sorted(os.listdir(bank)) if bank.is_dir() else []
        foreign += [f"{BANK}/{name}" for name in names if not SEGMENT.fullmatch(name)]
    if foreign:
        raise ArchiveError(
            f"{directory} is not Doppel's: it holds {foreign[0]}{' and more' if len(foreign) > 1 else ''}. Nothing was "
            "touched. Set DOPPEL_HOME to an empty folder."
        )


def _refuse_lost_database(directory: Path) -> None:
    bank = directory / BANK
    if bank.is_symlink():
        raise ArchiveError(
            f"{bank} is a link. Nothing was touched. Move the folder itself there, or remove the link."
        )
    database = directory / DATABASE
    if not bank.is_dir() or (database.exists() and database.stat().st_size):
        return
    held = [name for name in os.listdir(bank) if SEGMENT.fullmatch(name)]
    if held:
        raise ArchiveError(
            f"{database} is empty or missing, but {len(held)} memory files are there. Nothing was touched. "
            f"Restore a backup, or move {directory} away and let Doppel read your files again."
        )


def _is_database(path: Path) -> bool:
    """Whether something was written to the database. Never asked of an open one: closing a file drops its locks."""
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE)) == SQLITE
    except FileNotFoundError:
        return False


def _restrict(path: Path | os.DirEntry[str], mode: int) -> None:
    with contextlib.suppress(OSError):
        status = path.stat(follow_symlinks=False)
        if not stat.S_ISLNK(status.st_mode) and stat.S_IMODE(status.st_mode) & ~mode:
            os.chmod(path, mode)
