"""From a saved file to a memory, through real file events; and what happens when events fail."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from app.watching import watcher as module
from app.watching.watcher import Watcher
from tests.app.desk import Desk, eventually


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.2)
    with Desk(tmp_path) as desk:
        yield desk


def equal(desk: Desk, seconds: float = 10.0) -> bool:
    """True once memory is what the folder holds."""
    return eventually(lambda: desk.remembered() == desk.on_disk() and desk.ingest.wait_idle(1), seconds)  # type: ignore[union-attr]


def test_save_edit_and_delete(desk: Desk) -> None:
    desk.start()
    path = desk.write("notes/a.md", "the first version")
    assert eventually(lambda: desk.texts("notes/a.md") == ["a\nthe first version"])
    desk.write("notes/a.md", "the second version")
    assert eventually(lambda: desk.texts("notes/a.md") == ["a\nthe second version"])
    path.unlink()
    assert eventually(lambda: desk.state("notes/a.md") is None and desk.bank_ids() == [])


def test_new_ignore_patterns_take_effect_while_watching(desk: Desk) -> None:
    desk.start()
    desk.write("a.log", "one")
    desk.write("b.md", "two")
    assert eventually(lambda: desk.archive.files.counts()["known"] == 2)
    desk.archive.sources.add(desk.root, ignore=["*.log"])
    assert eventually(lambda: desk.state("a.log") is None)
    assert desk.state("b.md") == "known"


def test_a_save_by_rename_is_one_change_and_leaves_no_trace_of_the_draft(desk: Desk) -> None:
    desk.start()
    desk.write("a.md", "before")
    assert eventually(lambda: desk.state("a.md") == "known")
    id = desk.archive.files.rows()[0].id
    desk.write("a.md.tmp", "after")
    os.replace(desk.root / "a.md.tmp", desk.root / "a.md")
    assert eventually(lambda: desk.texts("a.md") == ["a\nafter"])
    assert [file.id for file in desk.archive.files.rows()] == [id]


def test_renames_and_folder_moves_keep_memories(desk: Desk) -> None:
    desk.start()
    for n in range(5):
        desk.write(f"one/{n}.md", f"note {n}")
    assert eventually(lambda: desk.archive.files.counts()["known"] == 5)
    ids = [desk.ids(f"one/{n}.md") for n in range(5)]
    (desk.root / "one").rename(desk.root / "two")
    assert eventually(lambda: [desk.ids(f"two/{n}.md") for n in range(5)] == ids)
    (desk.root / "two/0.md").rename(desk.root / "two/other.md")
    assert equal(desk) and desk.archive.files.counts()["known"] == 5


def test_a_case_only_rename(desk: Desk) -> None:
    desk.start()
    desk.write("Note.md", "some text")
    assert eventually(lambda: desk.state("Note.md") == "known")
    (desk.root / "Note.md").rename(desk.root / "note.md")
    assert eventually(lambda: desk.state("note.md") == "known" and desk.state("Note.md") is None)


def test_a_folder_moved_in_and_one_moved_out(desk: Desk) -> None:
    outside = desk.base / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "deep/a.md").write_text("came from elsewhere")
    desk.start()
    time.sleep(0.3)
    outside.rename(desk.root / "inside")
    assert eventually(lambda: desk.state("inside/deep/a.md") == "known")
    (desk.root / "inside").rename(outside)
    assert eventually(lambda: desk.archive.files.rows() == [])


def test_a_file_that_is_being_written_is_read_when_it_is_complete(tmp_path: Path) -> None:
    with Desk(tmp_path, options={"quiet_seconds": 0.4}) as desk:
        desk.start()
        path, states = desk.root / "long.txt", set()
        with path.open("w") as file:
            for n in range(10):
                file.write(f"line {n}\n")
                file.flush()
                time.sleep(0.15)
                states.add(desk.state("long.txt"))
        assert states == {None}
        assert eventually(lambda: desk.state("long.txt") == "known")
        assert desk.remembered() == desk.on_disk()
        assert desk.archive.files.rows()[0].revision == 1


def test_links_and_ignored_files_stay_outside(desk: Desk) -> None:
    outside = desk.base / "secret"
    outside.mkdir()
    (outside / "s.txt").write_text("not to be learned")
    desk.start()
    (desk.root / "link").symlink_to(outside)
    (desk.root / "loop").symlink_to(desk.root)
    desk.write(".hidden/a.md", "hidden")
    desk.write("x.crdownload", "half")
    desk.write("seen.md", "seen")
    assert eventually(lambda: desk.state("seen.md") == "known")
    time.sleep(0.5)
    assert len(desk.archive.files.rows()) == 1


def test_doppels_own_data_inside_a_source_is_not_watched(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.home = desk.root / "data"
    desk.settings = type(desk.settings)(home=desk.home, quiet_seconds=0.1)
    with desk:
        desk.start()
        desk.write("a.md", "text")
        assert eventually(lambda: desk.state("a.md") == "known")
        time.sleep(0.5)
        assert len(desk.archive.files.rows()) == 1 and desk.watcher is not None
        assert eventually(desk.watcher.settled)


def test_what_changed_while_doppel_was_off_is_found_at_start(desk: Desk) -> None:
    for name in ("edited", "moved", "deleted", "kept"):
        desk.write(f"{name}.md", f"this one is to be {name}")
    desk.learn()
    desk.close()
    desk.write("edited.md", "a new text")
    (desk.root / "sub").mkdir()
    (desk.root / "moved.md").rename(desk.root / "sub/moved.md")
    (desk.root / "deleted.md").unlink()
    desk.write("new.md", "a new file")
    desk.open()
    desk.start()
    assert equal(desk)


def test_an_unplugged_disk_pauses_the_source_and_comes_back(desk: Desk) -> None:
    desk.write("a.md", "one")
    desk.start()
    assert eventually(lambda: desk.state("a.md") == "known")
    desk.root.rename(desk.base / "unplugged")
    assert eventually(lambda: desk.source.state == "missing")
    desk.root.mkdir()  # the empty mount point
    time.sleep(0.6)
    assert desk.source.state == "missing" and desk.state("a.md") == "known"
    desk.root.rmdir()
    (desk.base / "unplugged/b.md").write_text("written elsewhere")
    (desk.base / "unplugged").rename(desk.root)
    assert eventually(lambda: desk.source.state == "active" and desk.state("b.md") == "known")
    desk.write("c.md", "events work again")
    assert eventually(lambda: desk.state("c.md") == "known")


def test_a_root_deleted_and_made_again_is_watched_again(desk: Desk) -> None:
    desk.write("a.md", "one")
    desk.start()
    assert eventually(lambda: desk.state("a.md") == "known")
    shutil.rmtree(desk.root)
    desk.root.mkdir()
    desk.write("a.md", "one")
    time.sleep(0.5)
    desk.write("b.md", "two")
    assert eventually(lambda: desk.state("b.md") == "known")


def test_sources_may_come_go_and_pause_while_watching(desk: Desk) -> None:
    desk.start()
    other = desk.base / "other"
    other.mkdir()
    source = desk.archive.sources.add(other)
    assert desk.watcher is not None
    desk.watcher.rescan(source.id)
    (other / "a.md").write_text("in another source")
    assert eventually(lambda: desk.archive.files.counts(source.id)["known"] == 1)
    desk.archive.sources.set_state(source.id, "paused")
    time.sleep(0.5)
    (other / "b.md").write_text("unseen")
    time.sleep(0.6)
    assert sum(desk.archive.files.counts(source.id).values()) == 1
    desk.archive.sources.set_state(source.id, "active")
    assert eventually(lambda: desk.archive.files.counts(source.id)["known"] == 2)
    desk.archive.sources.add(other, kind="once")
    time.sleep(0.5)
    (other / "e.md").write_text("the source is not watched any more")
    time.sleep(0.6)
    assert sum(desk.archive.files.counts(source.id).values()) == 2
    assert desk.archive.settings.get(f"source {source.id} identity")
    desk.archive.sources.remove(source.id)
    assert eventually(lambda: desk.archive.settings.get(f"source {source.id} identity") is None)
    (other / "c.md").write_text("no source any more")
    desk.write("d.md", "still watched")
    assert eventually(lambda: desk.state("d.md") == "known")
    assert len(desk.archive.files.rows()) == 1


def test_a_polling_source_needs_no_events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.1)
    with Desk(tmp_path, options={"poll_seconds": 1.0}) as desk:
        desk.archive.sources.add(desk.root, polling=True)
        path = desk.write("a.md", "one")
        desk.start()
        assert eventually(lambda: desk.state("a.md") == "known")
        path.unlink()
        desk.write("b.md", "two")
        assert eventually(lambda: desk.state("b.md") == "known" and desk.state("a.md") is None)


def refusing(limit: int) -> type[BaseObserver]:
    """An observer whose system allows so many watches."""

    class Refusing(Observer):  # type: ignore[misc, valid-type]
        def schedule(self, *args: Any, **options: Any) -> ObservedWatch:
            if len(self._watches) >= limit:
                raise OSError(errno.ENOSPC, "inotify watch limit reached")
            watch: ObservedWatch = super().schedule(*args, **options)
            return watch

    return Refusing


@pytest.mark.parametrize("limit", [0, 1])
def test_without_watches_left_the_source_is_polled_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.1)
    with Desk(tmp_path, options={"poll_seconds": 1.0}) as desk:
        watcher = Watcher(desk.archive, desk.settings, observer=refusing(limit))
        watcher.start()
        try:
            assert eventually(lambda: "max_user_watches" in (desk.source.reason or ""))
            assert desk.source.state == "active"
            desk.write("a.md", "text")
            assert eventually(lambda: desk.state("a.md") == "queued")
        finally:
            watcher.stop()


def test_a_burst_of_events_is_followed_by_a_rescan(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BURST_EVENTS", 20)
    desk.start()
    assert desk.watcher is not None and eventually(desk.watcher.settled)
    rescans: list[int] = []
    rescan = Watcher._rescan
    monkeypatch.setattr(Watcher, "_rescan", lambda self, one: (rescans.append(1), rescan(self, one))[1])
    desk.write("few.md", "one change")
    assert eventually(lambda: desk.state("few.md") == "known") and rescans == []
    for n in range(30):
        desk.write(f"{n}.md", f"note {n}")
    assert eventually(lambda: rescans != []) and equal(desk)


def test_an_error_while_scanning_does_not_end_the_watch(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.start()
    assert desk.watcher is not None and eventually(desk.watcher.settled)
    some, failed = module.Scan.some, []

    def fail_once(self: module.Scan, paths: Any) -> Any:
        if not failed:
            failed.append(True)
            raise RuntimeError("database is locked")
        return some(self, paths)

    monkeypatch.setattr(module.Scan, "some", fail_once)
    desk.write("a.md", "lost by the error")
    assert eventually(lambda: failed)
    assert eventually(lambda: desk.state("a.md") == "known")


def test_a_root_that_cannot_be_looked_at_for_a_moment_costs_no_event(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.start()
    assert desk.watcher is not None and eventually(desk.watcher.settled)
    why_missing, failed = module.roots.why_missing, []

    def fail_once(*args: Any) -> str | None:
        if not failed:
            failed.append(True)
            return "it cannot be reached (Input/output error)"
        return why_missing(*args)

    monkeypatch.setattr(module.roots, "why_missing", fail_once)
    desk.write("a.md", "saved at that moment")
    assert eventually(lambda: failed)
    assert eventually(lambda: desk.state("a.md") == "known" and desk.source.state == "active")


def test_what_fails_while_all_is_compared_is_compared_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.start()
    assert desk.watcher is not None and eventually(desk.watcher.settled)
    watcher, (watched,) = desk.watcher, desk.watcher._watched.values()
    everything, compared = module.Scan.all, []

    def fail(self: module.Scan, paths: Any) -> Any:
        raise OSError(errno.EIO, "Input/output error")

    def all_of_it(self: module.Scan) -> Any:
        report = everything(self)
        compared.append(True)
        if len(compared) == 1:
            desk.write("late.md", "where the comparison has been already")
            assert eventually(lambda: watched.failed)
        return report

    monkeypatch.setattr(module.Scan, "some", fail)
    monkeypatch.setattr(module.Scan, "all", all_of_it)
    watcher.rescan()
    assert eventually(lambda: desk.state("late.md") == "known")
