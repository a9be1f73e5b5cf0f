"""What a scan finds new, changed, moved and gone, and what it must never take for gone."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.watching import roots, scan
from app.watching.scan import Scan, outermost
from tests.app.desk import Desk, eventually, passages


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path) as desk:
        yield desk


def counts(desk: Desk, *paths: Path) -> tuple[int, int, int, int]:
    report = desk.scan(*paths)
    return report.new, report.changed, report.moved, report.gone


def names(desk: Desk) -> set[str]:
    return {Path(file.path).relative_to(desk.root).as_posix() for file in desk.archive.files.rows()}


def test_new_changed_and_gone_files_are_found_once(desk: Desk) -> None:
    a = desk.write("a.md", "one")
    desk.write("sub/b.md", "two")
    assert counts(desk) == (2, 0, 0, 0)
    assert counts(desk) == (0, 0, 0, 0)
    desk.write("a.md", "another one")
    assert counts(desk) == (0, 1, 0, 0)
    a.unlink()
    assert counts(desk) == (0, 0, 0, 1)
    assert names(desk) == {"sub/b.md"}


def test_a_move_keeps_the_memories(desk: Desk) -> None:
    desk.write("one/notes/a.md", "one thing that is remembered")
    desk.write("keep.md", "and another")
    desk.learn()
    ids = desk.ids("one/notes/a.md")
    (desk.root / "one").rename(desk.root / "two")
    assert counts(desk) == (0, 0, 1, 0)
    assert desk.state("two/notes/a.md") == "known" and desk.ids("two/notes/a.md") == ids != []
    assert desk.state("one/notes/a.md") is None


def test_passages_that_name_their_file_follow_its_name(tmp_path: Path) -> None:
    with Desk(tmp_path / "labelled", split=passages) as desk:
        desk.write("one/a.md", "a thing that is remembered")
        desk.learn()
        before = desk.ids("one/a.md")
        (desk.root / "one").rename(desk.root / "two")
        desk.scan()
        assert desk.ids("two/a.md") == before and desk.state("two/a.md") == "queued"
        desk.learn()
        assert desk.texts("two/a.md") == ["two / a\na thing that is remembered"]
        assert desk.remembered() == desk.on_disk() and desk.bank_ids() == desk.ids("two/a.md")


def test_a_new_name_is_read_again_but_only_what_it_changes_is_encoded(desk: Desk) -> None:
    long = "\n\n".join(f"## Part {n}\n\n" + f"word{n} " * 50 for n in range(3))
    desk.write("titled.md", f"---\ntitle: One of its own\n---\n\n{long}")
    desk.write("untitled.txt", "a line that gets its title from the name of the file")
    desk.learn()
    titled, untitled = desk.ids("titled.md"), desk.ids("untitled.txt")
    (desk.root / "titled.md").rename(desk.root / "renamed.md")
    (desk.root / "untitled.txt").rename(desk.root / "Named.txt")
    assert counts(desk) == (0, 0, 2, 0)
    assert desk.ids("renamed.md") == titled and desk.ids("Named.txt") == untitled
    desk.learn()
    assert desk.remembered() == desk.on_disk()
    assert desk.ids("renamed.md") == titled and desk.ids("Named.txt") != untitled


def test_a_moved_folder_and_a_move_over_another_file(desk: Desk) -> None:
    for n in range(5):
        desk.write(f"old/{n}.md", f"note number {n}")
    desk.write("target.md", "this one is overwritten")
    desk.learn()
    before = {n: desk.ids(f"old/{n}.md") for n in range(5)}
    (desk.root / "old").rename(desk.root / "new")
    assert counts(desk, desk.root / "old", desk.root / "new") == (0, 0, 5, 0)
    assert {n: desk.ids(f"new/{n}.md") for n in range(5)} == before
    desk.learn()
    os.replace(desk.root / "new/0.md", desk.root / "target.md")
    assert counts(desk) == (0, 0, 1, 0)
    assert desk.ids("target.md") == before[0] and desk.state("new/0.md") is None
    desk.learn()
    assert desk.remembered() == desk.on_disk()


def test_a_copy_is_no_move(desk: Desk) -> None:
    desk.write("a.md", "the same text twice")
    desk.learn()
    shutil.copy2(desk.root / "a.md", desk.root / "b.md")
    assert counts(desk) == (1, 0, 0, 0)


def test_an_edit_that_keeps_size_and_time_is_found_by_its_hash(desk: Desk) -> None:
    path = desk.write("a.md", "aaaa")
    desk.learn()
    status = path.stat()
    path.write_text("bbbb")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert counts(desk) == (0, 0, 0, 0)
    assert desk.scan(hashes=True).changed == 1
    desk.learn()
    assert desk.remembered() == desk.on_disk()


def test_a_vanished_root_pauses_the_source_and_forgets_nothing(desk: Desk) -> None:
    desk.write("a.md", "one")
    desk.scan()
    desk.root.rename(desk.base / "unplugged")
    report = desk.scan()
    assert report.missing is not None and "Connect the disk" in report.missing
    assert desk.source.state == "missing" and names(desk) == {"a.md"}
    assert desk.archive.files.next_queued(10) == []
    (desk.base / "unplugged").rename(desk.root)
    assert desk.scan().missing is None
    assert desk.source.state == "active" and desk.source.reason is None


def test_an_empty_mount_point_or_another_disk_forgets_nothing(desk: Desk) -> None:
    desk.write("a.md", "one")
    desk.scan()
    desk.root.rename(desk.base / "disk")
    desk.root.mkdir()
    report = desk.scan()
    assert report.missing is not None and "is empty" in report.missing
    desk.write("other.md", "of another disk")
    report = desk.scan(desk.root / "a.md")
    assert report.missing is not None and "holds none of the files" in report.missing
    assert names(desk) == {"a.md"}
    roots.accept(desk.archive, desk.source)
    assert counts(desk) == (1, 0, 0, 1)


def test_a_folder_emptied_by_hand_is_no_unplugged_disk(desk: Desk) -> None:
    path = desk.write("a.md", "one")
    desk.scan()
    path.unlink()
    assert counts(desk) == (0, 0, 0, 1)


def test_a_root_unplugged_during_the_scan_forgets_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write("a.md", "one")
    desk.scan()
    looked = roots.why_missing

    def unplug_after(archive: object, source: object) -> str | None:
        answer = looked(archive, source)  # type: ignore[arg-type]
        if desk.root.exists():
            desk.root.rename(desk.base / "unplugged")
        return answer

    monkeypatch.setattr(roots, "why_missing", unplug_after)
    assert desk.scan().missing is not None
    assert names(desk) == {"a.md"}


def test_an_unplugged_disk_inside_the_root_forgets_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write("disk/a.md", "one")
    desk.write("b.md", "two")
    desk.scan()
    desk.archive.settings.set(f"source {desk.source.id} mounts", [str(desk.root / "disk")])
    shutil.rmtree(desk.root / "disk")
    (desk.root / "disk").mkdir()
    assert counts(desk) == (0, 0, 0, 0)
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) == desk.root / "disk")
    assert counts(desk) == (0, 0, 0, 1)


def test_what_the_disk_does_not_tell_is_not_gone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = desk.write("a.md", "one")
    desk.scan()
    lstat = Path.lstat

    def fail(self: Path) -> os.stat_result:
        if self == path:
            raise OSError(5, "Input/output error")
        return lstat(self)

    monkeypatch.setattr(Path, "lstat", fail)
    assert counts(desk, path) == (0, 0, 0, 0)
    assert names(desk) == {"a.md"}


def test_a_file_put_back_while_scanning_is_not_gone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = desk.write("a.md", "one")
    desk.scan()
    path.unlink()
    compare = Scan._remove_gone

    def put_back(self: Scan) -> None:
        desk.write("a.md", "one")
        compare(self)

    monkeypatch.setattr(Scan, "_remove_gone", put_back)
    assert counts(desk) == (0, 0, 0, 0)
    assert names(desk) == {"a.md"}


def test_a_file_that_becomes_ignored_or_a_link_goes(desk: Desk) -> None:
    a = desk.write("a.md", "one")
    desk.write("b.log", "two")
    desk.scan()
    desk.archive.sources.add(desk.root, ignore=["*.log"])
    a.rename(desk.base / "elsewhere.md")
    a.symlink_to(desk.base / "elsewhere.md")
    assert counts(desk) == (0, 0, 0, 2)


def test_overlapping_sources_keep_a_file_once(desk: Desk) -> None:
    desk.write("sub/a.md", "one")
    inner = desk.archive.sources.add(desk.root / "sub")
    Scan(desk.archive, inner).all()
    assert counts(desk) == (0, 0, 0, 0)
    assert [file.source_id for file in desk.archive.files.rows()] == [inner.id]
    (desk.root / "sub/a.md").unlink()
    assert counts(desk) == (0, 0, 0, 0)
    assert Scan(desk.archive, inner).all().gone == 1


def test_a_forgotten_file_stays_out_until_it_changes(desk: Desk) -> None:
    desk.write("a.md", "a secret that is to be forgotten")
    desk.learn()
    file = desk.archive.files.by_path(desk.root / "a.md")
    assert file is not None
    desk.archive.forgetting.forget_file(file.id)
    report = desk.learn()
    assert (report.new, report.forgotten) == (0, 1) and desk.state("a.md") is None
    desk.write("a.md", "something else entirely")
    assert desk.learn().new == 1
    assert desk.state("a.md") == "known"


def test_only_the_named_paths_are_looked_at(desk: Desk) -> None:
    a, _ = desk.write("a.md", "one"), desk.write("b.md", "two")
    assert counts(desk, a) == (1, 0, 0, 0)
    desk.write("sub/c.md", "three")
    assert counts(desk, desk.root / "sub", desk.root / "sub/c.md", desk.root / "nothing") == (1, 0, 0, 0)
    shutil.rmtree(desk.root / "sub")
    assert counts(desk, desk.root / "sub") == (0, 0, 0, 1)
    assert names(desk) == {"a.md"}


def test_a_file_written_just_now_is_left_to_settle(desk: Desk) -> None:
    path = desk.write("a.md", "one")
    settling: list[Path] = []
    report = Scan(desk.archive, desk.source, settle=settling.append, quiet=60.0).all()
    assert settling == [path] and report.changes == 0
    os.utime(path, (1, 1))
    assert Scan(desk.archive, desk.source, settle=settling.append, quiet=60.0).all().new == 1


def test_many_files_are_read_in_pages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "PAGE", 7)
    for n in range(30):
        desk.write(f"{n % 3}/{n}.md", str(n))
    assert counts(desk) == (30, 0, 0, 0)
    shutil.rmtree(desk.root / "1")
    assert counts(desk) == (0, 0, 0, 10)


def test_outermost() -> None:
    a, b = Path("/a"), Path("/a/b")
    assert outermost([b, a, Path("/ab"), b / "c", a]) == [a, Path("/ab")]


@pytest.mark.parametrize("seconds", [10**10, -(10**10)])
def test_a_time_that_no_row_can_hold_stops_no_other_file(desk: Desk, seconds: int) -> None:
    desk.write("good.md", "one")
    path = desk.write("odd.md", "two")
    os.utime(path, (seconds, seconds))
    if abs(path.stat().st_mtime) < 2**33:
        pytest.skip("this file system cannot hold such a time")
    assert counts(desk) == (2, 0, 0, 0) and counts(desk) == (0, 0, 0, 0)
    path.write_text("three and more")
    assert counts(desk) == (0, 1, 0, 0)


def test_a_file_read_once_is_looked_after_by_the_folder_that_is_watched_later(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        kept, gone = desk.write("sub/kept.md", "one"), desk.write("sub/gone.md", "two")
        for path in (kept, gone):
            once = desk.archive.sources.add(path, kind="once")
            Scan(desk.archive, once, exclude=[desk.home]).some([path])
        gone.unlink()
        kept.write_text("one and more")
        assert counts(desk) == (0, 1, 0, 1) and names(desk) == {"sub/kept.md"}
        assert {file.source_id for file in desk.archive.files.rows()} == {desk.source.id}


def test_a_root_made_anew_says_what_to_do(desk: Desk) -> None:
    desk.write("a.md", "one")
    desk.scan()
    desk.root.rename(desk.base / "old")
    desk.scan()
    assert "Connect the disk" in (desk.source.reason or "")
    desk.write("other.md", "of another folder")
    desk.scan()
    assert "doppel sources accept" in (desk.source.reason or "")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that are no text")
def test_names_that_are_no_text_are_left_out_and_said_so(desk: Desk) -> None:
    folder = os.fsencode(desk.root) + b"/caf\xe9"
    os.mkdir(folder)
    for place in (folder + b"/a.md", os.fsencode(desk.root) + b"/na\xefve.md"):
        with open(place, "w") as file:
            file.write("text")
    good = desk.write("good.md", "one")
    assert counts(desk) == (1, 0, 0, 0)
    assert "2 files or folders are left out" in (desk.source.reason or "")
    # also where an event names them
    assert counts(desk, Path(os.fsdecode(folder + b"/a.md")), good) == (0, 0, 0, 0)
    shutil.rmtree(folder)
    os.remove(os.fsencode(desk.root) + b"/na\xefve.md")
    desk.scan()
    assert desk.source.reason is None


def test_a_file_swapped_for_a_link_while_it_waits_is_not_read_through_it(desk: Desk) -> None:
    secret = desk.base / "outside.md"
    secret.write_text("what lies outside")
    inside, folder = desk.write("a.md", "one"), desk.write("sub/b.md", "two").parent
    (desk.base / "elsewhere").mkdir()
    (desk.base / "elsewhere" / "b.md").write_text("what lies outside")
    desk.scan()
    inside.unlink()
    inside.symlink_to(secret)
    shutil.rmtree(folder)
    folder.symlink_to(desk.base / "elsewhere")
    desk.start(watch=False)
    assert desk.ingest is not None and eventually(lambda: desk.archive.files.counts()["known"] == 0)
    assert desk.ingest.wait_idle(20)
    desk.stop()
    assert not any("outside" in d.text for d in desk.archive.documents.listed(limit=10))
    desk.scan()
    assert names(desk) == set()
