"""Sources and standing jobs through the twin, without a model."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import DoppelError, NotFound
from app.settings import Settings
from app.twin.twin import Twin


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[Twin]:
    """A twin whose one source holds two files, seen but not read yet."""
    opened = Twin.open(Settings(home=tmp_path / "home"))
    folder = tmp_path / "notes"
    folder.mkdir()
    for name in ("a.md", "b.md"):
        (folder / name).write_text(name)
    opened.add_source(folder)
    opened.run_job("rescan")
    yield opened
    opened.close()


def replaced(folder: Path) -> None:
    """Another, empty folder in its place, as an unplugged disk leaves it."""
    folder.rename(folder.with_name("unplugged"))
    folder.mkdir()


def test_a_folder_that_is_another_one_is_accepted_only_by_the_person(twin: Twin, tmp_path: Path) -> None:
    replaced(tmp_path / "notes")
    twin.run_job("rescan")
    (source,) = twin.sources()
    assert source.state == "missing" and source.files["queued"] == 2
    assert "Nothing was forgotten" in (source.reason or "")
    assert f"doppel sources accept {source.id}" in (source.reason or "")
    assert twin.accept_source(source.id).state == "active"
    assert twin.sources()[0].files["queued"] == 0


def test_a_folder_that_is_not_there_cannot_be_accepted(twin: Twin, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "notes")
    with pytest.raises(NotFound, match="Create the folder"):
        twin.accept_source(twin.sources()[0].id)
    assert twin.sources()[0].files["queued"] == 2


def test_how_long_a_source_is_kept_can_be_changed_and_survives_adding_it_again(
    twin: Twin, tmp_path: Path
) -> None:
    id = twin.sources()[0].id
    assert twin.set_retention(id, 30).retention_days == 30
    assert twin.add_source(tmp_path / "notes").retention_days == 30
    assert twin.add_source(tmp_path / "notes", retention_days=7).retention_days == 7
    assert twin.set_retention(id, None).retention_days is None
    with pytest.raises(NotFound):
        twin.set_retention(99, 1)


def test_what_was_read_once_is_watched_when_it_is_added(twin: Twin, tmp_path: Path) -> None:
    folder = tmp_path / "once"
    folder.mkdir()
    twin._archive.sources.add(folder, kind="once")
    assert twin.add_source(folder).kind == "folder"


def test_jobs_are_switched_for_good_and_run_by_hand(twin: Twin) -> None:
    assert {job.name for job in twin.jobs()} == {
        "rescan", "compaction", "backup", "retention", "integrity", "people", "trash", "digest", "dates", "update",
    }  # fmt: skip
    assert not twin.switch_job("backup", False).on
    assert [job.on for job in twin.jobs() if job.name == "backup"] == [False]
    for job in twin.jobs():
        assert twin.run_job(job.name).ok
    with pytest.raises(NotFound, match="retention"):
        twin.run_job("dreams")
    assert [day.documents for day in twin.digests()] == [0]


def test_a_folder_by_another_name_is_the_same_source(twin: Twin, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(tmp_path / "notes")
    for name in ("linked", "notes/../notes"):
        twin.add_source(tmp_path / name, ignore=["*.tmp"])
    assert len(twin.sources()) == 1


def test_doppels_own_folder_is_no_source(twin: Twin, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(tmp_path / "home")
    for path in (tmp_path / "home", tmp_path / "home" / "bank", tmp_path / "linked"):
        with pytest.raises(DoppelError, match="Doppel's own folder"):
            twin.add_source(path)


@pytest.mark.parametrize("days", [0, -1, 36_501, 4_000_000, 10**20])
def test_a_term_that_no_clock_can_count_is_refused_at_the_door(twin: Twin, tmp_path: Path, days: int) -> None:
    for refused in (
        lambda: twin.add_source(tmp_path / "notes", retention_days=days),
        lambda: twin.set_retention(twin.sources()[0].id, days),
    ):
        with pytest.raises(DoppelError, match="36500 days"):
            refused()
    assert twin.run_job("retention").ok


def test_numbers_that_no_row_can_have_are_not_found(twin: Twin) -> None:
    for number in (10**20, -(10**20)):
        with pytest.raises(NotFound):
            twin.memory(number)
        with pytest.raises(NotFound):
            twin.forget([number])
        with pytest.raises(NotFound):
            twin.memories(limit=number)


def test_a_source_that_is_removed_leaves_its_files_to_the_one_around_it(twin: Twin, tmp_path: Path) -> None:
    inner = tmp_path / "notes" / "inner"
    inner.mkdir()
    (inner / "c.md").write_text("c")
    looked: list[int] = []
    twin._learning.rescan = lambda source: looked.append(source.id)  # type: ignore[method-assign]
    around = twin.sources()[0].id
    added = twin.add_source(inner)
    twin.remove_source(added.id)
    assert looked == [added.id, around]


def test_what_is_read_of_pictures_is_a_choice_by_source(twin: Twin, tmp_path: Path) -> None:
    (source,) = twin.sources()
    assert source.pictures == "text"
    assert twin.set_pictures(source.id, "none").pictures == "none"
    assert twin.add_source(tmp_path / "notes").pictures == "none"
    assert twin.add_source(tmp_path / "notes", pictures="all").pictures == "all"
    with pytest.raises(DoppelError, match="not 'some'"):
        twin.set_pictures(source.id, "some")
