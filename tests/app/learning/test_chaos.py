"""Two thousand random operations on a folder, with kills and unplugged disks, after which memory equals the
tree.

The worker is a real process that is killed without warning (SIGKILL), the folder a real one, the events real.
The operations come from a seed; what the worker makes of them depends on the moment, which is the point.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.desk import Desk, passages

OPERATIONS = 2000
KILLS = 4
UNPLUGS = 4
SUFFIXES = (".md", ".txt")
WORDS = [
    "house",
    "river",
    "letter",
    "Zürich",
    "garden",
    "seven",
    "winter",
    "piano",
    "ticket",
    "doctor",
    "bread",
    "bridge",
]


class Worker:
    """The process that watches and learns."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self._process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        self._waited = False
        return subprocess.Popen(
            [sys.executable, "-m", "tests.app.learning.chaos_worker", str(self.base)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )

    def wait_started(self) -> None:
        assert self._process.stdout is not None
        if not self._waited:
            assert self._process.stdout.readline() == "started\n"
        self._waited = True

    def kill_and_restart(self) -> None:
        self.wait_started()
        self._process.kill()
        self._process.wait()
        self._process = self._start()

    def finish(self) -> None:
        self._process.communicate("finish\n", timeout=120)
        assert self._process.returncode == 0

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


class Tree:
    """A folder of files that random operations work on. `root` may be moved away and back."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.random = random.Random(seed)
        self.saved = 0

    def text(self) -> str:
        self.saved += 1
        number = (
            self.random.randrange(40) if self.random.random() < 0.1 else self.saved
        )  # some files are equal
        count = number * 7919 % 120 + 3
        return f"text {number}: " + " ".join(
            WORDS[(number + n * n) % len(WORDS)] + str(n) for n in range(count)
        )

    def files(self) -> list[Path]:
        return sorted(path for path in self.root.rglob("*") if path.is_file() and path.suffix in SUFFIXES)

    def folders(self) -> list[Path]:
        return sorted(path for path in self.root.rglob("*") if path.is_dir() and not path.is_symlink())

    def place(self) -> Path:
        """A path for a file, in a folder that is there."""
        parts = [self.random.choice("abc") for _ in range(self.random.randrange(4))]
        folder = self.root.joinpath(*parts)
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{self.random.randrange(30)}{self.random.choice(SUFFIXES)}"

    def step(self) -> None:
        operations = [
            (30, self.create),
            (22, self.edit),
            (8, self.save_by_rename),
            (14, self.move),
            (4, self.move_folder),
            (4, self.copy),
            (14, self.delete),
            (1, self.delete_folder),
            (1, self.swap),
            (2, self.write_slowly),
            (1, self.link),
        ]
        weights, actions = zip(*operations, strict=True)
        self.random.choices(actions, weights)[0]()

    def some_file(self) -> Path | None:
        files = self.files()
        return self.random.choice(files) if files else None

    def create(self) -> None:
        self.place().write_text(self.text(), encoding="utf-8")

    def edit(self) -> None:
        if path := self.some_file():
            more = self.random.random() < 0.5
            with path.open("a" if more else "w", encoding="utf-8") as file:
                file.write("\n\n" + self.text())

    def save_by_rename(self) -> None:
        if path := self.some_file():
            draft = path.with_name(path.name + ".tmp")
            draft.write_text(self.text(), encoding="utf-8")
            os.replace(draft, path)

    def move(self) -> None:
        if path := self.some_file():
            os.replace(path, self.place())

    def move_folder(self) -> None:
        if folders := self.folders():
            folder = self.random.choice(folders)
            target = self.root / self.random.choice("abcde")
            if not target.exists() and not target.is_relative_to(folder):
                folder.rename(target)

    def copy(self) -> None:
        if path := self.some_file():
            target = self.place()
            if target != path:
                shutil.copy2(path, target)

    def delete(self) -> None:
        if path := self.some_file():
            path.unlink()

    def delete_folder(self) -> None:
        if folders := self.folders():
            shutil.rmtree(self.random.choice(folders))

    def swap(self) -> None:
        files = self.files()
        if len(files) > 1:
            one, two = self.random.sample(files, 2)
            between = one.with_suffix(".part")
            os.replace(one, between)
            os.replace(two, one)
            os.replace(between, two)

    def write_slowly(self) -> None:
        with self.place().open("w", encoding="utf-8") as file:
            for _ in range(3):
                file.write(self.text() + "\n\n")
                file.flush()
                time.sleep(0.01)

    def link(self) -> None:
        link = self.root / f"link{self.random.randrange(3)}"
        if not link.is_symlink():
            link.symlink_to(self.random.choice([self.root, self.root.parent, self.place()]))


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    (tmp_path / "root").mkdir()
    worker = Worker(tmp_path)
    yield worker
    worker.end()


@pytest.mark.parametrize("seed", [int(os.environ.get("DOPPEL_CHAOS_SEED", "1"))])
def test_memory_equals_the_tree_after_chaos(tmp_path: Path, worker: Worker, seed: int) -> None:
    tree = Tree(tmp_path / "root", seed)
    kills = {round(OPERATIONS * (n + 1) / (KILLS + 1)) for n in range(KILLS)}
    unplugs = {round(OPERATIONS * (n + 0.5) / UNPLUGS) for n in range(UNPLUGS)}
    worker.wait_started()
    for number in range(OPERATIONS):
        tree.step()
        if number in kills:
            worker.kill_and_restart()
        if number in unplugs:
            unplug_for_a_while(tree, empty_mount_point=number % 2 == 0)
        if tree.random.random() < 0.1:
            time.sleep(tree.random.random() * 0.1)
    worker.finish()

    with Desk(tmp_path, split=passages) as desk:
        assert desk.source.state == "active"
        remembered, on_disk = desk.remembered(), desk.on_disk()
        assert set(remembered) == set(on_disk)
        assert remembered == on_disk
        counts = {state: n for state, n in desk.archive.files.counts().items() if n}
        assert counts == {"known": len(on_disk)}
        documents = desk.archive.documents.listed(limit=100_000)
        assert len(documents) == sum(len(texts) for _, texts in on_disk.values())
        assert sorted(desk.bank_ids()) == sorted(document.id for document in documents)


def unplug_for_a_while(tree: Tree, empty_mount_point: bool) -> None:
    """The disk goes, is written to elsewhere, and comes back."""
    plugged, away = tree.root, tree.root.with_name("away")
    plugged.rename(away)
    if empty_mount_point:
        plugged.mkdir()
    tree.root = away
    for _ in range(20):
        tree.step()
    time.sleep(0.8)
    if empty_mount_point:
        plugged.rmdir()
    away.rename(plugged)
    tree.root = plugged
