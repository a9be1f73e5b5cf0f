"""The worker: states, reuse, failures, batches and back-pressure."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from app.errors import Skipped, Unreachable, Unreadable
from app.learning import ingest, queue
from app.parsing import Block, Item, read_file
from tests.app.desk import Desk, Recorder, eventually


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
        files = {Path(f.path).name: (f.state, f.reason) for f in desk.archive.files.rows()}
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
    monkeypatch.setattr(queue, "FIRST_PAUSE", 0.05)
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


@pytest.mark.parametrize("how", ["start", "scan", "touch"])
def test_whoever_removes_the_cause_is_not_kept_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """A failure that lasted for long is tried again at once by a start, when asked for, and when the file is touched."""
    monkeypatch.setattr(queue, "FIRST_PAUSE", 1000.0)
    denied = [True]

    def read(path: Path) -> list[Item]:
        if denied[0]:
            raise Unreachable("no permission to read it: change its access rights")
        return read_file(path)

    with Desk(tmp_path, read=read) as desk:
        path = desk.write("a.md", "text")
        desk.learn()
        file = desk.archive.files.rows()[0]
        assert file.state == "failed" and (file.reason or "").endswith("it will be tried again.")
        desk.start(watch=how == "touch")
        assert desk.ingest is not None
        assert eventually(lambda: desk.watcher is None or desk.watcher.settled())
        # No try may be under way that would still find the cause.
        assert eventually(
            lambda: desk.state("a.md") == "failed" and desk.ingest and desk.ingest.wait_idle(0.1), 20
        )
        denied[0] = False
        if how == "start":
            desk.stop()
            desk.start(watch=False)
        elif how == "scan":
            desk.scan(path)
        else:
            path.chmod(0o600)
        assert eventually(lambda: desk.state("a.md") == "known", 20)


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
        assert eventually(lambda: desk.archive.files.counts()["encoding"] >= 14)
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


def test_what_was_not_read_of_a_file_is_kept_with_it(tmp_path: Path) -> None:
    notes = ("page 2 is scanned", "attachment pay.pdf: locked")

    def read(path: Path) -> list[Item]:
        return [
            Item("a", [Block("words")], notes=notes),
            Item("b", [], notes=(notes[0], "page 9 is damaged")),
        ]

    with Desk(tmp_path, read=read) as desk:
        desk.write("a.md", "whatever")
        desk.learn()
        (file,) = desk.archive.files.rows(partly=True)
        assert file.state == "known"
        assert file.unread == (*notes, "page 9 is damaged")
        assert (
            desk.archive.files.count_partly_read()
            == desk.archive.files.count_partly_read(desk.source.id)
            == 1
        )
        newest = desk.ids("a.md")[-1]
        assert desk.archive.files.partly_read(0, newest) == [file] and not desk.archive.files.partly_read(
            newest, 99
        )
        desk.archive.forgetting.forget(desk.ids("a.md"))
        assert not desk.archive.files.rows(partly=True)


def test_notes_of_a_file_are_bounded(tmp_path: Path) -> None:
    def read(path: Path) -> list[Item]:
        return [Item("a", [Block("words")], notes=tuple(f"attachment {n}: locked" for n in range(5000)))]

    with Desk(tmp_path, read=read) as desk:
        desk.write("a.md", "whatever")
        desk.learn()
        (file,) = desk.archive.files.rows()
        assert len(file.unread) == 50 and file.unread[-1] == "and more of the same kind"


def test_documents_know_where_their_date_is_from(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        desk.write("2024-03-05 trip.txt", "By train.")
        desk.write("b.txt", "Undated.")
        desk.learn()
        found = {d.text: (d.date, d.date_source) for d in desk.archive.documents.listed()}
        assert [source for _, source in found.values()].count("file name") == 1
        assert {source for _, source in found.values()} == {"file name", "mtime"}


def test_memory_is_handed_back_when_the_queue_runs_dry_and_not_after_every_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = 30
    handed: list[int] = []  # files known by then
    with Desk(tmp_path, options={"batch_tokens": 256}) as desk:

        def hand_back() -> bool:
            handed.append(desk.archive.files.counts()["known"])
            return len(handed) > 1  # the first one comes too soon after another

        monkeypatch.setattr(ingest, "hand_back", hand_back)
        for n in range(files):
            desk.write(f"{n}.md", f"word{n} " * 50)
        desk.scan()
        desk.start(watch=False)
        assert eventually(lambda: len(handed) == 2)
        time.sleep(3 * ingest.IDLE_SECONDS)  # nothing was learned since
        assert handed == [files, files]
        desk.write("later.md", "one more")
        desk.scan()
        assert eventually(lambda: handed == [files, files, files + 1])
