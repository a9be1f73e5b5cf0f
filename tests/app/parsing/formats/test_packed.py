"""Tar, 7-Zip and packed files: members read and placed, limits kept, the rest told."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from app.errors import Unreadable
from app.parsing import Item, Limits, read_file
from tests.app.parsing import samples

FILES = {"a/note.txt": b"The tractor belongs to Eskil.", "tool": b"\x7fELF\x02\x01\x01\x00" + bytes(50)}
PACKERS = {
    "x.tar": samples.tar(FILES),
    "x.tar.gz": samples.tar(FILES, "w:gz"),
    "x.tbz": samples.tar(FILES, "w:bz2"),
    "x.txz": samples.tar(FILES, "w:xz"),
    "x.7z": samples.seven_zip(FILES),
}


def read(tmp_path: Path, name: str, data: bytes, limits: Limits | None = None) -> list[Item]:
    (tmp_path / name).write_bytes(data)
    return read_file(tmp_path / name, limits)


@pytest.mark.parametrize("name", PACKERS)
def test_members_are_placed_and_the_rest_is_told(name: str, tmp_path: Path) -> None:
    (item,) = read(tmp_path, name, PACKERS[name])
    assert [(block.text, block.place) for block in item.blocks] == [
        ("The tractor belongs to Eskil.", "a/note.txt")
    ]
    assert item.notes == ("tool: not a text format: ELF binary",)


def test_a_single_file_is_read_under_its_own_name(tmp_path: Path) -> None:
    (item,) = read(tmp_path, "Costs.csv.gz", gzip.compress(b"what;euro\nrent;900\n"))
    assert (item.title, item.blocks[0].kind, item.blocks[0].text) == (
        "Costs",
        "table",
        "what | euro\nrent | 900",
    )


def test_bombs_are_not_opened(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="far too large when unpacked"):
        read(tmp_path, "bomb.gz", gzip.compress(b"x" * 80_000_000))
    with pytest.raises(Unreadable, match="larger than"):
        read(tmp_path, "x.7z", PACKERS["x.7z"], Limits(member_bytes=20))


def test_an_archive_that_was_cut_short_gives_what_is_there(tmp_path: Path) -> None:
    whole = samples.tar({"a.txt": b"The first file.", "b.txt": b"y" * 5000})
    (item,) = read(tmp_path, "x.tar", whole[:3000])
    assert item.blocks[0].text == "The first file."
    assert "cut short" in item.notes[0]


def test_a_locked_archive_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="protected by a password"):
        read(tmp_path, "x.7z", samples.seven_zip(FILES, "secret"))
