"""Files in encrypted blocks: any part of them is read, nothing altered is, and erasing leaves the rest."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from storage.encryption.blocks import BLOCK, HEADER, STORED, SealedFile, sealed

KEY, OTHER = b"k" * 32, b"o" * 32
LENGTHS = (0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3 * BLOCK + 7)


def written(path: Path, content: bytes) -> SealedFile:
    path.write_bytes(b"".join(sealed(KEY, content)))
    return SealedFile.open(path, KEY)


@pytest.mark.parametrize("length", LENGTHS)
def test_any_part_is_what_was_written(tmp_path: Path, length: int) -> None:
    random_ = random.Random(length)
    content = random_.randbytes(length)
    file = written(tmp_path / "a", content)
    assert bytes(file.read(0, length)) == content
    for _ in range(20):
        low, high = sorted(random_.randint(0, length) for _ in range(2))
        assert bytes(file.read(low, high)) == content[low:high]


def test_the_same_content_never_looks_the_same(tmp_path: Path) -> None:
    stored = [b"".join(sealed(KEY, bytes(2 * BLOCK))) for _ in range(2)]
    blocks = {s[HEADER + n * STORED :][:STORED] for s in stored for n in range(2)}
    assert len(blocks) == 4


def test_what_was_altered_or_moved_is_not_read(tmp_path: Path) -> None:
    content = random.Random(1).randbytes(3 * BLOCK)
    path = tmp_path / "a"
    written(path, content)
    stored = path.read_bytes()

    def read(changed: bytes, key: bytes = KEY) -> list[bool]:
        """Which blocks still are what was written; damaged ones have to read as zeros."""
        path.write_bytes(changed)
        found = bytes(SealedFile.open(path, key).read(0, 3 * BLOCK))
        parts = [slice(n * BLOCK, (n + 1) * BLOCK) for n in range(3)]
        assert all(found[part] in (content[part], bytes(BLOCK)) for part in parts)
        return [found[part] == content[part] for part in parts]

    flipped = bytearray(stored)
    flipped[HEADER + STORED + 100] ^= 1
    assert read(bytes(flipped)) == [True, False, True]
    first, second = (stored[HEADER + n * STORED :][:STORED] for n in range(2))
    assert read(stored[:HEADER] + second + first + stored[HEADER + 2 * STORED :]) == [False, False, True]
    assert read(stored, OTHER) == [False, False, False]
    shorter = stored[:8] + (2 * BLOCK).to_bytes(8, "little") + stored[16 : HEADER + 2 * STORED]
    path.write_bytes(shorter)
    assert bytes(SealedFile.open(path, KEY).read(0, 2 * BLOCK)) == bytes(2 * BLOCK)
    for cut in (stored[:-1], stored[:10], b"", b"x" * 100):
        path.write_bytes(cut)
        with pytest.raises(ValueError, match="cut off"):
            SealedFile.open(path, KEY)


def test_erasing_zeroes_the_ranges_and_nothing_else(tmp_path: Path) -> None:
    random_ = random.Random(2)
    content = bytearray(random_.randbytes(4 * BLOCK + 99))
    path = tmp_path / "a"
    file = written(path, bytes(content))
    ranges = [(random_.randrange(4 * BLOCK), random_.randint(1, 99)) for _ in range(9)]
    ranges.append((BLOCK - 3, 2 * BLOCK))
    changes = list(file.erased(ranges))
    stored = bytearray(path.read_bytes())
    for at, data in changes:
        stored[at : at + len(data)] = data
    path.write_bytes(stored)
    for offset, length in ranges:
        content[offset : offset + length] = bytes(length)
    assert bytes(SealedFile.open(path, KEY).read(0, len(content))) == bytes(content)
