"""Dates, pins, days of earlier years, and what forgetting by person or question would take."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.errors import NotFound
from app.records import MemoryFilter
from app.twin.twin import Twin


def id_of(twin: Twin, words: str) -> int:
    return twin.review(MemoryFilter(query=words))[0].id


def test_a_corrected_date_stays_whatever_the_file_says(noted: Twin) -> None:
    id = id_of(noted, "suitcase")
    assert noted.correct_date(id, "2018-05").date == "2018-05"
    path = Path(noted.memory(id).path or "")
    path.write_text(path.read_text() + "\nAnd a hat.\n" * 3)
    noted.ingest(path)
    assert ("2018-05", 1) in noted.timeline(MemoryFilter(query="suitcase"))
    assert noted.correct_date(id_of(noted, "suitcase"), "").date is None
    for bad in ("soon", "2021-13", "2021-02-30", "21-1-1", "2021-1"):
        with pytest.raises(NotFound, match="2021-04"):
            noted.correct_date(id, bad)


def test_pinned_memories_stand_first_and_nothing_else_changes(noted: Twin) -> None:
    id = id_of(noted, "suitcase")
    noted.pin_memory(id, True)
    assert noted.review(MemoryFilter())[0].id == id and noted.pinned() == {id}
    noted.pin_memory(id, False)
    assert noted.review(MemoryFilter())[0].id != id
    noted.pin_memory(id, True)
    noted.forget(ids=[id])
    noted.pin_memory(id_of(noted, "storm"), True)
    assert id not in noted.pinned(), "what was forgotten is not known any more"


def test_this_day_of_earlier_years(noted: Twin) -> None:
    (row,) = noted.on_this_day(date(2024, 10, 2))
    assert "storm" in row.text
    assert noted.on_this_day(date(2021, 10, 2)) == [] == noted.on_this_day(date(2024, 10, 3))


def test_orders_totals_and_folders(noted: Twin, tmp_path: Path) -> None:
    by_length = [row.tokens for row in noted.review(MemoryFilter(order="longest"))]
    assert by_length == sorted(by_length, reverse=True)
    learned = [row.id for row in noted.review(MemoryFilter(order="learned"))]
    assert learned == sorted(learned, reverse=True)
    documents, files, tokens = noted.totals(MemoryFilter(query="apricot"))
    assert (documents, files) == (2, 2) and tokens > 0
    assert noted.folders()[0] == (str(tmp_path / "notes" / "garden"), 2)


def test_who_is_named_nowhere_else_goes_with_what_names_them(noted: Twin, tmp_path: Path) -> None:
    path = tmp_path / "notes" / "letter.md"
    path.write_text("My sister Ottilie Brandt lives in Kassel.\nPhone of Ottilie Brandt: 0561 77 88 99\n")
    noted.ingest(path)
    person = noted.people("Ottilie")[0]
    wanted = MemoryFilter(person=person.id)
    assert [row.path for row in noted.review(wanted)] == [str(path)]
    preview = noted.preview_forget(wanted=wanted)
    assert any("Ottilie" in name for name in preview.people)
    noted.forget(ids=preview.ids)
    assert noted.people("Ottilie") == []
