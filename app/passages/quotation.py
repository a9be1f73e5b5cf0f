"""What of a passage's text are the file's own words: all but the line above them that says what they belong to."""

from __future__ import annotations

import hashlib

JOINED = " · "


def quoted_from(text: str, body_hash: str, edited: bool = False) -> int:
    """Where the file's own words begin: behind the context line, or 0 where there is none.

    Of an edited passage, whose hash is that of the words it had before, the first line counts if it looks like one.
    """
    line, newline, body = text.partition("\n")
    if not newline:
        return 0
    if hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest() == body_hash:
        return len(line) + 1
    return len(line) + 1 if edited and JOINED in line else 0
