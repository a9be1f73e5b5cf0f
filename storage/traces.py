"""Searching files byte by byte for texts that must not be in them.

A text is looked for in UTF-8 and both UTF-16 orders, whole and in pieces, since SQLite stores long texts in parts; and as
JSON writes it, since columns and files hold that, too.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from storage.encryption.cipher import Cipher
from storage.records import Trace

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")
PIECE = 48  # characters; shorter texts are looked for whole only
PIECES = 8


def find_traces(
    directory: Path,
    opened: Mapping[Path, IO[bytes]],
    cipher: Cipher,
    needles: Sequence[str],
    *,
    whole: bool = False,
) -> list[Trace]:
    """Every file under `directory` that holds one of the needles: the first place of each, per encoding.

    `opened`: files that must not be opened (and closed) a second time, because their locks would be lost. SQLite's
    shared-memory file is left out for the same reason; it holds page numbers only. cipher: how the archive's files are
    read; what is encrypted is searched decrypted. whole: no piece of a needle counts.
    """
    patterns = [
        (
            index,
            encoding,
            [form for p in ([needle] if whole else pieces(needle)) for form in written(p, encoding)],
        )
        for index, needle in enumerate(needles)
        if needle
        for encoding in ENCODINGS
    ]
    found = []
    for path in sorted(p for p in directory.rglob("*") if p.is_file() and not p.name.endswith("-shm")):
        with contextlib.nullcontext(opened[path]) if path in opened else path.open("rb") as file:
            if not os.fstat(file.fileno()).st_size:
                continue
            places = first_places(cipher.searchable(path, file), [wanted for _, _, wanted in patterns])
            for (index, encoding, _), offset in zip(patterns, places, strict=True):
                if offset is not None:
                    found.append(Trace(index, str(path.relative_to(directory)), offset, encoding))
    return found


def written(text: str, encoding: str) -> list[bytes]:
    """The bytes that a text may be there as."""
    plain = text.encode(encoding, "surrogatepass")
    if encoding != "utf-8":
        return [plain]
    escaped = [json.dumps(text, ensure_ascii=ascii)[1:-1] for ascii in (True, False)]
    return list(dict.fromkeys([plain, *(form.encode("utf-8", "surrogatepass") for form in escaped)]))


def first_places(parts: Iterable[bytes | mmap.mmap], patterns: Sequence[Sequence[bytes]]) -> list[int | None]:
    """For each pattern where the first of its byte strings stands that is found, in parts that follow on each other."""
    places: list[int | None] = [None] * len(patterns)
    longest = max((len(wanted) for pattern in patterns for wanted in pattern), default=1)
    before, begin = b"", 0  # what of the last part may belong to a hit in the next; where that begins
    for part in parts:
        data = before + part[:] if before else part
        for number, pattern in enumerate(patterns):
            if places[number] is None:
                at = next((at for wanted in pattern if (at := data.find(wanted)) >= 0), None)
                places[number] = None if at is None else begin + at
        keep = min(longest - 1, len(data))
        begin += len(data) - keep
        before = data[len(data) - keep :]
    return places


def pieces(text: str) -> Iterator[str]:
    """The text itself and up to PIECES parts of it, spread evenly."""
    yield text
    if len(text) > PIECE:
        last = len(text) - PIECE
        count = min(PIECES, -(-len(text) // PIECE))
        for i in range(count):
            yield text[i * last // max(count - 1, 1) :][:PIECE]
