"""Load: `python -m benchmarks.load [--minutes 20] [--chats 20] [--windows 100] [--model NAME] [--csv FILE] [--plot FILE]`.

A day of random use, compressed: a server over a copy of the sample archive (`benchmarks.load.server`) is asked in chats, its
page is opened and closed in windows (`benchmarks.load.windows`), and its files change. Resident memory, descriptors and
threads of the server and of the processes it starts are sampled; printed are their means over quarters of the time, and
whether the last quarter holds more than the one before. Needs the model on this computer; without it questions are
refused, and that is counted.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from statistics import mean

import psutil

import app.sample
from benchmarks.load.windows import windows

MB = 1024 * 1024
STEADY = 1.05  # of the quarter before: the last one may hold so much and counts as a plateau
WARM_UP = 0.25  # of the time, left out of the verdict


@dataclass(frozen=True)
class Sample:
    """seconds: since the load began; of the server and its children together."""

    seconds: float
    resident_mb: float
    descriptors: int
    threads: int


def sample(server: psutil.Process, seconds: float) -> Sample:
    resident = descriptors = threads = 0
    for process in (server, *server.children(recursive=True)):
        try:
            resident += process.memory_info().rss
            descriptors += process.num_fds() if hasattr(process, "num_fds") else process.num_handles()
            threads += process.num_threads()
        except psutil.Error:  # it ended meanwhile
            continue
    return Sample(seconds, resident / MB, descriptors, threads)


def watch(server: psutil.Process, every: float, ended: threading.Event, found: list[Sample]) -> None:
    began = time.monotonic()
    while not ended.wait(every):
        found.append(sample(server, time.monotonic() - began))


def change_files(root: Path, ended: threading.Event, chance: random.Random) -> None:
    """A person who writes: saves, changes and deletes notes."""
    words = "harbour lantern violin orchard pepper marble cellar letter garden winter".split()  # noqa: SIM905
    while not ended.wait(chance.random() * 6):
        path = root / f"note {chance.randrange(40)}.md"
        if path.exists() and chance.random() < 0.3:
            path.unlink()
        else:
            path.write_text(" ".join(chance.choices(words, k=chance.randint(5, 200))), encoding="utf-8")


def quarters(samples: Sequence[Sample]) -> list[Sample]:
    """The means of four equal parts of the samples."""
    size = max(1, len(samples) // 4)
    parts = [samples[at : at + size] for at in range(0, size * 4, size)]
    return [
        Sample(
            part[-1].seconds,
            mean(one.resident_mb for one in part),
            round(mean(one.descriptors for one in part)),
            round(mean(one.threads for one in part)),
        )
        for part in parts
        if part
    ]


def is_plateau(parts: Sequence[Sample]) -> bool:
    """Whether the last quarter holds no more than the one before, but for what is no growth."""
    before, last = parts[-2:]
    return all(
        getattr(last, name) <= getattr(before, name) * STEADY + 1
        for name in ("resident_mb", "descriptors", "threads")
    )


def plot(samples: Sequence[Sample], path: Path) -> None:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(3, 1, sharex=True, figsize=(8, 7))
    names = ("resident_mb", "descriptors", "threads")
    for axis, name, label in zip(axes, names, ("resident MB", "descriptors", "threads"), strict=True):
        axis.plot([one.seconds / 60 for one in samples], [getattr(one, name) for one in samples])
        axis.set_ylabel(label)
        axis.set_ylim(bottom=0)
    axes[-1].set_xlabel("minutes")
    figure.tight_layout()
    figure.savefig(path)


def measure(
    minutes: float, chats: int, count: int, every: float, model: str = ""
) -> tuple[list[Sample], Counter[str]]:
    samples: list[Sample] = []
    counted: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="doppel-load-") as folder:
        base = Path(folder)
        shutil.copytree(Path(app.sample.__file__).parent / "archive", base / "files")
        command = [
            sys.executable,
            "-m",
            "benchmarks.load.server",
            folder,
            str(chats),
            *([model] if model else []),
        ]
        server = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ}
        )
        ended = threading.Event()
        try:
            assert server.stdin is not None and server.stdout is not None
            at = json.loads(server.stdout.readline())
            workers = (
                threading.Thread(target=watch, args=(psutil.Process(server.pid), every, ended, samples)),
                threading.Thread(target=change_files, args=(base / "files", ended, random.Random(1))),
            )
            for thread in workers:
                thread.start()
            asyncio.run(windows(at["port"], at["token"], count, minutes * 60, counted))
            ended.set()
            for thread in workers:
                thread.join()
            said, _ = server.communicate(timeout=300)
            counted.update(json.loads(said.splitlines()[-1]))
        finally:
            ended.set()
            server.kill()
            server.wait()
    return samples, counted


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Memory, descriptors and threads under a day of random use.")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--chats", type=int, default=20)
    parser.add_argument("--windows", type=int, default=100)
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two samples")
    parser.add_argument("--model", default="", help="that of the settings, if none is named")
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--plot", type=Path)
    chosen = parser.parse_args(arguments)
    samples, counted = measure(chosen.minutes, chosen.chats, chosen.windows, chosen.every, chosen.model)
    if chosen.csv:
        with chosen.csv.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow([one.name for one in fields(Sample)])
            rows.writerows(astuple(one) for one in samples)
    if chosen.plot:
        plot(samples, chosen.plot)
    settled = [one for one in samples if one.seconds >= WARM_UP * chosen.minutes * 60]
    parts = quarters(settled)
    print("| until minute | resident MB | descriptors | threads |\n|---|---|---|---|")
    for one in parts:
        print(f"| {one.seconds / 60:.1f} | {one.resident_mb:,.0f} | {one.descriptors} | {one.threads} |")
    print("\n".join(f"{what}: {times:,}" for what, times in sorted(counted.items())))
    steady = len(parts) == 4 and is_plateau(parts)
    print(f"{len(samples)} samples; the last quarter {'is a plateau' if steady else 'still grows'}")
    return int(not steady)


if __name__ == "__main__":
    sys.exit(main())
