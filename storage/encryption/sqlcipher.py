"""SQLCipher: SQLite that writes its pages encrypted (AES-256, authenticated), the write-ahead log included."""

from __future__ import annotations

import importlib
from typing import Any

from storage.errors import EncryptionMissing


def sqlcipher() -> Any:
    """Its DB-API module. Raises EncryptionMissing."""
    try:
        return importlib.import_module("sqlcipher3.dbapi2")
    except ImportError as error:
        raise EncryptionMissing(
            "Encryption needs SQLCipher, and its package `sqlcipher3` is not installed or has no build for this computer: "
            "pip install sqlcipher3. Everything else works without it."
        ) from error


def unlock(connection: Any, key: bytes) -> None:
    """Says the key to a new connection. It is random, so SQLCipher derives nothing from it."""
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    # The format of today, whatever a later SQLCipher would choose: `pages` reads it.
    connection.execute("PRAGMA cipher_compatibility = 4")
    connection.execute("PRAGMA cipher_log_level = NONE")  # else it writes to the terminal
