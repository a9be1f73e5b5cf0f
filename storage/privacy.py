"""What may not come in again, known only by keyed hashes: of files and passages as a whole, and of their words.

The key is random and the archive's own, so a hash cannot be looked up in a table of well-known files. Who holds the
archive can still test a guess: that is what telling "forgotten" from "new" means.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, String, bindparam, delete, func, insert, select

from storage.forgotten_text import ForgottenText, marks_of
from storage.sqlite import schema

KEY = "forgotten_key"
ANYTHING = select(schema.forgotten.c.hash).limit(1)
# As one JSON parameter, so that their number is not limited.
AMONG = select(schema.forgotten.c.hash).where(
    schema.forgotten.c.hash.in_(
        select(func.json_each(bindparam("wanted", type_=String)).table_valued("value").c.value)
    )
)
MARK_DIGITS = 16  # hexadecimal ones of a mark of forgotten words, fewer than any other hash here has


def path_stamp(path: Path, size: int, mtime_ns: int) -> str:
    """Stands for one file in one state."""
    return f"file\0{path}\0{size}\0{mtime_ns}"


def content_stamp(content_hash: str) -> str:
    return f"content\0{content_hash}"


def passage_stamp(file_id: int, body_hash: str) -> str:
    """Stands for a passage of one file, whatever the file is called now."""
    return f"passage\0{file_id}\0{body_hash}"


def origin_stamp(file_id: int) -> str:
    """Stands for a file that something was forgotten from."""
    return f"origin\0{file_id}"


def body_of(text: str, body_hash: str) -> str:
    """A document's text without the line that says what it belongs to, if it has that line."""
    _, _, rest = text.partition("\n")
    if body_hash and hashlib.sha256(rest.encode("utf-8", "surrogatepass")).hexdigest() == body_hash:
        return rest
    return text


def remember_words(connection: Connection, texts: Iterable[str]) -> None:
    key = archive_key(connection)
    marks = {mark for text in texts for mark in marks_of(text, key)}
    _insert(connection, [f"{mark:0{MARK_DIGITS}x}" for mark in sorted(marks)])


def allow_words(connection: Connection, texts: Iterable[str]) -> None:
    key = archive_key(connection)
    hashes = [f"{mark:0{MARK_DIGITS}x}" for text in texts for mark in marks_of(text, key)]
    for start in range(0, len(hashes), 500):
        some = hashes[start : start + 500]
        connection.execute(delete(schema.forgotten).where(schema.forgotten.c.hash.in_(some)))


def allow_everything(connection: Connection) -> None:
    connection.execute(delete(schema.forgotten))


def forgotten_words(connection: Connection) -> ForgottenText:
    """All words that were forgotten. Costs their number: keep it while nothing is forgotten or allowed."""
    hashes = schema.forgotten.c.hash
    marks = connection.scalars(select(hashes).where(func.length(hashes) == MARK_DIGITS))
    found = np.array(sorted(int(mark, 16) for mark in marks), dtype=np.uint64)
    return ForgottenText(archive_key(connection) if len(found) else b"", found)


def remember_forgotten(connection: Connection, stamps: Iterable[str]) -> None:
    key = archive_key(connection)
    _insert(connection, [keyed(key, stamp) for stamp in stamps])


def _insert(connection: Connection, hashes: Sequence[str]) -> None:
    """As one JSON parameter: a large source has a hundred thousand marks."""
    found = select(func.json_each(bindparam("wanted", type_=String)).table_valued("value").c.value)
    rows = insert(schema.forgotten).prefix_with("OR IGNORE").from_select(["hash"], found)
    if hashes:
        connection.execute(rows, {"wanted": json.dumps(hashes)})


def allow_again(connection: Connection, stamps: Iterable[str]) -> None:
    key = archive_key(connection)
    hashes = [keyed(key, stamp) for stamp in stamps]
    connection.execute(delete(schema.forgotten).where(schema.forgotten.c.hash.in_(hashes)))


def matching(connection: Connection, stamps: Sequence[str]) -> list[str]:
    """Those of the stamps that were remembered, in their order."""
    if not stamps or connection.execute(ANYTHING).first() is None:
        return []
    key = archive_key(connection)
    hashes = [keyed(key, stamp) for stamp in stamps]
    known = set(connection.scalars(AMONG, {"wanted": json.dumps(hashes)}))
    return [stamp for stamp, hash in zip(stamps, hashes, strict=True) if hash in known]


def keyed(key: bytes, stamp: str) -> str:
    return hmac.digest(key, stamp.encode("utf-8", "surrogatepass"), "sha256").hex()


def archive_key(connection: Connection) -> bytes:
    settings = schema.settings
    value = connection.scalar(select(settings.c.value).where(settings.c.key == KEY))
    if value is None:
        value = secrets.token_hex(32)
        connection.execute(insert(settings).values(key=KEY, value=value))
    return bytes.fromhex(value)
