"""Random operations on folders that a real process watches and learns: what the test of chaos is made of.

The worker is killed without warning (SIGKILL), the folders are real ones, the events real. Beside files, sources come and
go: they are added, nested in one another, removed, swapped for each other, unplugged and mounted again, and the clock
jumps. The operations come from a seed; what the worker makes of them depends on the moment, which is the point.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from app.watching.scan import known_files
from engine.files import sha256_of
from tests.app.desk import Desk, passages

KILL_EVERY, UNPLUG_EVERY, SOURCES_EVERY = 400, 500, 60  # operations
EXTRA = 3  # sources beside the first
CLOCK_JUMPS = (-3 * 10**8, -86_400, 86_400 * 30, 10**8)  # seconds
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

    def say(self, command: str) -> None:
        """Has the process do something (see `chaos_worker`), and waits until it is done."""
        self.wait_started()
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()
        said = self._process.stdout.readline()
        assert said == "done\n", f"{command}: {said}"

    def finish(self) -> None:
        self._process.communicate("finish\n", timeout=600)
        assert self._process.returncode == 0

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


class Tree:
    """A folder of files that random operations work on. `root` may be moved away and back."""

    def __init__(self, root: Path, random: random.Random) -> None:
        self.root = root
        self.random = random
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
            (1, self.set_time),
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

    def set_time(self) -> None:
        """A copy, a camera or a wrong clock gives files any time."""
        if path := self.some_file():
            when = self.random.choice((0, 1, -10_000_000, time.time() + 10**8, self.random.randrange(2**31)))
            os.utime(path, (when, when))

    def link(self) -> None:
        link = self.root / f"link{self.random.randrange(3)}"
        if not link.is_symlink():
            link.symlink_to(self.random.choice([self.root, self.root.parent, self.place()]))


class Sources:
    """The watched folders: one that is always there, others that come and go, at times one inside another."""

    def __init__(self, base: Path, worker: Worker, chance: random.Random) -> None:
        self.base, self.worker, self.random = base, worker, chance
        self.main = Tree(base / "root", chance)
        self.extra: dict[Path, Tree] = {}
        self.nested: set[Path] = set()

    def trees(self) -> list[Tree]:
        return [self.main, *self.extra.values()]

    def step(self) -> None:
        """An operation on a file, seldom one that takes it from one source to another."""
        tree = self.random.choice(self.trees())
        if self.random.random() < 0.03 and (path := tree.some_file()):
            os.replace(path, self.random.choice(self.trees()).place())
        else:
            tree.step()

    def change(self) -> None:
        """An operation on the sources themselves."""
        self.random.choice((self.add, self.add, self.nest, self.unnest, self.remove, self.swap, self.jump))()

    def add(self) -> None:
        path = self.base / f"more{self.random.randrange(EXTRA)}"
        path.mkdir(exist_ok=True)
        self.extra.setdefault(path, Tree(path, self.random))
        self.worker.say(f"add {path}")

    def remove(self) -> None:
        if self.extra:
            path = self.random.choice(sorted(self.extra))
            del self.extra[path]
            self.worker.say(f"remove {path}")

    def nest(self) -> None:
        folders = self.main.folders()
        if folders and len(self.nested) < 2:
            path = self.random.choice(folders)
            self.nested.add(path)
            self.worker.say(f"add {path}")

    def unnest(self) -> None:
        if self.nested:
            self.worker.say(f"remove {self.nested.pop()}")

    def swap(self) -> None:
        """Two folders trade places; the person says that it is meant."""
        if len(self.extra) > 1:
            one, two = self.random.sample(sorted(self.extra), 2)
            between = self.base / "between"
            one.rename(between)
            two.rename(one)
            between.rename(two)
            self.worker.say("accept")

    def jump(self) -> None:
        self.worker.say(f"clock {self.random.choice(CLOCK_JUMPS)}")

    def settle(self) -> None:
        """What the person would do at last: gives up sources inside others, and takes folders as they are."""
        while self.nested:
            self.unnest()
        self.worker.say("accept")


def run(
    base: Path, worker: Worker, steps: int, seed: int, say: Callable[[str], None] = lambda line: None
) -> Sources:
    """So many operations; afterwards the worker has ended by itself."""
    chance = random.Random(seed)
    sources = Sources(base, worker, chance)
    worker.wait_started()
    for number in range(1, steps + 1):
        sources.step()
        if number % SOURCES_EVERY == 0:
            sources.change()
        if number % KILL_EVERY == 0:
            worker.kill_and_restart()
        if number % UNPLUG_EVERY == 0:
            unplug_for_a_while(sources.main, empty_mount_point=number % (2 * UNPLUG_EVERY) == 0)
        if chance.random() < 0.1:
            time.sleep(chance.random() * 0.1)
        if number % 500 == 0:
            say(f"{number} operations")
    sources.settle()
    worker.finish()
    return sources


def differences(base: Path, sources: Sources) -> list[str]:
    """How the memory differs from the folders; [] if it does not."""
    found = []
    roots = [tree.root for tree in sources.trees()]
    with Desk(base, split=passages) as desk:
        rows = desk.archive.sources.rows()
        if {Path(row.path) for row in rows} != set(roots):
            found.append(f"sources are {[row.path for row in rows]}")
        found += [f"{row.path} is {row.state}: {row.reason}" for row in rows if row.state != "active"]
        files = [file for row in rows for file in known_files(desk.archive, row.id)]
        on_disk = {path: sha256_of(path) for tree in sources.trees() for path in tree.files()}
        remembered = {Path(file.path): file.content_hash or "" for file in files}
        found += [f"{path} is not known" for path in on_disk.keys() - remembered.keys()]
        found += [f"{path} is known and gone" for path in remembered.keys() - on_disk.keys()]
        found += [
            f"{path} is another"
            for path in on_disk.keys() & remembered.keys()
            if on_disk[path] != remembered[path]
        ]
        found += [f"{file.path} is {file.state}: {file.reason}" for file in files if file.state != "known"]
        for file in files:
            if sorted(desk._texts(file.id)) != sorted(desk._read(Path(file.path))):
                found.append(f"{file.path} has other passages")
        documents = desk.archive.documents.listed(limit=1_000_000)
        if sorted(desk.bank_ids()) != sorted(document.id for document in documents):
            found.append("the bank has other documents than the archive")
        if len(documents) != sum(file.documents for file in files):
            found.append("documents are doubled or left over")
    return found


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
