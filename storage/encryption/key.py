"""The key of an archive, and the file that keeps it behind a passphrase.

A random data key encrypts the archive; the passphrase only wraps it. So changing the passphrase rewrites one small file, and
nothing else. Argon2id (RFC 9106) makes the wrapping key from the passphrase, AES-256-GCM wraps; both are `cryptography`'s.
Every use has a key of its own (HKDF), so that no two of them share nonces.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage import durable
from storage.directory import CONVERTED, KEY_FILE, NO_KEY
from storage.errors import ArchiveError, ArchiveProtected, KeyDamaged, WrongPassphrase

FORMAT = 1
KEY_BYTES = 32
SALT_BYTES = 16
NONCE_BYTES = 12
SHORTEST = 8  # characters of a passphrase
# RFC 9106's choice for where memory is short: 64 MiB, three passes, four lanes; about a tenth of a second.
COST = {"iterations": 3, "lanes": 4, "memory_kib": 65_536}
# A key file that was tampered with must not make opening take hours or all of the memory.
MOST = {"iterations": 64, "lanes": 64, "memory_kib": 4_194_304}


@dataclass(frozen=True)
class DataKey:
    """What an archive is encrypted with. id: tells archives apart, and is no secret."""

    id: str
    secret: bytes = field(repr=False)

    def of(self, purpose: str) -> bytes:
        """32 bytes for one purpose, from which no other purpose's can be told."""
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"doppel 1 {purpose}".encode()).derive(self.secret)


def new_key() -> DataKey:
    return DataKey(secrets.token_hex(8), secrets.token_bytes(KEY_BYTES))


def key_path(directory: Path) -> Path:
    """Where the archive's key is kept: in its directory, or, between two steps of encrypting it, in a folder of that."""
    coming = directory / CONVERTED / KEY_FILE
    return coming if coming.exists() else directory / KEY_FILE


def is_protected(directory: Path) -> bool:
    return key_path(directory).exists() and not (directory / CONVERTED / NO_KEY).exists()


def write_key(path: Path, key: DataKey, passphrase: str) -> None:
    """Keeps the key at `path` behind the passphrase, in one step; what was there before is overwritten.

    Raises ArchiveError for a passphrase that is too short.
    """
    check_passphrase(passphrase)
    about: dict[str, Any] = {
        "format": FORMAT,
        "id": key.id,
        "kdf": "argon2id",
        **COST,
        "salt": _text(secrets.token_bytes(SALT_BYTES)),
    }
    nonce = secrets.token_bytes(NONCE_BYTES)
    wrapped = AESGCM(_wrapping(about, passphrase)).encrypt(nonce, key.secret, _bound(about))
    content = json.dumps({**about, "nonce": _text(nonce), "wrapped": _text(wrapped)}, indent=1)
    with contextlib.ExitStack() as stack:
        old = stack.enter_context(path.open("r+b")) if path.exists() else None
        durable.write_file(path, [content.encode()])
        # The file before is still on the disk, and would open with the old passphrase.
        if old is not None and os.name != "nt":
            old.write(bytes(os.fstat(old.fileno()).st_size))
            old.flush()
            os.fsync(old.fileno())


def check_passphrase(passphrase: str) -> None:
    """Raises ArchiveError for one that is too short."""
    if len(passphrase) < SHORTEST:
        raise ArchiveError(f"A passphrase needs at least {SHORTEST} characters; four or five words are good.")


def read_key(path: Path, passphrase: str) -> DataKey:
    """Raises WrongPassphrase, KeyDamaged."""
    about = _read(path)
    nonce, wrapped = _bytes(about.pop("nonce")), _bytes(about.pop("wrapped"))
    try:
        secret = AESGCM(_wrapping(about, passphrase)).decrypt(nonce, wrapped, _bound(about))
    except InvalidTag:
        raise WrongPassphrase(
            "That passphrase does not open this memory. Nothing was changed. Check the keyboard's language and "
            "capital letters, and try again."
        ) from None
    return DataKey(about["id"], secret)


def key_id(path: Path) -> str:
    """Which key a key file keeps. Raises KeyDamaged."""
    return str(_read(path)["id"])


def fitting(directory: Path, key: DataKey | None) -> DataKey | None:
    """The key that opens the archive of this directory, None where it is not encrypted.

    Raises ArchiveProtected without one, KeyDamaged for another archive's or where the file that keeps it is damaged.
    """
    if not is_protected(directory):
        return None
    kept = key_id(key_path(directory))
    if key is None:
        raise ArchiveProtected(
            f"The memory in {directory} is protected by a passphrase. Doppel asks for it in a terminal and on its page; "
            "for programs, name a file that holds it in DOPPEL_PASSPHRASE_FILE."
        )
    if kept != key.id:
        raise KeyDamaged(f"This key is of another memory than the one in {directory}. Enter its passphrase.")
    return key


def _read(path: Path) -> dict[str, Any]:
    try:
        about = json.loads(path.read_text("utf-8"))
        fits = about["format"] == FORMAT and about["kdf"] == "argon2id"
        within = all(0 < int(about[name]) <= most for name, most in MOST.items())
        sizes = len(_bytes(about["salt"])), len(_bytes(about["nonce"])), len(_bytes(about["wrapped"]))
        if fits and within and sizes == (SALT_BYTES, NONCE_BYTES, KEY_BYTES + 16):
            return dict(about)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise KeyDamaged(
        f"{path} is damaged or of a later version of Doppel. Without it this memory cannot be opened: put the "
        f"{KEY_FILE} of a backup of this memory in its place."
    )


def _wrapping(about: dict[str, Any], passphrase: str) -> bytes:
    kdf = Argon2id(
        salt=_bytes(about["salt"]),
        length=KEY_BYTES,
        iterations=about["iterations"],
        lanes=about["lanes"],
        memory_cost=about["memory_kib"],
    )
    # The same letters come composed from one keyboard and decomposed from another.
    return kdf.derive(unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass"))


def _bound(about: dict[str, Any]) -> bytes:
    """What stands around the wrapped key, so that nobody can weaken it unnoticed."""
    return json.dumps(about, sort_keys=True).encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
