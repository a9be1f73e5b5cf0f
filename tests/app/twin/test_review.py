"""Going through the memory, and what forgetting would take."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import NotFound
from app.records import MemoryFilter
from app.twin.twin import Twin


def texts(twin: Twin, **wanted: object) -> list[str]:
    return [row.text.splitlines()[-1] for row in twin.review(MemoryFilter(**wanted))]  # type: ignore[arg-type]


def test_the_timeline_counts_months_and_narrows_to_them(noted: Twin) -> None:
    assert noted.timeline(MemoryFilter()) == [("2021-10", 1), ("2021-04", 1), ("2019-03", 1)]
    assert texts(noted, since="2021", until="2021~") == [
        "The apricot tree lost a branch in the storm.",
        "The apricot tree was planted behind the shed.",
    ]
    assert texts(noted, since="2021-04", until="2021-04~") == [
        "The apricot tree was planted behind the shed."
    ]
    assert texts(noted, undated=True) == []
    assert texts(noted, oldest=True)[0].startswith("Mara moved")


def test_words_kinds_and_folders_narrow(noted: Twin, tmp_path: Path) -> None:
    assert texts(noted, query="suitcase") == ["Mara moved to Porto and asked for the blue suitcase."]
    assert len(texts(noted, query="apricot")) == 2
    assert texts(noted, query="apricot", since="2021-10") == ["The apricot tree lost a branch in the storm."]
    assert len(texts(noted, folder=str(tmp_path / "notes" / "garden"))) == 2
    assert len(texts(noted, kind="note")) == 3 and texts(noted, kind="mail") == []
    assert len(noted.review(MemoryFilter(), limit=2)) == 2
    assert len(noted.review(MemoryFilter(), limit=2, offset=2)) == 1


def test_a_preview_counts_what_forgetting_then_erases(noted: Twin) -> None:
    list(noted.ask("What of the tree?"))
    wanted = noted.preview_forget(wanted=MemoryFilter(query="apricot"))
    assert (len(wanted.ids), wanted.files, wanted.chats) == (2, 2, 1)
    path = noted.review(MemoryFilter(query="suitcase"))[0].path
    assert noted.preview_forget(path=path).files == 1
    assert noted.forget(ids=wanted.ids).documents == 2
    assert len(noted.review(MemoryFilter())) == 1
    with pytest.raises(NotFound):
        noted.preview_forget(wanted=MemoryFilter(query="apricot"))


def test_a_note_is_remembered_and_found(noted: Twin) -> None:
    (id,) = noted.add_note("The key lies under the third pot.", "Key")
    row = noted.memory(id)
    assert (row.title, row.path) == ("Key", None)
    assert "third pot" in row.text
    assert [found.id for found in noted.review(MemoryFilter(query="pot"))] == [id]
    with pytest.raises(NotFound, match="empty"):
        noted.add_note("  \n")


def test_an_edit_keeps_what_stood_there_until_it_is_forgotten(noted: Twin) -> None:
    row = noted.review(MemoryFilter(query="suitcase"))[0]
    secret = "Mara lives in Lisbon, in the street of the four doors."
    noted.edit_memory(row.id, secret)
    noted.edit_memory(row.id, "Mara moved.")
    assert [before for _, before in noted.versions(row.id)] == [secret, row.text]
    noted.forget(ids=[row.id])
    assert noted.versions(row.id) == []
    assert noted.verify_forgotten([secret, row.text]).clean, "an earlier version is still on disk"
