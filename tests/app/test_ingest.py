"""The worker: states, reuse, failures, restarts, order, and what a file may do while it is read."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from app import ingest as module
from app import ledger
from app.errors import Skipped, Unreadable
from app.lanes import Closed, Lanes
from app.progress import Meter
from app.reading import Block, Item, read_file
from app.reading.isolated import iter_isolated
from tests.app.desk import BANK, Desk, Vectors, encode, eventually


class Recorder:
    """An encoder that remembers what it was given and may be told to fail or to wait."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.batches: list[int] = []
        self.bad = "no text has this"
        self.open = threading.Event()
        self.open.set()

    def __call__(self, documents: Sequence[tuple[int, str]]) -> list[Vectors]:
        assert self.open.wait(20)
        if any(self.bad in text for _, text in documents):
            raise MemoryError("too large")
        self.texts += [text for _, text in documents]
        self.batches.append(len(documents))
        return encode(documents)


def test_a_saved_file_becomes_known_with_all_its_passages(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        desk.write("a.md", " ".join(f"Sentence number {n}." for n in range(100)))
        desk.write("b.txt", "Another one.")
        desk.learn()
        assert desk.state("a.md") == desk.state("b.txt") == "known"
        assert len(desk.texts("a.md")) > 2
        assert desk.remembered() == desk.on_disk()
        assert sorted(desk.bank_ids()) == sorted(desk.ids("a.md") + desk.ids("b.txt"))


def test_only_changed_passages_are_encoded_and_the_others_keep_their_ids(tmp_path: Path) -> None:
    recorder = Recorder()
    with Desk(tmp_path, encode=recorder) as desk:
        sections = [f"# Heading {n}\n\n" + f"sentence{n} of this part. " * 15 for n in range(6)]
        desk.write("a.md", "\n\n".join(sections))
        desk.learn()
        before, encoded = desk.ids("a.md"), len(recorder.texts)
        assert len(before) == encoded >= 6
        sections[2] = "# Heading 2\n\n" + "something new was written here. " * 10
        desk.write("a.md", "\n\n".join([sections[5], *sections[:5]]))
        desk.learn()
        assert desk.remembered() == desk.on_disk()
        assert len(recorder.texts) - encoded == len(set(desk.ids("a.md")) - set(before)) <= 2
        assert len(set(desk.ids("a.md")) & set(before)) >= encoded - 2
        assert sorted(desk.bank_ids()) == sorted(desk.ids("a.md"))


def test_an_untouched_content_is_neither_read_nor_encoded_again(tmp_path: Path) -> None:
    recorder = Recorder()
    reads: list[Path] = []

    def read(path: Path) -> list[Item]:
        reads.append(path)
        return read_file(path)

    with Desk(tmp_path, read=read, encode=recorder) as desk:
        path = desk.write("a.md", "the same as ever")
        desk.learn()
        os.utime(path, (1, 1))
        assert desk.learn().changed == 1
        assert desk.state("a.md") == "known" and len(reads) == len(recorder.texts) == 1


def test_a_passage_that_a_file_repeats_is_kept_once(tmp_path: Path) -> None:
    def read(_: Path) -> list[Item]:
        return [
            Item("", [Block(text)]) for text in ("Signature of someone", "Text", "signature  of someone.")
        ]

    with Desk(tmp_path, read=read) as desk:
        desk.write("a.md", "x")
        desk.learn()
        assert desk.texts("a.md") == ["Signature of someone", "Text"]


def test_bad_files_stop_no_others_and_say_why(tmp_path: Path) -> None:
    reasons: dict[str, Exception] = {
        "broken.md": Unreadable("the file is cut off"),
        "empty.md": Skipped("there is nothing in it"),
        "locked.md": PermissionError(13, "Permission denied"),
        "bug.md": ZeroDivisionError("a bug"),
    }

    def read(path: Path) -> list[Item]:
        if path.name in reasons:
            raise reasons[path.name]
        return [] if path.name == "blank.md" else read_file(path)

    with Desk(tmp_path, read=read) as desk:
        for name in (*reasons, "blank.md", "good.md"):
            desk.write(name, "text")
        desk.learn()
        files = {Path(f.path).name: (f.state, f.reason) for f in desk.archive.files()}
        assert files == {
            "broken.md": ("failed", "the file is cut off"),
            "empty.md": ("skipped", "there is nothing in it"),
            "locked.md": ("failed", "Permission denied; it will be tried again."),
            "bug.md": ("failed", "ZeroDivisionError; it will be tried again."),
            "blank.md": ("skipped", "There is no text in it."),
            "good.md": ("known", None),
        }


def test_a_failure_keeps_what_was_known_and_a_skip_does_not(tmp_path: Path) -> None:
    trouble: list[Exception] = []

    def read(path: Path) -> list[Item]:
        if trouble:
            raise trouble[0]
        return read_file(path)

    with Desk(tmp_path, read=read) as desk:
        desk.write("a.md", "the first version")
        desk.learn()
        ids = desk.ids("a.md")
        trouble[:] = [Unreadable("half saved")]
        desk.write("a.md", "the second")
        desk.learn()
        assert desk.state("a.md") == "failed" and desk.ids("a.md") == ids != []
        trouble[:] = [Skipped("empty")]
        desk.write("a.md", "")
        desk.learn()
        assert desk.state("a.md") == "skipped" and desk.ids("a.md") == desk.bank_ids() == []


def test_a_passing_failure_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "FIRST_PAUSE", 0.05)
    attempts: list[float] = []

    def read(path: Path) -> list[Item]:
        attempts.append(time.monotonic())
        if len(attempts) < 4:
            raise PermissionError(13, "Permission denied")
        return read_file(path)

    with Desk(tmp_path, read=read) as desk:
        desk.write("a.md", "text")
        desk.scan()
        desk.start(watch=False)
        assert eventually(lambda: desk.state("a.md") == "known")
        pauses = [b - a for a, b in itertools.pairwise(attempts)]
        assert pauses[0] >= 0.05 and pauses[1] >= 0.1 and pauses[2] >= 0.2


def test_a_failure_that_does_not_pass_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "FIRST_PAUSE", 0.01)
    attempts: list[Path] = []

    def read(path: Path) -> list[Item]:
        attempts.append(path)
        raise PermissionError(13, "Permission denied")

    with Desk(tmp_path, read=read) as desk:
        desk.write("a.md", "text")
        desk.scan()
        desk.start(watch=False)
        assert eventually(lambda: len(attempts) == ledger.TRIES)
        time.sleep(0.8)
        file = desk.archive.files()[0]
        assert len(attempts) == ledger.TRIES and file.reason == "Permission denied; given up."


def test_a_batch_that_cannot_be_encoded_is_tried_file_by_file(tmp_path: Path) -> None:
    recorder = Recorder()
    recorder.bad = "poison"
    recorder.open.clear()
    with Desk(tmp_path, encode=recorder) as desk:
        for n in range(6):
            desk.write(f"{n}.md", "poison" if n == 3 else f"good {n}")
        desk.scan()
        desk.start(watch=False)
        time.sleep(0.3)
        recorder.open.set()
        assert desk.ingest is not None and desk.ingest.wait_idle()
        assert [desk.state(f"{n}.md") for n in range(6)] == ["known"] * 3 + ["failed"] + ["known"] * 2
        assert len(desk.bank_ids()) == 5


def test_batches_go_across_files_and_are_bounded(tmp_path: Path) -> None:
    recorder = Recorder()
    recorder.open.clear()
    with Desk(tmp_path, encode=recorder, options={"batch_tokens": 100}) as desk:
        for n in range(40):
            desk.write(f"{n:02}.md", f"word{n} " * 9)
        desk.scan()
        desk.start(watch=False)
        assert eventually(lambda: desk.archive.counts()["encoding"] >= 14)
        recorder.open.set()
        assert desk.ingest is not None and desk.ingest.wait_idle()
        assert sum(recorder.batches) == 40
        assert max(recorder.batches) == 10  # of ten tokens each
        assert recorder.batches[1] == 10  # what gathered while the first one waited


def test_reading_waits_for_the_encoder(tmp_path: Path) -> None:
    recorder = Recorder()
    recorder.open.clear()
    read = 0

    def endless(_: Path) -> Iterable[Item]:
        nonlocal read
        for n in range(2000):
            read += 1
            yield Item("", [Block(f"item {n} " * 20)])

    with Desk(tmp_path, read=endless, encode=recorder, options={"batch_tokens": 200}) as desk:
        desk.write("a.mbox", "x")
        desk.scan()
        desk.start(watch=False)
        time.sleep(0.5)
        assert 0 < read < 50
        recorder.open.set()
        assert desk.ingest is not None and desk.ingest.wait_idle()
        assert read == 2000 and len(desk.ids("a.mbox")) == 2000


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
        desk.archive.set_file_state(desk.archive.files()[0].id, "queued")
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
    monkeypatch.setattr(ledger, "FIRST_PAUSE", 0.05)
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
    monkeypatch.setattr(ledger, "FIRST_PAUSE", 0.02)

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
            desk.archive.forget_file(desk.archive.files()[0].id)
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
    monkeypatch.setattr(ledger, "FIRST_PAUSE", 0.02)
    with Desk(tmp_path) as desk:
        path = desk.write("a.md", "text")
        desk.scan()
        path.unlink()
        desk.start(watch=False)
        assert eventually(lambda: desk.state("a.md") is None)


def test_an_unplugged_source_keeps_its_queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "FIRST_PAUSE", 0.02)
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
        counts = desk.archive.counts()
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
        assert desk.bank_ids() == [] and desk.archive.count_documents_to_encode(BANK) == len(ids)
        desk.learn()
        assert desk.bank_ids() == ids


def test_files_are_read_in_another_process(tmp_path: Path) -> None:
    with Desk(tmp_path, read=iter_isolated) as desk:
        desk.write("a.md", "text in a file")
        (desk.root / "b.pdf").write_bytes(b"%PDF-1.4 no pdf at all")
        desk.learn()
        assert desk.texts("a.md") == ["a\ntext in a file"]
        broken = desk.archive.file_by_path(desk.root / "b.pdf")
        assert broken is not None and broken.state == "failed" and broken.reason


def test_a_file_in_which_doppel_keeps_ending_is_given_up(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        desk.write("a.md", "text")
        desk.scan()
        id = desk.archive.files()[0].id
        for _ in range(ledger.GIVE_UP):
            desk.archive.set_file_state(id, "reading")
            desk.archive.requeue_interrupted()
        desk.learn()
        file = desk.archive.file(id)
        assert file.state == "failed" and "Save it anew" in (file.reason or "")
        desk.write("a.md", "text saved anew")
        desk.learn()
        assert desk.state("a.md") == "known"


def test_lanes_keep_order_and_let_the_fast_one_pass() -> None:
    lanes: Lanes[str] = Lanes(10)
    for thing, fast in (("a", False), ("b", False), ("x", True), ("y", True)):
        lanes.put(thing, 4, fast)
    assert [lanes.take(0) for _ in range(3)] == ["x", "y", "a"]
    assert lanes.take(0, only_fast=True) is None
    assert [lanes.take(0), lanes.take(0)] == ["b", None]


def test_a_full_lane_makes_its_filler_wait_and_closing_frees_it() -> None:
    lanes: Lanes[int] = Lanes(10)
    lanes.put(1, 10, False)
    lanes.put(2, 10, True)  # the other lane has room
    ended: list[str] = []

    def fill() -> None:
        try:
            lanes.put(3, 1, False)
        except Closed:
            ended.append("closed")

    thread = threading.Thread(target=fill)
    thread.start()
    thread.join(0.1)
    assert thread.is_alive()
    lanes.close()
    thread.join(5)
    assert ended == ["closed"]
    with pytest.raises(Closed):
        lanes.take(0)


def test_rates_are_of_the_last_minute() -> None:
    now = [0.0]
    meter = Meter(clock=lambda: now[0])
    assert meter.rates() == (0.0, 0.0) and meter.eta(5) is None
    for _ in range(10):
        now[0] += 1.0
        meter.note(files=2, tokens=100)
    files, tokens = meter.rates()
    assert files == pytest.approx(2.0, rel=0.2) and tokens == pytest.approx(100.0, rel=0.2)
    assert meter.eta(20) == pytest.approx(10.0, rel=0.2)
    now[0] += 100.0
    assert meter.rates() == (0.0, 0.0)
