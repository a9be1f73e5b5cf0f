"""The worker: files that change, go or are cut short while they are read; stops, starts, and whose turn it is."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from app.learning import ingest as module
from app.learning import queue
from app.parsing import Block, Item, read_file
from app.parsing.isolated import iter_isolated
from tests.app.desk import BANK, Desk, Recorder, eventually


def test_a_large_file_is_committed_in_parts_and_goes_on_after_a_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PART_TOKENS", 200)
    recorder, stop_at = Recorder(), [60]

    def read(_: Path) -> Iterable[Item]:
        for n in range(100):
            if n == stop_at[0]:
                stop_at[0] = 1000
                assert eventually(lambda: len(desk.ids("a.mbox")) > 20)
                raise OSError(5, "Input/output error")
            yield Item("", [Block(f"item number {n} " * 5)])

    with Desk(tmp_path, read=read, encode=recorder, options={"batch_tokens": 100}) as desk:
        desk.write("a.mbox", "x")
        desk.learn()
        assert desk.state("a.mbox") == "failed"
        parts = desk.ids("a.mbox")
        assert 20 < len(parts) <= 60
        desk.archive.files.set_state(desk.archive.files.rows()[0].id, "queued")
        desk.learn()
        assert desk.state("a.mbox") == "known"
        assert len(desk.ids("a.mbox")) == 100 and set(parts) <= set(desk.ids("a.mbox"))
        assert desk.texts("a.mbox") == [f"item number {n} " * 5 for n in range(100)]


def test_parts_of_a_new_version_do_not_drop_the_old_one_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PART_TOKENS", 100)
    version, gate = ["old"], threading.Event()
    gate.set()

    def read(_: Path) -> Iterable[Item]:
        for n in range(40):
            if n == 30:
                assert gate.wait(20)
            yield Item("", [Block(f"{version[0]} item {n} " * 5)])

    with Desk(tmp_path, read=read, options={"batch_tokens": 100}) as desk:
        desk.write("a.mbox", "x")
        desk.learn()
        old = set(desk.ids("a.mbox"))
        version[0] = "new"
        gate.clear()
        desk.write("a.mbox", "xx")
        desk.scan()
        desk.start(watch=False)
        assert eventually(lambda: len(desk.ids("a.mbox")) > 50)
        assert old <= set(desk.ids("a.mbox"))
        gate.set()
        assert desk.ingest is not None and desk.ingest.wait_idle()
        assert len(desk.ids("a.mbox")) == 40 and not old & set(desk.ids("a.mbox"))


def test_a_file_that_changes_while_it_is_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "FIRST_PAUSE", 0.05)
    rounds: list[str] = []

    def read(path: Path) -> list[Item]:
        items = read_file(path)
        if not rounds:
            path.write_text("a second version, longer", encoding="utf-8")
        rounds.append(path.name)
        return items

    with Desk(tmp_path, read=read) as desk:
        desk.write("a.md", "a first version")
        desk.scan()
        desk.start(watch=False)
        assert eventually(lambda: desk.state("a.md") == "known")
        assert desk.texts("a.md") == ["a\na second version, longer"] and len(rounds) == 2
        assert desk.scan().changes == 0


def test_a_log_that_never_rests_is_learned_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "FIRST_PAUSE", 0.02)

    def read(path: Path) -> list[Item]:
        items = read_file(path)
        with path.open("a") as file:
            file.write("one more line\n")
        return items

    with Desk(tmp_path, read=read) as desk:
        desk.write("app.txt", "started\n")
        desk.scan()
        desk.start(watch=False)
        assert eventually(lambda: desk.state("app.txt") == "known")
        desk.stop()
        assert desk.texts("app.txt") and desk.scan().changed == 1


def test_a_change_found_while_a_file_is_encoded_is_not_lost(tmp_path: Path) -> None:
    recorder = Recorder()
    recorder.open.clear()
    with Desk(tmp_path, encode=recorder) as desk:
        desk.write("a.md", "version one")
        desk.scan()
        desk.start(watch=False)
        assert eventually(lambda: desk.state("a.md") == "encoding")
        desk.write("a.md", "version two is longer")
        desk.scan()
        assert desk.state("a.md") == "queued"
        recorder.open.set()
        assert eventually(lambda: desk.texts("a.md") == ["a\nversion two is longer"])
        assert desk.ingest is not None and desk.ingest.wait_idle()
        assert desk.remembered() == desk.on_disk() and len(desk.bank_ids()) == 1


@pytest.mark.parametrize("how", ["delete", "move", "forget"])
def test_a_file_may_go_while_it_is_encoded(tmp_path: Path, how: str) -> None:
    recorder = Recorder()
    recorder.open.clear()
    with Desk(tmp_path, encode=recorder) as desk:
        path = desk.write("sub/a.md", "a short life")
        desk.scan()
        desk.start(watch=False)
        assert eventually(lambda: desk.state("sub/a.md") == "encoding")
        if how == "delete":
            path.unlink()
        elif how == "move":
            path.rename(desk.root / "a.md")
        else:
            desk.archive.forgetting.forget_file(desk.archive.files.rows()[0].id)
        desk.scan()
        recorder.open.set()
        assert desk.ingest is not None and desk.ingest.wait_idle()
        desk.stop()
        desk.learn()
        if how != "forget":
            assert desk.remembered() == desk.on_disk()
        assert len(desk.bank_ids()) == (how == "move")


def test_a_file_that_vanished_without_notice_is_looked_for_and_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "FIRST_PAUSE", 0.02)
    with Desk(tmp_path) as desk:
        path = desk.write("a.md", "text")
        desk.scan()
        path.unlink()
        desk.start(watch=False)
        assert eventually(lambda: desk.state("a.md") is None)


def test_an_unplugged_source_keeps_its_queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "FIRST_PAUSE", 0.02)
    with Desk(tmp_path) as desk:
        desk.write("a.md", "text")
        desk.scan()
        desk.root.rename(desk.base / "unplugged")
        desk.start(watch=False)
        assert eventually(lambda: desk.source.state == "missing")
        assert eventually(lambda: desk.state("a.md") == "queued")
        (desk.base / "unplugged").rename(desk.root)
        desk.scan()
        assert eventually(lambda: desk.state("a.md") == "known")


def test_a_stop_leaves_the_rest_queued_and_a_start_finishes_it(tmp_path: Path) -> None:
    recorder = Recorder()
    with Desk(tmp_path, encode=recorder, options={"batch_tokens": 64}) as desk:
        for n in range(30):
            desk.write(f"{n}.md", f"some words of file number {n} " * 4)
        desk.scan()
        desk.start(watch=False)
        assert eventually(lambda: recorder.batches)
        desk.stop()
        counts = desk.archive.files.counts()
        assert counts["reading"] == counts["encoding"] == 0
        assert counts["queued"] + counts["known"] == 30
        desk.learn()
        assert desk.remembered() == desk.on_disk()
        assert sorted(desk.bank_ids()) == sorted(id for n in range(30) for id in desk.ids(f"{n}.md"))


def test_what_was_just_saved_overtakes_a_backlog(tmp_path: Path) -> None:
    recorder = Recorder()
    recorder.open.clear()
    with Desk(tmp_path, encode=recorder, options={"batch_tokens": 64}) as desk:
        for n in range(50):
            os.utime(desk.write(f"old {n}.md", f"old file {n} " * 10), (1, 1))
        desk.scan()
        desk.start(watch=False)
        time.sleep(0.3)
        desk.write("new.md", "the newest")
        desk.scan()
        assert desk.ingest is not None
        desk.ingest.wake()
        time.sleep(0.3)
        recorder.open.set()
        assert desk.ingest.wait_idle()
        position = recorder.texts.index("new\nthe newest")
        assert position <= 10 and len(recorder.texts) == 51


def test_pause_and_resume(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        desk.start(watch=False)
        assert desk.ingest is not None
        desk.ingest.pause()
        desk.write("a.md", "text")
        desk.scan()
        time.sleep(1.2)
        progress = desk.ingest.progress()
        assert (progress.queued, progress.done, progress.waiting) == (1, 0, "paused")
        desk.ingest.resume()
        assert eventually(lambda: desk.state("a.md") == "known")
        progress = desk.ingest.progress()
        assert (progress.queued, progress.done, progress.waiting, progress.current) == (0, 1, "", "")


def test_documents_that_the_bank_lacks_are_encoded_when_there_is_time(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        desk.write("a.md", "A note. " * 100)
        desk.learn()
        ids = desk.bank_ids()
        for path in (desk.home / "bank").iterdir():
            path.unlink()
        desk.archive.close()
        desk.open()
        assert desk.bank_ids() == [] and desk.archive.banks.count_to_encode(BANK) == len(ids)
        desk.learn()
        assert desk.bank_ids() == ids


def test_files_are_read_in_another_process(tmp_path: Path) -> None:
    with Desk(tmp_path, read=iter_isolated) as desk:
        desk.write("a.md", "text in a file")
        (desk.root / "b.pdf").write_bytes(b"%PDF-1.4 no pdf at all")
        desk.learn()
        assert desk.texts("a.md") == ["a\ntext in a file"]
        broken = desk.archive.files.by_path(desk.root / "b.pdf")
        assert broken is not None and broken.state == "failed" and broken.reason


def test_a_file_in_which_doppel_keeps_ending_is_given_up(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        desk.write("a.md", "text")
        desk.scan()
        id = desk.archive.files.rows()[0].id
        for _ in range(queue.GIVE_UP):
            desk.archive.files.set_state(id, "reading")
            desk.archive.files.requeue_interrupted()
        desk.learn()
        file = desk.archive.files.row(id)
        assert file.state == "failed" and "Save it anew" in (file.reason or "")
        desk.write("a.md", "text saved anew")
        desk.learn()
        assert desk.state("a.md") == "known"
