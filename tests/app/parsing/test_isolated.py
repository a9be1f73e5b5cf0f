"""The worker process: reused, limited, replaced when it hangs, grows or dies, and gone when the parent is."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.errors import Skipped, Unreachable, Unreadable
from app.parsing import Limits, read_file
from app.parsing.isolated import close_workers, iter_isolated, read_isolated
from tests.app.parsing import samples


@pytest.fixture(autouse=True)
def no_worker_left() -> Iterator[None]:
    close_workers()
    yield
    close_workers()
    assert workers() == []


def workers() -> list[psutil.Process]:
    children = psutil.Process().children()
    return [child for child in children if "app.parsing.worker" in child.cmdline()]


@pytest.fixture
def mailbox(tmp_path: Path) -> Path:
    """A mailbox that takes seconds to read."""
    path = tmp_path / "large.mbox"
    path.write_bytes(samples.mbox() * 20_000)
    return path


@pytest.mark.parametrize("name", ["note.md", "letter.pdf", "papers.eml", "_chat.txt", "export.zip"])
def test_the_same_items_as_in_this_process(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(samples.every_format()[name])
    assert read_isolated(path) == read_file(path)


def test_reasons_come_through(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"")
    with pytest.raises(Skipped, match="empty"):
        read_isolated(path)
    path.write_bytes(samples.locked_pdf())
    with pytest.raises(Unreadable, match="password"):
        read_isolated(path)
    with pytest.raises(Unreachable, match="no such file"):
        read_isolated(tmp_path / "gone")
    with pytest.raises(Unreadable, match="larger than 5 bytes"):
        path.write_text("too long a text")
        read_isolated(path, limits=Limits(text_bytes=5))


def test_one_worker_serves_many_files(tmp_path: Path) -> None:
    seen = set()
    for number in range(5):
        path = tmp_path / f"{number}.txt"
        path.write_text("Lisbon")
        read_isolated(path)
        seen |= {worker.pid for worker in workers()}
    assert len(seen) == 1


def test_a_relative_path_is_read_from_where_the_caller_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here.txt").write_text("Lisbon")
    monkeypatch.chdir(tmp_path)
    assert read_isolated(Path("here.txt"))[0].blocks[0].text == "Lisbon"


def test_modules_in_the_folder_of_the_person_are_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('imported')")
    (tmp_path / "here.txt").write_text("Lisbon")
    monkeypatch.chdir(tmp_path)
    assert read_isolated(Path("here.txt"))[0].blocks[0].text == "Lisbon"


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    slow = tmp_path / "slow.eml"
    slow.write_bytes(b"From: a@b\nDate: x\n\n" + b"a word, " * 5_000_000)
    began = time.monotonic()
    with pytest.raises(Unreadable, match=r"gave nothing within 0 s"):
        read_isolated(slow, seconds=0.01)
    assert time.monotonic() - began < 10
    (tmp_path / "next.txt").write_text("Lisbon")
    assert read_isolated(tmp_path / "next.txt")[0].title == "next"


def test_the_time_the_caller_takes_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "small.mbox"
    path.write_bytes(samples.mbox() * 50)
    read_isolated(path)  # a warm worker
    count = 0
    for _ in iter_isolated(path, seconds=3):
        time.sleep(0.04)
        count += 1
    assert count == 100


def test_a_crash_is_a_reason_and_the_next_file_is_read(mailbox: Path, tmp_path: Path) -> None:
    items = iter_isolated(mailbox)
    next(items)
    for worker in workers():
        worker.kill()
    with pytest.raises(Unreachable, match="the system ended the reader"):
        list(items)
    (tmp_path / "next.txt").write_text("Lisbon")
    assert read_isolated(tmp_path / "next.txt")[0].title == "next"


def test_an_interrupt_from_the_keyboard_does_not_fail_the_file(tmp_path: Path) -> None:
    path = tmp_path / "small.mbox"
    path.write_bytes(samples.mbox() * 200)
    items = iter_isolated(path)
    next(items)
    for worker in workers():
        worker.send_signal(signal.SIGINT)
    assert sum(1 for _ in items) == 399


def test_a_worker_killed_between_two_files_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("Lisbon")
    read_isolated(path)
    for worker in workers():
        worker.kill()
        worker.wait(5)
    assert read_isolated(path)[0].title == "note"


def test_too_little_memory_is_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<html>" + "<p>x" * 4_000_000, encoding="utf-8")
    with pytest.raises(Unreadable, match=r"memory"):
        read_isolated(path, megabytes=300)


def test_an_item_of_endless_text_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.parsing.isolated._LINE_LIMIT", 100_000)
    path = tmp_path / "long.html"
    path.write_text("<p>" + "word " * 100_000)
    with pytest.raises(Unreadable, match="of text in one piece"):
        read_isolated(path)


def test_leaving_in_the_middle_ends_the_worker(mailbox: Path) -> None:
    items = iter_isolated(mailbox)
    next(items)
    assert len(workers()) == 1
    items.close()  # type: ignore[attr-defined]
    assert workers() == []


def test_memory_stays_bounded_over_a_large_mailbox(mailbox: Path) -> None:
    largest = 0
    for number, _ in enumerate(iter_isolated(mailbox)):
        if number % 500 == 0:
            largest = max(largest, *(worker.memory_info().rss for worker in workers()))
        if number == 3000:
            break
    assert largest < 150 * 1024 * 1024


def test_threads_read_at_the_same_time(tmp_path: Path) -> None:
    names = []

    def work(number: int) -> None:
        path = tmp_path / f"{number}.txt"
        path.write_text("Lisbon")
        names.append(read_isolated(path)[0].title)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(names) == ["0", "1", "2", "3"]


def test_the_worker_starts_fast_and_without_the_model() -> None:
    code = "import sys, app.parsing.worker; print([m for m in ('torch', 'numpy', 'transformers') if m in sys.modules])"
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert time.monotonic() - began < 5


def test_the_worker_ends_when_its_parent_is_gone() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "app.parsing.worker", "512"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(20) == 0
    assert process.stdout is not None
    process.stdout.close()
