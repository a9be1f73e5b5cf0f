"""A person who forgets something and handles its file at the same moment, twice, or while all is being learned."""

from __future__ import annotations

import random
import shutil
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.backup import backup, restore
from storage.errors import NotFound
from storage.records import ForgetReport
from tests.app.desk import Desk, eventually, passages

INNOCENT = "A heron stood in the reeds of the lake all day."
ROUNDS = 2
NOTHING = ForgetReport(0, 0, 0, (), 0.0)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path, split=passages) as desk:
        desk.start()
        yield desk


def secret(n: int) -> str:
    """Each in words of its own: what shares many in a row with a forgotten one is left out, too."""
    letters = random.Random(n)
    words = ("".join(letters.choices("abcdefghijklmnoprstuvwz", k=7)) for _ in range(10))
    return f"Cellar {' '.join(words)}."


def having(desk: Desk, words: str) -> list[int]:
    return [d.id for d in desk.archive.documents.listed(limit=1000) if words in d.text]


def forget(desk: Desk, words: str) -> ForgetReport:
    """As a person does: what is shown, and once more what is shown by then if it is another memory now."""
    while ids := having(desk, words):
        try:
            return desk.archive.forgetting.forget(ids, known=True)
        except NotFound:
            continue
    return NOTHING


def settled(desk: Desk) -> None:
    assert desk.watcher is not None and desk.ingest is not None
    for _ in range(3):
        time.sleep(0.25)
        assert eventually(desk.watcher.settled, 30) and desk.ingest.wait_idle(30)


def renamed(path: Path) -> None:
    path.rename(path.with_name(f"another name of {path.name}"))


def moved(path: Path) -> None:
    path.with_suffix("").mkdir()
    path.rename(path.with_suffix("") / "moved.md")


def edited_and_moved(path: Path) -> None:
    path.write_text(f"{INNOCENT}\n\n{path.read_text('utf-8')}", encoding="utf-8")
    path.rename(path.with_name(f"another name of {path.name}"))


def replaced(path: Path) -> None:
    """As editors save."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(path.read_text("utf-8") + f"\n\n{INNOCENT}", encoding="utf-8")
    fresh.replace(path)


def copied(path: Path) -> None:
    shutil.copy(path, path.with_name(f"copy of {path.name}"))


def zipped(path: Path) -> None:
    with zipfile.ZipFile(path.with_name("packed.zip"), "w") as packed:
        packed.write(path, path.name)
    path.unlink()


@pytest.mark.parametrize("change", [renamed, moved, edited_and_moved, replaced, copied, zipped])
@pytest.mark.parametrize("whole_file", [False, True])
def test_what_is_forgotten_while_its_file_is_handled_stays_forgotten(
    desk: Desk, change: Callable[[Path], None], whole_file: bool
) -> None:
    chance = random.Random(whole_file)
    for n in range(ROUNDS):
        path = desk.write(f"{n}/notes.md", f"{secret(n)}\n\n{INNOCENT[::-1]} {n}")
        assert eventually(lambda n=n: having(desk, secret(n)) and desk.state(f"{n}/notes.md") == "known")
        file = desk.archive.files.by_path(path)
        assert file is not None
        handling = threading.Timer(chance.random() * 0.3, change, [path])
        handling.start()
        time.sleep(chance.random() * 0.5)
        try:
            forgetting = desk.archive.forgetting
            report = forgetting.forget_file(file.id) if whole_file else forget(desk, secret(n))
        except NotFound:  # which the person is told
            report = NOTHING
        handling.join()
        settled(desk)
        # A copy that was a memory of its own by then is one that the person is told of, and forgets, too.
        if change is zipped or not report.documents or report.also_in:
            forget(desk, secret(n))
        for other in (desk.root / f"{n}").rglob("*.md"):
            other.write_text(f"{INNOCENT}\n\n{other.read_text('utf-8')}", encoding="utf-8")
        settled(desk)
        assert not having(desk, secret(n)), (n, report)
    desk.stop()
    assert desk.archive.forgetting.verify([secret(n) for n in range(ROUNDS)]) == []


def test_forgetting_the_same_twice_at_once_is_forgetting_it_once(desk: Desk) -> None:
    for n in range(ROUNDS):
        desk.write(f"{n}.md", secret(n))
    assert eventually(lambda: len(having(desk, "Cellar")) == ROUNDS)
    ids = having(desk, "Cellar")
    counted: list[int] = []
    refused: list[NotFound] = []

    def again() -> None:
        try:
            counted.append(desk.archive.forgetting.forget(ids, known=True).documents)
        except NotFound as error:
            refused.append(error)

    threads = [threading.Thread(target=again) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted == [ROUNDS] and len(refused) == 3
    assert not having(desk, "Cellar") and desk.archive.forgetting.verify([secret(1)]) == []


def test_all_is_forgotten_while_it_is_learned(desk: Desk) -> None:
    """What was known by then, and what was being read: later than that the person has to say it again, for the source."""
    for n in range(60):
        desk.write(f"{n}.md", secret(n))
    assert eventually(lambda: len(having(desk, "Cellar")) > 5)
    desk.archive.forgetting.forget_source(desk.source.id)
    settled(desk)
    assert not having(desk, "Cellar") and not desk.archive.files.rows()
    desk.stop()
    assert desk.archive.forgetting.verify([secret(n) for n in range(60)]) == []


def test_a_backup_from_before_brings_it_back_and_it_can_be_forgotten_there(
    desk: Desk, tmp_path: Path
) -> None:
    """What was said after a backup was made is not in it: neither memories, nor that something was forgotten."""
    desk.write("notes.md", secret(1))
    assert eventually(lambda: having(desk, secret(1)))
    backup(desk.archive, tmp_path / "backup")
    forget(desk, secret(1))
    restore(tmp_path / "backup", tmp_path / "restored")
    with Archive.open(tmp_path / "restored") as restored:
        ids = [document.id for document in restored.documents.listed(limit=10)]
        assert ids
        restored.forgetting.forget(ids)
        assert restored.forgetting.verify([secret(1)]) == []
    assert not having(desk, secret(1))
