"""What is removed leaves every answer and list, comes back whole, and is erased without a trace when its term is over."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from app.errors import NotFound
from app.records import MemoryFilter, Remembered
from app.twin.twin import Twin
from app.upkeep import passed
from app.upkeep.trash import TERM, empty_trash
from storage.sqlite import schema


def found(twin: Twin, words: str) -> Remembered | None:
    return next(iter(twin.review(MemoryFilter(query=words))), None)


def one(twin: Twin, words: str) -> Remembered:
    row = found(twin, words)
    assert row is not None
    return row


def routed(twin: Twin) -> set[int]:
    return set(twin._models.present()[1].snapshot().document_ids.tolist())


def test_what_is_removed_is_nowhere_and_comes_back_as_it_was(noted: Twin) -> None:
    id = one(noted, "suitcase").id
    noted.edit_memory(id, "Mara moved to Lisbon with the blue suitcase.")
    before, earlier = noted.memory(id), noted.versions(id)
    assert noted.remove([id, 10**6]) == [id]
    assert found(noted, "suitcase") is None and id not in routed(noted)
    assert ("2019-03", 1) not in noted.timeline(MemoryFilter())
    (trashed,) = noted.trash()
    assert trashed.memory.text == before.text and trashed.memory.path == before.path
    assert noted.count_trash() == 1
    with pytest.raises(NotFound):
        noted.memory(id)
    assert noted.restore([id]) == [id]
    assert noted.memory(id) == before and noted.versions(id) == earlier
    assert found(noted, "suitcase") and id in routed(noted) and noted.trash() == []
    assert noted.restore([id]) == []


def test_its_file_does_not_bring_it_in_again(noted: Twin) -> None:
    row = one(noted, "storm")
    noted.remove([row.id])
    path = Path(row.path or "")
    path.write_text(path.read_text() + "\nA line of its own.\n")
    noted.ingest(path)
    rows = noted.review(MemoryFilter(folder=str(path)))
    assert all("lost a branch" not in other.text or "of its own" in other.text for other in rows)
    path.write_text("The apricot tree lost a branch in the storm.\n")
    noted.ingest(path)
    assert found(noted, "branch") is None
    noted.restore([row.id])
    assert one(noted, "branch").id == row.id


def test_erasing_leaves_no_trace_of_it_nor_of_earlier_words(noted: Twin) -> None:
    id = one(noted, "suitcase").id
    secret = "Mara lives in the street of the four doors."
    noted.edit_memory(id, secret)
    noted.edit_memory(id, "Mara moved to Lisbon, far from the four doors.")
    texts = [secret, noted.memory(id).text]
    noted.remove([id])
    assert noted.removed_texts([id]) == texts[1:]
    removed = noted.verify_forgotten(texts)
    assert {(one.id, one.where) for one in removed.alive} == {(id, "removed")}, "it is still there"
    assert noted.erase_removed([id]).documents == 1
    erased = noted.verify_forgotten(texts)
    assert erased.clean and erased.alive == ()
    assert noted.trash() == [] and noted.restore([id]) == []


@pytest.mark.parametrize("how", ["id", "file", "source"])
def test_forgetting_reaches_what_was_removed_before(noted: Twin, how: str) -> None:
    row = one(noted, "suitcase")
    noted.remove([row.id])
    if how == "id":
        noted._archive.forgetting.forget([row.id])
    elif how == "file":
        noted.forget(path=row.path)
    else:
        noted.forget(source_id=noted.sources()[0].id)
    assert noted.trash() == []
    assert noted.verify_forgotten([row.text]).clean


def test_the_term_is_kept_in_time_as_it_was_seen_to_pass(noted: Twin) -> None:
    id = one(noted, "suitcase").id
    noted.remove([id])
    now = datetime.datetime.now(datetime.UTC)
    assert noted.trash()[0].until == (now + TERM).date().isoformat()
    empty_trash(noted._archive, now)
    empty_trash(noted._archive, now + datetime.timedelta(days=4000))
    assert noted.count_trash() == 1, "a clock that jumps ahead makes nothing old"
    for days in (29, 31):
        empty_trash(noted._archive, now + datetime.timedelta(days=4000 + days))
    assert noted.count_trash() == 0


YEARS = datetime.timedelta(days=40 * 365)
DAY = datetime.timedelta(days=1)


def test_a_removal_looks_at_the_clock(noted: Twin) -> None:
    """Or one that is wrong for that moment alone would not be noticed."""
    noted._archive.settings.set(passed.KEY, {})
    noted.remove([one(noted, "suitcase").id])
    assert noted._archive.settings.get(passed.KEY)


def dated(twin: Twin, moment: datetime.datetime) -> None:
    """What is in the trash was removed while the clock said so."""
    with twin._archive.store.write() as change:
        change.connection.execute(update(schema.trash).values(removed_at=moment.isoformat()))


@pytest.mark.parametrize("wrong", [YEARS, -YEARS], ids=["forth", "back"])
@pytest.mark.parametrize("nights", [1, 6])
@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_clock_that_jumps_for_years_erases_nothing_early_and_keeps_nothing_for_ever(
    noted: Twin, wrong: datetime.timedelta, nights: int, when: str
) -> None:
    archive, begun = noted._archive, datetime.datetime.now(datetime.UTC)
    empty_trash(archive, begun)
    if when == "before":
        noted.remove([one(noted, "suitcase").id])
    for night in range(nights):
        empty_trash(archive, begun + wrong + night * DAY)
        if when == "meanwhile" and night == 0:
            archive.trash.remove([one(noted, "suitcase").id])
            dated(noted, begun + wrong)
    right = begun + nights * DAY
    days = range(TERM.days - nights)
    for day in days:
        empty_trash(archive, right + day * DAY)
        assert noted.count_trash() == 1, f"erased on day {day}"
    for day in range(TERM.days + 12):
        empty_trash(archive, right + (days[-1] + day) * DAY)
    assert noted.count_trash() == 0


def test_a_copy_goes_without_what_was_said_of_the_one_that_stays(noted: Twin, tmp_path: Path) -> None:
    copy = tmp_path / "notes" / "copies" / "2021-04-13 copy.md"
    copy.parent.mkdir()
    copy.write_text("The apricot tree was planted behind the shed.\n")
    noted.ingest(copy)
    (group,) = noted.duplicates()
    keep, other = group
    assert keep.date == "2021-04-12" and other.path == str(copy)
    list(noted.ask("What of the tree?"))
    chat = noted.chats()[0].id
    answers = noted.messages(chat)
    noted.remove([other.id])
    noted.erase_removed([other.id])
    assert noted.duplicates() == [] and noted.memory(keep.id) == keep
    assert [turn.text for turn in noted.messages(chat)] == [turn.text for turn in answers]
    assert replace(keep, id=0) == replace(noted.memory(keep.id), id=0)
