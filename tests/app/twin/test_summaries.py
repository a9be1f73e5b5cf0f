"""Summaries are kept: given again while nothing changed, else made anew, and gone with what they were made of."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.errors import NotFound
from app.records import Answer, Done, MemoryFilter, Progress
from app.twin.twin import Twin

ASKED = "Summarise everything about the apricot tree"
TODAY = date(2025, 9, 20)


def asked(twin: Twin, question: str = ASKED, **more: object) -> tuple[Answer, int]:
    """The answer, and how often it told its progress."""
    events = list(twin.ask(question, today=TODAY, **more))  # type: ignore[arg-type]
    assert isinstance(events[-1], Done)
    return events[-1].answer, sum(isinstance(event, Progress) for event in events)


def lines(answer: Answer) -> list[str]:
    return [line for line in answer.text.splitlines() if line.startswith("- ")]


def test_it_is_given_again_while_nothing_changed(noted: Twin) -> None:
    first, worked = asked(noted)
    assert len(lines(first)) == 2 and "kept" in first.text and worked
    (kept,) = noted.summaries()
    assert (kept.question, kept.passages) == (ASKED, 2)
    again, worked = asked(noted, "Please give me a summary of the apricot tree")
    assert lines(again) == lines(first) and not worked
    assert f"As of {kept.made_at[:10]}" in again.text and [row.id for row in noted.summaries()] == [kept.id]
    assert [e.document_id for e in again.evidence] == [e.document_id for e in first.evidence]


def test_it_is_made_anew_when_files_change_and_says_so(noted: Twin, tmp_path: Path) -> None:
    asked(noted)
    folder = tmp_path / "notes" / "garden"
    (folder / "2022-05-20 fruit.md").write_text("The apricot tree bore its first nine apricots.\n")
    (folder / "2021-10-02 storm.md").write_text("The apricot tree lost two branches in the storm.\n")
    for name in ("2022-05-20 fruit.md", "2021-10-02 storm.md"):
        noted.ingest(folder / name)
    anew, worked = asked(noted)
    assert (
        worked
        and "Made anew" in anew.text
        and "new or changed: 2, gone or as they were before: 1" in anew.text
    )
    assert any("nine apricots" in line for line in lines(anew)) and any(
        "two branches" in line for line in lines(anew)
    )
    assert not any("a branch" in line for line in lines(anew))
    assert "As of" in asked(noted)[0].text


def test_another_date_makes_it_anew(noted: Twin) -> None:
    asked(noted)
    (row,) = noted.review(MemoryFilter(query="storm"))
    noted.correct_date(row.id, "2020-10-02")
    anew, _ = asked(noted)
    assert "Made anew" in anew.text and "2020-10-02" in lines(anew)[0]


def test_what_is_forgotten_or_edited_is_in_it_no_longer(noted: Twin) -> None:
    asked(noted)
    (row,) = noted.review(MemoryFilter(query="storm"))
    noted.edit_memory(row.id, "The apricot tree lost its crown.")
    edited, _ = asked(noted)
    assert "lost its crown" in edited.text and "a branch" not in edited.text
    noted.forget([row.id])
    left, _ = asked(noted)
    assert "crown" not in left.text and len(lines(left)) == 1 and noted.summaries()
    noted.forget([row.id for row in noted.review(MemoryFilter(query="apricot"))])
    assert noted.summaries() == []


def test_within_limits_or_where_nothing_is_to_be_kept_none_is(noted: Twin) -> None:
    asked(noted, scope=MemoryFilter(query="storm"))
    asked(noted, keep=False)
    assert noted.summaries() == []


def test_the_person_can_delete_it(noted: Twin) -> None:
    asked(noted)
    noted.delete_summary(noted.summaries()[0].id)
    assert noted.summaries() == [] and "asked again, it says" in asked(noted)[0].text
    with pytest.raises(NotFound):
        noted.delete_summary(10**6)
