"""What became of each file, and what a folder holds before it is added."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import NotFound
from app.twin.twin import Twin


def test_files_by_state_and_name(noted: Twin) -> None:
    assert {Path(file.path).name for file in noted.files("skipped")} == {"empty.md"}
    assert len(noted.files("known")) == 3
    assert {Path(file.path).name for file in noted.files(text="garden")} == {
        "2021-04-12 tree.md",
        "2021-10-02 storm.md",
    }
    assert noted.files(text="%") == [] and noted.files("partly") == []
    assert len(noted.files(limit=2)) == 2 and len(noted.files(limit=2, offset=2)) == 2


def test_a_preview_counts_without_adding(noted: Twin, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / ".hidden").mkdir(parents=True)
    for name in ("a.pdf", "b.PDF", "c.md", ".hidden/d.md"):
        (other / name).write_text("12345")
    found = noted.preview_source(other)
    assert (found.files, found.bytes, found.kinds) == (3, 15, ((".pdf", 2), (".md", 1)))
    assert found.complete and not found.watched
    assert noted.preview_source(tmp_path / "notes" / "garden").watched
    assert len(noted.sources()) == 1
    with pytest.raises(NotFound, match="Check the spelling"):
        noted.preview_source(tmp_path / "typo")
