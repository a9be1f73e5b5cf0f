"""Fault injection: `python -m benchmarks.faults --schedules N [--seed S] [--record FILE] [--json]`.

Each schedule is a folder of notes that is watched and learned by the real pipeline (an encoder that is no model) while
system calls and statements fail at random for a while: ENOSPC, EIO, EACCES, EMFILE, ENOMEM, EROFS, a database that is
locked, full or cannot be read, and processes that cannot be started. Files are saved, changed and deleted meanwhile, and
one passage is forgotten before. Then the faults end, and nothing is restarted. Counted are

* injected: calls that failed, by what failed;
* survived: schedules after which the memory equals the folder, with all threads alive and no trouble left to tell;
* lost: files that are not known, or not as they are on disk, after SECONDS; doubled: passages kept twice;
* resurrected: schedules in which the forgotten words came back.

With --record each schedule is a line of that file, and those that are there already are not run again.
"""

from __future__ import annotations

import argparse
import builtins
import errno
import json
import os
import random
import sqlite3
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app import supervised
from app.errors import Unreachable
from app.health import Health
from app.learning import queue
from app.learning.ingest import Encoder, Ingest
from app.learning.throttle import MachineLoad, Throttle
from app.parsing.registry import read_file
from app.passages.file_passages import Reader
from app.passages.forgotten import leave_out
from app.passages.split import split
from app.settings import Settings
from app.watching import watcher as watching
from app.watching.watcher import Watcher
from storage import durable
from storage.archive import Archive
from storage.bank.snapshot import Stored

BANK, SHAPE = "none", (2, 1, 8)
SECONDS = 60.0
SECRET = "The key to the strongbox of the harbour office hangs behind the seventh lantern."
CALLS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EMFILE, errno.ENOMEM, errno.EROFS)
STATEMENTS = {"locked": 5, "full": 13, "read-only": 8, "I/O error": 10, "cannot open": 14}


@dataclass
class Faults:
    """Makes calls fail with `probability` while `on`."""

    random: random.Random
    probability: float = 0.0
    on: bool = False
    injected: Counter[str] = field(default_factory=Counter)

    def strike(self, where: str) -> int | None:
        """The errno to fail with, or None."""
        if not self.on or self.random.random() >= self.probability:
            return None
        code = self.random.choice(CALLS)
        self.injected[f"{where}: {errno.errorcode[code]}"] += 1
        return code

    def call(self, where: str) -> None:
        if (code := self.strike(where)) is not None:
            raise OSError(code, os.strerror(code))

    def step(self, name: str) -> None:
        """A write of the archive outside SQLite; after a commit there is none."""
        if name != "committed":
            self.call(f"archive: {name}")

    def wrap(self, where: str, plain: Callable[..., Any]) -> Callable[..., Any]:
        def failing(*arguments: Any, **options: Any) -> Any:
            if threading.current_thread() is not threading.main_thread():
                self.call(where)
            return plain(*arguments, **options)

        return failing

    def statement(self, *_: Any) -> None:
        if threading.current_thread() is threading.main_thread() or not self.on:
            return
        if self.random.random() < self.probability / 4:
            name, code = self.random.choice(list(STATEMENTS.items()))
            self.injected[f"database: {name}"] += 1
            failure = sqlite3.OperationalError(f"database is {name}")
            failure.sqlite_errorcode = code
            raise OperationalError("", {}, failure)


@contextmanager
def injected(faults: Faults, archive: Archive) -> Iterator[None]:
    """The faults are possible inside."""
    store = archive.store
    with ExitStack() as stack:
        for owner, name in ((os, "scandir"), (os, "open"), (os, "lstat"), (builtins, "open")):
            stack.enter_context(patch.object(owner, name, faults.wrap(name, getattr(owner, name))))
        stack.enter_context(patch.object(durable, "fault", faults.step))
        for engine in (store._writer, store._reader):
            event.listen(engine, "before_cursor_execute", faults.statement)
        try:
            yield
        finally:
            faults.on = False
            for engine in (store._writer, store._reader):
                event.remove(engine, "before_cursor_execute", faults.statement)


@dataclass
class Outcome:
    lost: int
    doubled: int
    resurrected: bool
    threads: bool
    troubles: tuple[str, ...]

    @property
    def survived(self) -> bool:
        return not (self.lost or self.doubled or self.resurrected or self.troubles) and self.threads


def encode(faults: Faults, documents: Sequence[tuple[int, str]]) -> list[Stored]:
    if faults.strike("encode") is not None:
        raise MemoryError
    layers, heads, dim = SHAPE
    found = []
    for _, text in documents:
        tokens = len(text.split())
        one = torch.full((layers, -(-tokens // 64), heads, dim), 1.0 + sum(text.encode()) % 97)
        found.append(Stored(one, one, one, tokens))
    return found


def read(faults: Faults, path: Path) -> Iterator[Any]:
    """In this process, so that a thousand schedules take minutes."""
    if (code := faults.strike("read")) is not None:
        raise Unreachable(f"cannot be read from the disk: {os.strerror(code)}")
    yield from read_file(path)


def load(faults: Faults) -> MachineLoad:
    faults.call("psutil")
    return MachineLoad(0.0)


def run(base: Path, faults: Faults) -> Outcome:
    """One schedule."""
    root, home, rng = base / "root", base / "home", faults.random
    root.mkdir()
    settings = Settings(home=home, quiet_seconds=0.05, poll_seconds=1.0, nice=0)
    with Archive.open(home) as archive:
        archive.banks.open(BANK, *SHAPE)
        archive.sources.add(root)
        health = Health(home / "health")
        reader = Reader(
            partial(read, faults),
            lambda item, label: split(item, lambda text: len(text.split()), 64, label=label),
            archive.documents.holds_elsewhere,
            partial(leave_out, archive),
        )
        throttle = Throttle(settings, read=partial(load, faults))
        ingest = Ingest(archive, settings, reader, Encoder(partial(encode, faults), BANK), throttle, health)
        watcher = Watcher(archive, settings, ingest.wake, health=health)
        ingest.start()
        watcher.start()
        try:
            note = root / "forgotten.md"
            note.write_text(f"{SECRET}\n\n{text(rng)}")
            until(lambda: equal(archive, root) and ingest.wait_idle(1.0))
            secret = [d.id for d in archive.documents.listed(limit=100) if SECRET in d.text]
            archive.forgetting.forget(secret)
            note.write_text(f"{text(rng)}\n\n{SECRET}\n\n{text(rng)}")
            with injected(faults, archive):
                faults.on = True
                for _ in range(rng.randint(4, 12)):
                    change(root, rng)
                    time.sleep(rng.random() * 0.1)
            settled = until(lambda: equal(archive, root) and ingest.wait_idle(1.0) and not health.troubles())
            names = {thread.name for thread in threading.enumerate()}
            threads = {"doppel-watch", "doppel-encode", "doppel-commit", "doppel-read-0"} <= names
            documents = archive.documents.listed(limit=1000)
            keys = Counter((d.file_id, d.content_hash) for d in documents)
            return Outcome(
                lost=0 if settled else len(different(archive, root)),
                doubled=sum(count - 1 for count in keys.values()),
                resurrected=any("strongbox" in d.text for d in documents),
                threads=threads,
                troubles=tuple(f"{t.part}: {t.what}" for t in health.troubles()),
            )
        finally:
            faults.on = False
            watcher.stop()
            ingest.stop()


def text(rng: random.Random) -> str:
    words = "harbour lantern violin orchard pepper marble cellar letter garden winter".split()  # noqa: SIM905
    return " ".join(rng.choices(words, k=rng.randint(5, 90))) + f" {rng.random()}."


def change(root: Path, rng: random.Random) -> None:
    """Save, change or delete a file; this thread's own calls never fail."""
    path = root / f"{rng.randrange(8)}.md"
    if path.exists() and rng.random() < 0.25:
        path.unlink()
    else:
        path.write_text(text(rng))


def different(archive: Archive, root: Path) -> list[str]:
    """Files that are not remembered as they are on disk, and rows of files that are gone."""
    rows = {Path(file.path).name: file for file in archive.files.rows()}
    wrong = [name for name in rows if not (root / name).exists()]
    for path in root.iterdir():
        row = rows.get(path.name)
        status = path.stat()
        if (
            row is None
            or row.state != "known"
            or (row.size, row.mtime_ns) != (status.st_size, status.st_mtime_ns)
        ):
            wrong.append(path.name)
    return wrong


def equal(archive: Archive, root: Path) -> bool:
    return not different(archive, root)


def until(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


@dataclass(frozen=True)
class Result:
    schedules: int
    injected: dict[str, int]
    survived: int
    lost: int
    doubled: int
    resurrected: int
    threads_dead: int
    troubles_left: int


@dataclass(frozen=True)
class Recorded:
    """One schedule that was run."""

    seed: int
    number: int
    injected: dict[str, int]
    outcome: Outcome


def recorded(record: Path | None, seed: int) -> dict[int, Recorded]:
    """The schedules of this seed that are in a record; a line that was cut short counts as none."""
    found = {}
    for line in record.read_text("utf-8").splitlines() if record and record.exists() else ():
        try:
            values = json.loads(line)
            outcome = Outcome(**{**values["outcome"], "troubles": tuple(values["outcome"]["troubles"])})
            one = Recorded(values["seed"], values["number"], values["injected"], outcome)
        except (ValueError, KeyError, TypeError):
            continue
        if one.seed == seed:
            found[one.number] = one
    return found


def measure(
    schedules: int, seed: int, say: Callable[[str], None] = lambda line: None, record: Path | None = None
) -> Result:
    """Runs the schedules with pauses between tries that are seconds instead of minutes; those of the record are done."""
    outcomes: list[Outcome] = []
    counted: Counter[str] = Counter()
    before = recorded(record, seed)
    with (
        patch.object(queue, "FIRST_PAUSE", 0.1),
        patch.object(queue, "LONGEST_PAUSE", 1.0),
        patch.object(supervised, "FIRST_PAUSE", 0.05),
        patch.object(supervised, "LONGEST_PAUSE", 0.5),
        patch.object(watching, "LOOK_SECONDS", 0.2),
    ):
        for number in range(schedules):
            if number in before:
                outcomes.append(before[number].outcome)
                counted += Counter(before[number].injected)
                continue
            rng = random.Random(seed * 100_000 + number)
            faults = Faults(rng, probability=rng.choice([0.05, 0.2, 0.5, 1.0]))
            with tempfile.TemporaryDirectory(prefix="doppel-faults-") as base:
                outcomes.append(run(Path(base), faults))
            counted += faults.injected
            if record:
                done = Recorded(seed, number, dict(faults.injected), outcomes[-1])
                with record.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps(asdict(done)) + "\n")
            if not outcomes[-1].survived:
                say(f"schedule {number}: {outcomes[-1]}")
            if (number + 1) % 25 == 0:
                say(f"{number + 1} schedules, {sum(o.survived for o in outcomes)} survived")
    return Result(
        schedules,
        dict(counted.most_common()),
        survived=sum(o.survived for o in outcomes),
        lost=sum(o.lost for o in outcomes),
        doubled=sum(o.doubled for o in outcomes),
        resurrected=sum(o.resurrected for o in outcomes),
        threads_dead=sum(not o.threads for o in outcomes),
        troubles_left=sum(len(o.troubles) for o in outcomes),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    import logging
    import sys

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--schedules", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--record", type=Path, help="a line for each schedule; goes on where it ends")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)
    result = measure(
        options.schedules, options.seed, lambda line: print(line, file=sys.stderr, flush=True), options.record
    )
    if options.json:
        print(json.dumps(asdict(result)))
        return
    print("| what failed | times |\n|---|---|")
    print("\n".join(f"| {what} | {times:,} |" for what, times in result.injected.items()))
    print(
        f"\n{result.schedules} schedules, {sum(result.injected.values()):,} faults: {result.survived} survived, "
        f"{result.lost} files lost, {result.doubled} passages doubled, {result.resurrected} resurrected, "
        f"{result.threads_dead} with a dead thread, {result.troubles_left} troubles left"
    )


if __name__ == "__main__":
    main()
