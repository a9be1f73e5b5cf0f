"""An archive behind a passphrase: whether it is, where the key comes from without asking, and changing it.

Asked in this order: the file that DOPPEL_PASSPHRASE_FILE names, then the system's keyring, if `keyring` is installed and
`doppel unlock` has put the key there. Only then whoever opens the archive asks the person.
"""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from app.errors import ArchiveProblem, SettingsError
from storage import backup as backups
from storage.directory import CONVERTED, DATABASE
from storage.encryption import convert
from storage.encryption import key as key_file
from storage.encryption.key import DataKey, is_protected, key_id, key_path, read_key, write_key
from storage.errors import ArchiveError
from storage.lock import owner

PASSPHRASE_FILE = "DOPPEL_PASSPHRASE_FILE"
KEYRING = "doppel"  # the service under which the keyring keeps keys, each by its archive's id
LOST = (
    "If you forget the passphrase, this memory is lost: nobody can open it again, nor any backup of it. Your own files "
    "are not affected."
)
BACKUPS = "Backups that were made before stay as they are: they open as they did."
Report = Callable[[int, int], None]


def is_new(home: Path) -> bool:
    """True if there is no memory here yet, protected or not."""
    return not (home / DATABASE).exists() and not is_protected(home) and not (home / CONVERTED).exists()


def key_at_hand(home: Path) -> DataKey | None:
    """The key, if the archive is protected and nobody needs to be asked for it.

    Raises ArchiveProblem where the named file holds another passphrase, SettingsError where it cannot be read.
    """
    if not is_protected(home):
        return None
    if (passphrase := passphrase_from_file()) is not None:
        return unlock(home, passphrase)
    return _from_keyring(home)


def passphrase_from_file(path: Path | None = None) -> str | None:
    """What the file says, without the line's end; None if none is named. path: instead of DOPPEL_PASSPHRASE_FILE's."""
    named = str(path) if path else os.environ.get(PASSPHRASE_FILE, "").strip()
    if not named:
        return None
    try:
        return Path(named).expanduser().read_text("utf-8-sig").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The passphrase cannot be read from {named} ({getattr(error, 'strerror', None) or 'it is no text'}). "
            f"Correct or unset {PASSPHRASE_FILE}."
        ) from None


def unlock(home: Path, passphrase: str) -> DataKey:
    """Raises ArchiveProblem for a wrong passphrase; then nothing has changed."""
    with _translated():
        return read_key(key_path(home), passphrase)


def change_passphrase(home: Path, key: DataKey, passphrase: str) -> None:
    """The archive opens with the new passphrase from now on; backups made before with the one of their time."""
    with _translated():
        write_key(key_path(home), key, passphrase)


def encrypt(home: Path, passphrase: str, report: Report = lambda done, total: None) -> DataKey:
    """Encrypts a closed archive, or prepares a new one. Raises ArchiveProblem; then nothing has changed."""
    with _translated():
        return convert.encrypt(home, passphrase, report)


def decrypt(home: Path, key: DataKey, report: Report = lambda done, total: None) -> None:
    """Puts a closed archive back as it was before it was encrypted. Raises ArchiveProblem; then nothing has changed."""
    with _translated():
        convert.decrypt(home, key, report)
    with contextlib.suppress(SettingsError):
        forget_in_keyring(key)


def check_passphrase(passphrase: str) -> None:
    """Raises ArchiveProblem for one that is too short."""
    with _translated():
        key_file.check_passphrase(passphrase)


def check_encryption() -> None:
    """Raises ArchiveProblem where this installation cannot encrypt."""
    with _translated():
        convert.sqlcipher()


def restore(backup: Path, home: Path, passphrase: str | None = None) -> None:
    """Puts the memory of a backup into a folder that is empty or does not exist.

    passphrase: the one it had at the time. Raises ArchiveProblem; then nothing has changed.
    """
    with _translated():
        backups.restore(backup, home, passphrase)


def need_closed(home: Path) -> None:
    """Before anybody is asked for a passphrase in vain. Raises ArchiveProblem while another process has the archive."""
    if process := owner(home):
        raise ArchiveProblem(
            f"Doppel is running on {home} (process {process}). Stop it first (Ctrl-C), or use its page, under Settings."
        )


def keep_in_keyring(key: DataKey) -> None:
    """Who is signed in to this computer's account opens the memory from now on. Raises SettingsError."""
    _keyring(lambda keyring: keyring.set_password(KEYRING, key.id, key.secret.hex()))


def forget_in_keyring(key: DataKey) -> None:
    """Raises SettingsError."""
    _keyring(lambda keyring: keyring.delete_password(KEYRING, key.id))


def _from_keyring(home: Path) -> DataKey | None:
    try:
        with _translated():
            id = key_id(key_path(home))
        found = _keyring(lambda keyring: keyring.get_password(KEYRING, id))
        return DataKey(id, bytes.fromhex(found)) if found else None
    except (SettingsError, ArchiveProblem, ValueError):
        return None  # whoever opens the archive asks, or says what is wrong with it


def _keyring(use: Callable[[Any], Any]) -> Any:
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        raise SettingsError(
            "The system's keyring needs a package more: pip install 'doppel[keyring]'. Without it Doppel asks for the "
            f"passphrase, or reads it from the file that {PASSPHRASE_FILE} names."
        ) from None
    try:
        return use(keyring)
    except Exception as error:  # each system's keyring has errors of its own
        raise SettingsError(
            f"The system's keyring cannot be used ({type(error).__name__}). Doppel asks for the passphrase, or reads it "
            f"from the file that {PASSPHRASE_FILE} names."
        ) from error


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ArchiveError as error:
        raise ArchiveProblem(str(error)) from None
