"""Encrypting an archive that there is, and back: the whole of it is written anew beside itself, then put in its place.

`converting` is being written, and goes at the next opening if that was interrupted. Its renaming to `converted` is the
moment of the change: from then on it is put in place, by whoever opens the archive next if need be. What lay there before is
overwritten first, as forgetting does it, so that the plain text is not left to whoever reads the disk's free blocks. Needs
as much space again as the archive.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from storage import durable
from storage.directory import (
    BANK,
    CONVERTED,
    CONVERTING,
    DATABASE,
    DATABASE_FILES,
    DERIVED,
    KEY_FILE,
    NO_KEY,
    SEGMENT,
    claim,
)
from storage.encryption.cipher import PLAIN, Cipher, Sealed
from storage.encryption.key import DataKey, check_passphrase, fitting, is_protected, new_key, write_key
from storage.encryption.sqlcipher import sqlcipher, unlock
from storage.errors import ArchiveError
from storage.lock import Lock

PIECE = 1 << 20
Report = Callable[[int, int], None]


def encrypt(directory: Path, passphrase: str, report: Report = lambda done, total: None) -> DataKey:
    """Encrypts a closed archive; the key that opens it. A new directory gets the key alone.

    report: bytes done, bytes in all. Raises ArchiveError where it is encrypted already, for a passphrase that is too short,
    or while it is open anywhere; ArchiveFull; EncryptionMissing. Then nothing has changed.
    """
    sqlcipher()
    check_passphrase(passphrase)
    claim(directory)
    lock = Lock(directory)
    try:
        finish_converting(directory)
        durable.finish_rewriting(directory)
        if is_protected(directory):
            raise ArchiveError(
                "This memory is encrypted already. `doppel passphrase` changes its passphrase."
            )
        key = new_key()
        if not (directory / DATABASE).exists():
            write_key(directory / KEY_FILE, key, passphrase)
            return key
        with _building(directory) as new:
            write_key(new / KEY_FILE, key, passphrase)
            _export(directory, None, key)
            _copy(directory, PLAIN, Sealed(directory, key), report)
        return key
    finally:
        lock.release()


def decrypt(directory: Path, key: DataKey, report: Report = lambda done, total: None) -> None:
    """Puts a closed archive back as it was before it was encrypted. Raises as `encrypt` does."""
    claim(directory)
    lock = Lock(directory)
    try:
        finish_converting(directory)
        durable.finish_rewriting(directory)
        if fitting(directory, key) is None:
            raise ArchiveError("This memory is not encrypted.")
        if not (directory / DATABASE).exists():
            (directory / KEY_FILE).unlink()
            return
        with _building(directory) as new:
            durable.write_file(new / NO_KEY, [b""])
            _export(directory, key, None)
            _copy(directory, Sealed(directory, key), PLAIN, report)
    finally:
        lock.release()


def finish_converting(directory: Path) -> None:
    """What a crash left of a conversion: finished if it was complete, else removed. Only while holding the lock."""
    _discard(directory / CONVERTING)
    new = directory / CONVERTED
    if not new.is_dir():
        return
    # First, so that whoever comes after a crash is asked for the passphrase.
    if (new / KEY_FILE).exists():
        (new / KEY_FILE).replace(directory / KEY_FILE)
    if (new / DATABASE).exists():  # else its log is already the new one's
        for name in DATABASE_FILES[1:]:
            _remove(directory / name)
    for path in [new / DATABASE, *sorted(new.glob(f"{BANK}/*")), *sorted(new.glob(f"{DERIVED}/*"))]:
        if path.exists():
            durable.step("put in place")
            _replace(path, directory / path.relative_to(new))
    if (new / NO_KEY).exists():
        _remove(directory / KEY_FILE)
    durable.sync_directory(directory)
    durable.step("put in place")
    shutil.rmtree(new)
    durable.sync_directory(directory)


def refuse_while_converting(directory: Path) -> None:
    """For reading only. Raises ArchiveError while the archive is half one and half the other."""
    if (directory / CONVERTED).is_dir():
        raise ArchiveError(
            f"The memory in {directory} is just being encrypted or decrypted. Try again when that is done; if it was "
            "interrupted, `doppel status` finishes it."
        )


@contextlib.contextmanager
def _building(directory: Path) -> Iterator[Path]:
    """The folder for the new archive, which takes the old one's place at the end; what fails before leaves nothing."""
    for folder in (BANK, DERIVED):
        for path in (directory / folder).glob(f"*{durable.PARTIAL}"):
            _remove(path)  # what a crash left; nobody converts it, so it must not stay as it is
    new = directory / CONVERTING
    try:
        with durable.full_disk(directory / DATABASE):
            for path in (new, new / BANK, new / DERIVED):
                path.mkdir(mode=0o700)
            yield new
            for path in (new / BANK, new / DERIVED, new):
                durable.sync_directory(path)
            durable.step("rename")
            new.rename(directory / CONVERTED)
    except BaseException:
        _discard(new)
        raise
    durable.sync_directory(directory)
    finish_converting(directory)


def _copy(directory: Path, old: Cipher, new: Cipher, report: Report) -> None:
    """All files but the database, which is there."""
    files = list(_files(directory))
    done = (directory / DATABASE).stat().st_size
    total = done + sum(path.stat().st_size for path in files)
    report(done, total)
    for path in files:
        target = directory / CONVERTING / path.parent.name / path.name
        durable.write_file(target, new.stored(target, _content(path, old)))
        done += path.stat().st_size
        report(done, total)


def _files(directory: Path) -> Iterator[Path]:
    yield from sorted(p for p in (directory / BANK).iterdir() if SEGMENT.fullmatch(p.name) and p.is_file())
    yield from sorted(p for p in (directory / DERIVED).glob("*") if p.is_file())


def _content(path: Path, cipher: Cipher) -> bytes:
    """What a file holds. A damaged one stays damaged, and is found when it is opened."""
    try:
        sealed = cipher.opened(path)
    except ValueError:
        return b""
    return path.read_bytes() if sealed is None else bytes(sealed.read(0, sealed.length))


def _export(directory: Path, old: DataKey | None, new: DataKey | None) -> None:
    """Writes the database with SQLCipher's `sqlcipher_export`: schema and rows into an empty one.

    Raises ArchiveError while anybody else has it open, also to read: they would go on reading what is no more.
    """
    module, target = sqlcipher(), directory / CONVERTING / DATABASE
    connection = module.connect(str(directory / DATABASE), isolation_level=None, timeout=1)
    try:
        if old is not None:
            unlock(connection, old.of("database"))
        try:
            # Leaving the write-ahead log needs the database alone, and leaves no log behind.
            connection.execute("PRAGMA journal_mode = DELETE")
        except module.OperationalError as error:
            raise ArchiveError(
                "Another Doppel is reading this memory. Stop it first (Ctrl-C), then try again. Nothing was changed."
            ) from error
        connection.execute("PRAGMA temp_store = MEMORY")
        said = f"x'{new.of('database').hex()}'" if new is not None else ""
        connection.execute("ATTACH DATABASE ? AS target KEY ?", (str(target), said))
        try:
            connection.execute("SELECT sqlcipher_export('target')").fetchall()
        except module.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
                raise durable.full(directory / DATABASE) from error
            raise ArchiveError(
                f"The memory's database cannot be read ({error}). Restore a backup first. Nothing was changed."
            ) from error
        connection.execute("DETACH DATABASE target")
    finally:
        connection.close()
    os.chmod(target, 0o600)
    durable.step("fsync")
    with target.open("r+b") as file:
        os.fsync(file.fileno())


def _replace(new: Path, old: Path) -> None:
    """Puts a file in another's place, whose bytes are overwritten first."""
    old.parent.mkdir(exist_ok=True, mode=0o700)
    _overwrite(old)
    new.replace(old)


def _discard(folder: Path) -> None:
    """Removes what was begun. It may be plain text, so it is overwritten as well."""
    if not folder.is_dir():
        return
    for path in folder.rglob("*"):
        _overwrite(path)
    shutil.rmtree(folder)


def _remove(path: Path) -> None:
    _overwrite(path)
    path.unlink(missing_ok=True)


def _overwrite(path: Path) -> None:
    if path.is_file():
        size = path.stat().st_size
        durable.overwrite(path, ((at, min(PIECE, size - at)) for at in range(0, size, PIECE)))
