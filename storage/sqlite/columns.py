"""Column types for strings that are not valid Unicode: file names are bytes on Linux, and texts may come from anywhere.

SQLite stores UTF-8 and refuses lone surrogates, the form in which Python keeps undecodable bytes.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.types import TypeDecorator

# Python's U+DC80 … U+DCFF for undecodable bytes, to code points that no file name uses, and back.
ESCAPED = {0xDC00 + byte: 0x10FF00 + byte for byte in range(0x80, 0x100)}
RESTORED = {escaped: plain for plain, escaped in ESCAPED.items()}


class PathText(TypeDecorator[str]):
    """A path, kept exactly, so that it opens the same file again."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else value.translate(ESCAPED)

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else value.translate(RESTORED)


class CleanText(TypeDecorator[str]):
    """A text for reading; a lone surrogate becomes a question mark."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else clean(value)


def clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
