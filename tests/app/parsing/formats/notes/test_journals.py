"""Diaries and notes that programs keep as JSON or as Markdown of their own: Day One, Journey, Simplenote, Joplin."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.errors import Skipped
from app.parsing import Item, read_file
from tests.app.parsing.samples import phones


def read(tmp_path: Path, name: str, content: Any) -> list[Item]:
    text = content if isinstance(content, str) else json.dumps(content)
    (tmp_path / name).write_text(text, encoding="utf-8")
    return read_file(tmp_path / name)


def test_day_one(tmp_path: Path) -> None:
    (item,) = read(tmp_path, "Journal.json", phones.DAY_ONE)
    assert (item.title, item.date[:10] if item.date else "") == ("Lisbon", "2024-03-05")
    assert [block.text for block in item.blocks] == [
        "Lisbon",
        "Rain again. We stayed in.",
        "Tags: travel\nPlace: Rua Augusta 1, Portugal",
    ]


def test_journey_and_simplenote(tmp_path: Path) -> None:
    entry = {"text": "<p>Rain in Lisbon</p>", "date_journal": phones.WHEN * 1000, "tags": ["a"]}
    (item,) = read(tmp_path, "17.json", entry)
    assert (item.date, item.blocks[0].text) == ("2024-03-05T14:02:11", "Rain in Lisbon")
    notes = {
        "activeNotes": [{"content": "Keys\r\nunder the mat", "creationDate": "2024-03-05T14:02:11.000Z"}],
        "trashedNotes": [{"content": "gone"}],
    }
    (item,) = read(tmp_path, "notes.json", notes)
    assert (item.title, item.notes) == ("Keys", ("1 in the trash of the notes: not remembered",))


def test_joplin_with_its_notebook_beside(tmp_path: Path) -> None:
    notebook = "Travel\n\nid: 00000000000000000000000000000001\nparent_id: \ntype_: 2"
    with pytest.raises(Skipped, match="no note"):
        read(tmp_path, "00000000000000000000000000000001.md", notebook)
    (item,) = read(tmp_path, f"{phones.JOPLIN_ID}.md", phones.JOPLIN)
    assert (item.title, item.date_source) == ("Lisbon plan", "properties")
    assert [block.text for block in item.blocks] == ["Take the umbrella.", "Notebook: Travel"]


@pytest.mark.parametrize("change", ["deleted_time: 1709647331000", "encryption_applied: 1"])
def test_what_joplin_threw_away_or_locked_is_no_memory(change: str, tmp_path: Path) -> None:
    text = phones.JOPLIN.replace("deleted_time: 0", change)
    with pytest.raises(Skipped):
        read(tmp_path, "x.md", text)
