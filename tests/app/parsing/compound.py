"""A writer of compound files (the container of .msg), for streams that are small: these share one stream of the root."""

from __future__ import annotations

import struct

_SECTOR, _SMALL = 512, 64
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD

Tree = dict[str, "bytes | Tree"]


def compound_file(tree: Tree) -> bytes:
    """A file of these streams (bytes, below 4096 each) and folders (dicts)."""
    entries: list[
        tuple[str, int, int, int, int, int]
    ] = []  # name, kind, right sibling, child, first sector, size
    small = b""
    small_chains: list[int] = []

    def add(name: str, kind: int, content: bytes | Tree) -> int:
        nonlocal small
        number = len(entries)
        entries.append((name, kind, _FREE, _FREE, 0, 0))
        if isinstance(content, bytes):
            start = len(small_chains)
            small += content.ljust(max(1, -(-len(content) // _SMALL)) * _SMALL, b"\0")
            small_chains.extend(range(start + 1, len(small) // _SMALL + 1))
            small_chains[-1] = _END
            entries[number] = (name, kind, _FREE, _FREE, start, len(content))
        else:
            before = _FREE
            for child, inner in reversed(sorted(content.items())):
                here = add(child, 2 if isinstance(inner, bytes) else 1, inner)
                entries[here] = (*entries[here][:2], before, *entries[here][3:])
                before = here
            entries[number] = (name, kind, _FREE, before, 0, 0)
        return number

    add("Root Entry", 5, tree)
    entries[0] = (*entries[0][:4], 0, len(small))
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBBIII36xIQ", 2 * len(name) + 2, kind, 1, _FREE, right, child, start, size)
        for name, kind, right, child, start, size in entries
    )
    small_table = struct.pack(f"<{len(small_chains)}I", *small_chains)
    sectors = b""
    chains: list[int] = []
    firsts = []
    for part, filler in ((small, b"\0"), (directory, b"\0"), (small_table, b"\xff")):
        firsts.append(len(chains))
        sectors += part.ljust(-(-len(part) // _SECTOR) * _SECTOR, filler)
        chains.extend(range(firsts[-1] + 1, len(sectors) // _SECTOR + 1))
        chains[-1] = _END
    tables = -(-(len(chains) + 2) // 127)
    places = [len(chains) + number for number in range(tables)]
    chains += [_TABLE] * tables
    table = struct.pack(f"<{len(chains)}I", *chains).ljust(tables * _SECTOR, b"\xff")
    small_sectors = -(-len(small_table) // _SECTOR)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, tables, firsts[1], 0, 4096, firsts[2], small_sectors, _END, 0)
    head += struct.pack(f"<{tables}I", *places).ljust(4 * 109, b"\xff")
    return head + sectors + table
