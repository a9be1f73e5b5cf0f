"""Files that say again what another file beside them says: exports write some things twice."""

from __future__ import annotations

import re

from app.parsing.items import Source

_NOTION_TABLE = re.compile(r".+[ _-][0-9a-f]{32}\.csv$", re.I)


def said_elsewhere(source: Source) -> str:
    """Why a file need not be read, "" for nearly all."""
    if source.suffix == ".csv" and _NOTION_TABLE.match(source.name):
        if source.beside(f"{source.name[:-4]}_all.csv") is not None:
            return "a view of the table beside it that has all of it"
    elif source.suffix == ".html" and (source.folder.rstrip("/").endswith("Keep")):
        note = source.beside(f"{source.name[:-5]}.json")
        if note is not None and b'"isTrashed"' in note:
            return "the same note is in the .json beside it"
    return ""
