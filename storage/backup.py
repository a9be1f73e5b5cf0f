"""A copy of a whole archive while it is in use, and back.

A backup is a directory: `doppel.db` as of one moment (SQLite's backup API), the segments it names, copied byte by
byte, and `manifest.json` with size and checksum of every file. It is built under a temporary name and renamed when it
is complete and on disk. `restore` checks every file before the archive appears in its place. What is forgotten later
stays in older backups: they are the user's to delete.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from storage import durable
from storage.archive import Archive
from storage.banks import BANK_DIRECTORY
from storage.directory import DATABASE, KEY_FILE, MARK, SAYS, private
from storage.encryption.cipher import Cipher, cipher_of
from storage.encryption.key import fitting, is_protected, key_id, read_key
from storage.errors import ArchiveError, BackupDamaged
from storage.sqlite import schema
from storage.sqlite.store import now

MANIFEST = "manifest.json"
FORMAT = 1
BLOCK = 1 << 20


def backup(archive: Archive, target: Path) -> int:
    """Copies the archive to `target`, which must not exist, nor lie in the data directory; bytes copied.

    Questions and changes go on meanwhile; forgetting and compaction wait. Raises ArchiveError, ArchiveFull; then
    there is no `target`.
    """
    target = target.absolute()
    if target.exists():
        raise ArchiveError(f"{target} exists already. Name a new folder for the backup.")
    if archive.directory.absolute() in target.parents:
        raise ArchiveError(
            f"{target} is inside the data directory, where forgetting would miss it. Name a folder elsewhere."
        )
    partial = target.with_name(f"{target.name}-{secrets.token_hex(4)}{durable.PARTIAL}")
    try:
        with durable.full_disk(target):
            new_directory(partial)
            with archive.store.rewriting:
                names = copy_database(archive, partial / DATABASE)
                files = {DATABASE: checksum_of(partial / DATABASE)}
                if is_protected(archive.directory):
                    files[KEY_FILE] = copy_file(archive.directory / KEY_FILE, partial / KEY_FILE)
                    # A passphrase that is changed at this very moment overwrites the file that is being copied.
                    key_id(partial / KEY_FILE)
                for name in names:
                    path = Path(BANK_DIRECTORY) / name
                    files[path.as_posix()] = copy_file(archive.directory / path, partial / path)
            manifest = {"format": FORMAT, "at": now(), "files": files}
            durable.write_file(partial / MANIFEST, [json.dumps(manifest, indent=1).encode()])
            put_in_place(partial, target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return sum(size for size, _ in files.values())


def restore(source: Path, directory: Path, passphrase: str | None = None) -> None:
    """Puts the archive of a backup into `directory`, which must be empty or not exist.

    passphrase: the one that an encrypted archive had when the backup was made. Raises BackupDamaged if a file is missing or
    altered, ArchiveProtected, WrongPassphrase, ArchiveError, ArchiveFull; then `directory` is untouched.
    """
    if directory.exists() and any(directory.iterdir()):
        raise ArchiveError(f"{directory} is not empty. Restore into a new folder, or move the old one away.")
    files = read_manifest(source)
    known = None if passphrase is None or KEY_FILE not in files else read_key(source / KEY_FILE, passphrase)
    cipher = cipher_of(source, fitting(source, known))
    partial = directory.absolute().with_name(f"{directory.name}-{secrets.token_hex(4)}{durable.PARTIAL}")
    try:
        with durable.full_disk(directory):
            new_directory(partial)
            for name, (size, checksum) in files.items():
                if not (source / name).is_file() or copy_file(source / name, partial / name) != (
                    size,
                    checksum,
                ):
                    raise BackupDamaged(
                        f"{name} of the backup {source} is missing or altered. Nothing was restored."
                    )
            check_database(partial / DATABASE, cipher)
            if directory.exists():
                directory.rmdir()
            put_in_place(partial, directory)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def is_backup(path: Path) -> bool:
    """Whether a folder is a backup, or was one before something of it was lost."""
    return (path / MANIFEST).is_file() and (path / DATABASE).is_file()


def new_directory(path: Path) -> None:
    """A marked directory for the files of an archive, the person's alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for folder in (path, path / BANK_DIRECTORY):
        folder.mkdir(mode=0o700)
    with private(path / MARK) as file:
        file.write(SAYS.encode())
    private(path / DATABASE).close()


def copy_database(archive: Archive, target: Path) -> Sequence[str]:
    """Copies one committed state of the database; the names of its segments."""
    with archive.store.read() as connection:
        names = connection.scalars(select(schema.segments.c.name)).all()  # opens the state that is copied
        raw: Any = connection.connection.driver_connection
        cipher = archive.store.cipher
        copy = cipher.driver.connect(target)
        try:
            cipher.unlock(copy)
            raw.backup(copy)
        finally:
            copy.close()
    sync(target)
    return names


def check_database(path: Path, cipher: Cipher) -> None:
    connection = cipher.driver.connect(path)
    try:
        cipher.unlock(connection)
        found = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except cipher.driver.DatabaseError as error:
        found = str(error)
    finally:
        connection.close()
    if found != "ok":
        raise BackupDamaged(f"The backup's database is damaged ({found}). Nothing was restored.")


def read_manifest(source: Path) -> dict[str, tuple[int, str]]:
    try:
        manifest = json.loads((source / MANIFEST).read_text("utf-8"))
        files = {
            str(name): (int(size), str(checksum)) for name, (size, checksum) in manifest["files"].items()
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupDamaged(
            f"{source} is no complete backup: its {MANIFEST} is missing or altered."
        ) from error
    if manifest.get("format") != FORMAT:
        raise BackupDamaged(f"{source} was written by a later version of Doppel. Update Doppel.")
    for name in files:
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise BackupDamaged(f"{source} names a file outside of itself. Nothing was restored.")
    return files


def copy_file(source: Path, target: Path) -> tuple[int, str]:
    """Copies durably; (size, checksum) of what was copied."""
    h = hashlib.blake2b(digest_size=16)
    durable.step("copy")
    with private(target) as file:
        for block in blocks(source):
            h.update(block)
            file.write(block)
        file.flush()
        durable.step("fsync")
        os.fsync(file.fileno())
        return file.tell(), h.hexdigest()


def checksum_of(path: Path) -> tuple[int, str]:
    h = hashlib.blake2b(digest_size=16)
    for block in blocks(path):
        h.update(block)
    return path.stat().st_size, h.hexdigest()


def blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def sync(path: Path) -> None:
    durable.step("fsync")
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def put_in_place(partial: Path, target: Path) -> None:
    durable.sync_directory(partial / BANK_DIRECTORY)
    durable.sync_directory(partial)
    durable.step("rename")
    partial.rename(target)
    durable.sync_directory(target.parent)
