"""Load: `python -m benchmarks.load [--minutes 20] [--chats 20] [--windows 100] [--model NAME] [--csv FILE] [--plot FILE]`.

A day of random use, compressed: a server over a copy of the sample archive (`benchmarks.load.server`) is asked in chats, its
page is opened and closed in windows (`benchmarks.load.windows`), and its files change. What the server and the
processes it starts hold is sampled (`benchmarks.load.held`); printed are means over quarters of the time, what an hour of
such load would add by the last half, and whether that is a plateau (`benchmarks.load.growth`). Needs the model on this
computer; without it questions are refused, and that is counted.
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
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path
from statistics import mean

import psutil

import app.sample
from benchmarks.load.growth import ALLOWED, in_a_word, is_plateau, verdicts
from benchmarks.load.held import Sample, watch
from benchmarks.load.windows import windows


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
            *(mean(getattr(one, field.name) for one in part) for field in fields(Sample)[1:]),
        )
        for part in parts
        if part
    ]


def plot(samples: Sequence[Sample], path: Path) -> None:
    from matplotlib import pyplot

    names = {"anonymous_mb": "MB asked for", "mapped_mb": "MB of files", "descriptors": "descriptors"}
    names["threads"] = "threads"
    figure, axes = pyplot.subplots(len(names), 1, sharex=True, figsize=(8, 8))
    for axis, (name, label) in zip(axes, names.items(), strict=True):
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
            try:
                said, _ = server.communicate(timeout=300)
                counted.update(json.loads(said.splitlines()[-1]))
            except subprocess.TimeoutExpired:  # what was sampled tells all the same
                counted["the server did not end"] += 1
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
    print(
        "| until minute | anonymous MB | file-mapped MB | descriptors | threads | mappings |\n|---|---|---|---|---|---|"
    )
    for one in quarters(samples):
        held = (one.anonymous_mb, one.mapped_mb, one.descriptors, one.threads, one.mappings)
        print(f"| {one.seconds / 60:.1f} | " + " | ".join(f"{value:,.0f}" for value in held) + " |")
    print("\n| of the last half | mean | an hour adds | between | allowed | |\n|---|---|---|---|---|---|")
    for name, (found, verdict) in verdicts(samples).items():
        interval = f"{found.least:+,.1f} and {found.most:+,.1f}"
        allowed = f"{ALLOWED[name] * found.mean:,.1f}"
        print(f"| {name} | {found.mean:,.0f} | {found.hourly:+,.1f} | {interval} | {allowed} | {verdict} |")
    print("\n".join(f"{what}: {times:,}" for what, times in sorted(counted.items())))
    print(f"{len(samples)} samples; {in_a_word(samples)}")
    return int(not is_plateau(samples))


if __name__ == "__main__":
    sys.exit(main())
