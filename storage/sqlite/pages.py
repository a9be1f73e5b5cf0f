"""Cleaning SQLite pages of what `secure_delete` leaves behind.

secure_delete overwrites what is deleted, but when SQLite moves rows between neighbouring pages, their old bytes stay
in the unallocated part of the page they left (seen in about every third of random edit sequences). Rewriting the
database (VACUUM) would clean it at the cost of the whole archive. So the unallocated parts are filled with zeros
directly: SQLite never reads them. The format is documented and frozen (sqlite.org/fileformat2.html, §1.6).

Only call it while nothing writes, with an empty write-ahead log; connections that may write later have to be new
ones, or they would write their cached pages back.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from typing import BinaryIO

from storage.errors import ForgetIncomplete

MOST_PAGES = 1 << 25
LEAF_OR_INTERIOR = {2: 12, 5: 12, 10: 8, 13: 8}  # type byte of a b-tree page -> size of its header


def clean_pages(file: BinaryIO) -> int:
    """Zeroes all unallocated bytes of all b-tree pages, durably; how many places were not clean."""
    if not os.fstat(file.fileno()).st_size:
        return 0
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        dirty = list(dirty_places(data))
    for offset, length in dirty:
        file.seek(offset)
        file.write(bytes(length))
    if dirty:
        file.flush()
        os.fsync(file.fileno())
    return len(dirty)


def dirty_places(data: mmap.mmap | bytes) -> Iterator[tuple[int, int]]:
    """(offset, length) of unallocated stretches that are not all zeros."""
    size = int.from_bytes(data[16:18], "big")
    size = 65536 if size == 1 else size
    if len(data) // size >= MOST_PAGES:
        raise ForgetIncomplete(
            "It is forgotten for every question, but the database is too large for its pages to be cleaned (128 GB)."
        )
    for base in range(0, len(data), size):
        for low, length in dirty_in_page(data[base : base + size], first=base == 0):
            yield base + low, length


def dirty_in_page(page: bytes, *, first: bool) -> Iterator[tuple[int, int]]:
    """(offset, length) of a page's unallocated stretches that are not all zeros. first: it is the database's first page."""
    # Overflow and free pages begin with a page number, whose first byte is below 2 up to MOST_PAGES.
    start = 100 if first else 0
    header = LEAF_OR_INTERIOR.get(page[start])
    if header is None:
        return
    cells = int.from_bytes(page[start + 3 : start + 5], "big")
    low = start + header + 2 * cells
    high = int.from_bytes(page[start + 5 : start + 7], "big") or 65536
    if low < high <= len(page) and page.count(0, low, high) < high - low:
        yield low, high - low
    block = int.from_bytes(page[start + 1 : start + 3], "big")
    while block:
        following = int.from_bytes(page[block : block + 2], "big")
        length = int.from_bytes(page[block + 2 : block + 4], "big")
        if page.count(0, block + 4, block + length) < length - 4:
            yield block + 4, length - 4
        block = following if following > block else 0
