"""StoredPassage jobs: what each does, when it runs, and what of that survives a restart."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import update

from app.errors import SettingsError
from app.health import Health
from app.upkeep import jobs
from app.upkeep.jobs import Job, standing_jobs
from app.upkeep.records import JobStatus
from app.upkeep.schedule import Schedule
from app.upkeep.times import Times
from storage.errors import ArchiveFull
from storage.sqlite import schema
from tests.app.desk import Desk, eventually


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path) as desk:
        yield desk


class Counted:
    """A job that counts its runs and may fail."""

    def __init__(self, name: str = "one", seconds: float = 3600, fails: bool = False) -> None:
        self.runs = 0
        self.fails = fails
        self.job = Job(name, "Counts", IntervalTrigger(seconds=seconds), self)

    def __call__(self) -> str:
        self.runs += 1
        if self.fails:
            raise OSError("the disk is full")
        return f"run {self.runs}"


def only(schedule: Schedule) -> JobStatus:
    (status,) = schedule.jobs()
    return status


def test_jobs_run_at_their_time_again_and_again(desk: Desk) -> None:
    counted = Counted(seconds=0.2)
    schedule = Schedule(desk.archive, [counted.job])
    schedule.start()
    try:
        assert eventually(lambda: counted.runs >= 3)
    finally:
        schedule.stop()
    runs = counted.runs
    status = only(schedule)
    assert status.last_result == f"run {runs}" and status.ok and status.last_run and status.next_run
    assert not eventually(lambda: counted.runs > runs, 0.5)


def test_a_run_missed_while_doppel_was_off_is_made_up_once(desk: Desk) -> None:
    counted = Counted()
    Schedule(desk.archive, [counted.job]).start()
    late = (datetime.datetime.now().astimezone() - datetime.timedelta(days=3)).isoformat()
    desk.archive.settings.set("job one", desk.archive.settings.get("job one") | {"next": late})
    schedule = Schedule(desk.archive, [counted.job])
    schedule.start()
    try:
        assert eventually(lambda: counted.runs == 1)
        assert eventually(lambda: (only(schedule).next_run or "") > late)
    finally:
        schedule.stop()
    schedule = Schedule(desk.archive, [counted.job])
    schedule.start()
    schedule.stop()
    assert counted.runs == 1


def test_a_restart_does_not_put_a_job_off(desk: Desk) -> None:
    counted = Counted()
    schedule = Schedule(desk.archive, [counted.job])
    schedule.start()
    due = only(schedule).next_run
    schedule.stop()
    again = Schedule(desk.archive, [counted.job])
    again.start()
    again.stop()
    assert due is not None and only(again).next_run == due


def test_a_job_switched_off_stays_off_and_can_still_be_run_by_hand(desk: Desk) -> None:
    counted = Counted(seconds=0.1)
    schedule = Schedule(desk.archive, [counted.job])
    schedule.start()
    status = schedule.switch("one", False)
    assert (status.on, status.next_run) == (False, None)
    schedule.stop()
    runs = counted.runs
    schedule = Schedule(desk.archive, [counted.job])
    schedule.start()
    try:
        assert not eventually(lambda: counted.runs > runs, 0.5)
        assert schedule.run("one").last_result == f"run {runs + 1}"
        assert only(schedule).next_run is None
        schedule.switch("one", True)
        assert eventually(lambda: counted.runs > runs + 1)
    finally:
        schedule.stop()


def test_a_failing_job_says_so_and_stops_no_other(desk: Desk) -> None:
    bad, good = Counted("bad", 0.1, fails=True), Counted("good", 0.1)
    schedule = Schedule(desk.archive, [bad.job, good.job])
    schedule.start()
    try:
        assert eventually(lambda: bad.runs >= 2 and good.runs >= 2)
    finally:
        schedule.stop()
    status = {job.name: job for job in schedule.jobs()}
    assert status["bad"].last_result == "It failed: the disk is full" and not status["bad"].ok
    assert status["good"].ok
    with pytest.raises(KeyError):
        schedule.run("none such")


def test_the_standing_jobs_all_run(desk: Desk) -> None:
    rescans: list[bool] = []
    schedule = Schedule(
        desk.archive, standing_jobs(desk.archive, desk.settings, lambda: rescans.append(True))
    )
    names = [job.name for job in schedule.jobs()]
    assert names == [
        "rescan", "compaction", "backup", "retention", "integrity", "people", "dates", "trash", "digest", "update",
    ]  # fmt: skip
    desk.write("a.md", "text")
    desk.learn()
    for name in names:
        status = schedule.run(name)
        assert status.ok and status.last_result, status
    assert rescans == [True]


def test_compaction_merges_what_single_files_left(desk: Desk) -> None:
    for n in range(20):
        desk.write(f"{n}.md", f"note number {n}")
        desk.learn() if n % 5 == 4 else desk.scan()
    before, ids = len(list((desk.home / "bank").iterdir())), desk.bank_ids()
    assert jobs.compact(desk.archive) != "0 merges were done."
    assert len(list((desk.home / "bank").iterdir())) < before and desk.bank_ids() == ids


def test_retention_forgets_by_source_and_the_file_stays_out(desk: Desk) -> None:
    other = desk.base / "kept"
    other.mkdir()
    (other / "b.md").write_text("kept for ever")
    desk.archive.sources.add(desk.root, retention_days=30)
    desk.archive.sources.add(other)
    desk.write("old.md", "kept for thirty days")
    desk.learn()
    changed = desk.root / "old.md"
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=29)
    assert jobs.retain(desk.archive, later) == "0 files with 0 memories were forgotten."
    assert (
        jobs.retain(desk.archive, later + datetime.timedelta(days=2))
        == "1 files with 1 memories were forgotten."
    )
    assert desk.archive.forgetting.verify(["kept for thirty days"]) == []
    assert desk.learn().forgotten == 1 and desk.state("old.md") is None
    changed.write_text("a new text in it")
    desk.learn()
    assert desk.state("old.md") == "known"


def test_the_integrity_check_finds_a_silent_edit_and_damaged_vectors(desk: Desk) -> None:
    path = desk.write("a.md", "aaaa")
    desk.write("b.md", "other text")
    desk.learn()
    status = path.stat()
    path.write_text("bbbb")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    result = jobs.check(desk.archive, desk.settings)
    assert result == "0 damaged memories are encoded again, 1 changed files are read again."
    desk.learn()
    assert desk.remembered() == desk.on_disk()


def test_backups_are_made_where_the_person_says_and_the_oldest_go(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        assert "nothing was copied" in jobs.back_up(desk.archive, desk.settings)
    folder = tmp_path / "backups"
    with Desk(tmp_path, options={"backup_folder": str(folder), "backups": 2}) as desk:
        desk.write("a.md", "text")
        desk.learn()
        (folder / "doppel-mine-not-a-backup").mkdir(parents=True)
        for n in range(3):
            assert "were copied" in jobs.back_up(desk.archive, desk.settings)
            (newest,) = (path for path in folder.glob("doppel-2*") if "-2000-" not in path.name)
            newest.rename(folder / f"doppel-2000-01-0{n + 1}-000000")
        kept = sorted(path.name for path in folder.iterdir())
        assert kept == ["doppel-2000-01-02-000000", "doppel-2000-01-03-000000", "doppel-mine-not-a-backup"]


def test_the_digest_names_what_is_new_since_the_last_and_nothing_forgotten(desk: Desk) -> None:
    desk.write("a.md", "learned on the first day")
    desk.learn()
    assert jobs.digest(desk.archive, datetime.date(2026, 1, 1)) == "1 memories are new."
    desk.write("b.md", "learned on the second day")
    desk.write("c.md", "a secret of the second day")
    desk.learn()
    assert jobs.digest(desk.archive, datetime.date(2026, 1, 2)) == "2 memories are new."
    assert jobs.digest(desk.archive, datetime.date(2026, 1, 3)) == "0 memories are new."
    desk.archive.forgetting.forget(desk.ids("c.md"))
    third, second, first = jobs.digests(desk.archive)
    assert (third.documents, second.day) == (0, "2026-01-02")
    assert [d.text for d in jobs.digested(desk.archive, second)] == ["b\nlearned on the second day"]
    assert [d.title for d in jobs.digested(desk.archive, first)] == ["a"]


NOW = datetime.datetime(2024, 3, 1, 3, tzinfo=datetime.UTC)


def nights(desk: Desk, *moments: datetime.datetime) -> list[str]:
    said = []
    for moment in moments:
        try:
            said.append(jobs.retain(desk.archive, moment))
        except jobs.TooMany as error:
            said.append(str(error))
    return said


@pytest.fixture
def aging(desk: Desk) -> Desk:
    """Thirty files that are to be kept for a hundred days, learned and changed on NOW."""
    desk.archive.sources.set_retention(desk.source.id, 100)
    for number in range(30):
        os.utime(desk.write(f"{number}.md", f"text {number}"), (NOW.timestamp(), NOW.timestamp()))
    desk.scan()
    with desk.archive.store.write() as change:
        change.connection.execute(update(schema.files).values(first_known_at=NOW.isoformat(), state="known"))
    return desk


def test_a_clock_that_jumps_for_a_night_forgets_nothing(aging: Desk) -> None:
    day = datetime.timedelta(days=1)
    nights(aging, NOW, NOW + day, NOW.replace(year=2096), NOW.replace(year=2096) + day, NOW + 2 * day)
    assert len(aging.archive.files.rows()) == 30
    assert aging.archive.settings.get("time seen")["believed"] < "2024-04"


def test_time_that_really_passes_is_counted_also_after_a_long_pause(aging: Desk) -> None:
    """Half a year off, then some days on: what is past its term goes, once the clock is believed and a person is asked."""
    back = NOW + datetime.timedelta(days=180)
    said = nights(aging, NOW, *(back + datetime.timedelta(days=n) for n in range(9)))
    assert said[-2].startswith("0 files") is False and "doppel jobs run retention" in said[-1]
    assert len(aging.archive.files.rows()) == 30
    assert jobs.retain(aging.archive, back + datetime.timedelta(days=9), asked=True).startswith("30 files")


@pytest.mark.parametrize("year", [1971, 2096])
def test_what_was_learned_under_a_wrong_clock_is_kept_for_its_term_and_no_longer(
    aging: Desk, year: int
) -> None:
    day, wrong = datetime.timedelta(days=1), NOW.replace(year=year)
    nights(aging, NOW, NOW + day, wrong)
    file = aging.archive.files.rows()[0]
    with aging.archive.store.write() as change:
        change.connection.execute(
            update(schema.files)
            .where(schema.files.c.id == file.id)
            .values(first_known_at=wrong.isoformat(), mtime_ns=0)
        )
    nights(aging, wrong + day, *(NOW + n * day for n in range(2, 99)))
    assert len(aging.archive.files.rows()) == 30
    for n in range(99, 110):
        jobs.retain(aging.archive, NOW + n * day, asked=True)
    assert aging.archive.files.rows() == []


def test_a_time_of_change_that_is_yet_to_come_keeps_nothing_for_ever(aging: Desk) -> None:
    with aging.archive.store.write() as change:
        ahead = int(NOW.replace(year=2096).timestamp() * 1e9)
        change.connection.execute(update(schema.files).values(mtime_ns=ahead))
    nights(aging, *(NOW + datetime.timedelta(days=30 * n) for n in range(4)))
    assert jobs.retain(aging.archive, NOW + datetime.timedelta(days=101), asked=True).startswith("30 files")


def test_what_a_wrong_clock_noted_as_due_is_worked_out_anew(desk: Desk) -> None:
    counted = Counted()
    schedule = Schedule(desk.archive, [counted.job])
    desk.archive.settings.set("job one", {"on": True, "next": "2096-01-01T00:00:00+00:00"})
    schedule.start()
    try:
        state = schedule._scheduler
        assert state is not None and state.get_job("one").next_run_time.year < 2096
    finally:
        schedule.stop()


def test_a_job_whose_result_cannot_be_written_down_still_says_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    health, counted = Health(), Counted()
    schedule = Schedule(desk.archive, [counted.job], health)

    def full(*_: object) -> None:
        raise ArchiveFull("There is no space left. Free some.")

    with monkeypatch.context() as broken:
        broken.setattr(desk.archive.settings, "set", full)
        with pytest.raises(ArchiveFull):
            schedule.run("one")
        assert only(schedule).last_result == "run 1"
        assert "no space left" in health.troubles()[0].what
    assert schedule.run("one").last_result == "run 2" and not health.troubles()


def test_other_times_hold_from_now_on_and_after_a_restart(desk: Desk) -> None:
    def told() -> list[Job]:
        return [Job("one", "Counts", Times(at="03:00"), lambda: "done")]

    schedule = Schedule(desk.archive, told())
    assert (only(schedule).every, only(schedule).at, only(schedule).day) == (0, "03:00", "")
    schedule.start()
    try:
        status = schedule.set_times("one", Times(at="21:45", day="sat"))
        assert status.next_run is not None
        due = datetime.datetime.fromisoformat(status.next_run)
        assert (due.hour, due.minute, due.weekday()) == (21, 45, 5)
    finally:
        schedule.stop()
    again = Schedule(desk.archive, told())
    assert (only(again).at, only(again).day, only(again).next_run) == ("21:45", "sat", status.next_run)
    again.run("one")
    after = datetime.datetime.fromisoformat(only(again).next_run or "")
    assert (after.hour, after.minute, after.weekday()) == (21, 45, 5)
    assert again.set_times("one", Times(every=30)).every == 30


def test_a_job_that_is_off_stays_off_at_other_times(desk: Desk) -> None:
    schedule = Schedule(desk.archive, [Job("one", "Counts", Times(every=60), lambda: "done")])
    schedule.switch("one", on=False)
    status = schedule.set_times("one", Times(every=5))
    assert (status.on, status.next_run, status.every) == (False, None, 5)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"every": 1},
        {"every": -60},
        {"every": 10**9},
        {"at": "25:00"},
        {"at": "3"},
        {"at": "03:00", "day": "x"},
    ],
)
def test_what_is_no_time_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        Times(**wrong)
