"""Many chats at once: `python -m benchmarks.chats [--chats 20] [--home FOLDER] [--model NAME]`.

The sample archive is read, then so many people ask at the same moment, each in a chat of their own; one more asks last and
stops while it waits. Printed: whether they were answered in the order they asked, how long each waited and took, how many
waiting questions were told how many are before them, how fair that was, and resident memory before, meanwhile and after.

Fair: the longest wait over the median one. In a line served in order and at an even pace it is 2; a chat that is passed
over, or one long answer before many short ones, makes it more.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import psutil

from app.errors import Stopped
from app.model.store import model_folder
from app.records import Done, Waiting
from app.sample import ARCHIVE
from app.settings import disable_telemetry, load
from app.twin.twin import Twin
from ui.cli.run import SAMPLE_QUESTIONS

MB = 1024 * 1024
SECONDS_TO_READ = 1800


@dataclass
class Asked:
    """Seconds since all began to ask: begun when it was its turn, ended when the answer stood. told: of those before it."""

    begun: float = 0.0
    ended: float = 0.0
    told: bool = False


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--chats", type=int, default=20)
    options.add_argument("--home", type=Path, help="archive to use and keep instead of a temporary one")
    options.add_argument("--model", default="", help="that of the settings, if none is named")
    chosen = options.parse_args()
    settings = load()
    disable_telemetry(settings)
    model = str(model_folder(replace(settings, model=chosen.model or settings.model)))
    with tempfile.TemporaryDirectory() as scratch:
        twin = Twin.open(replace(settings, home=chosen.home or Path(scratch), model=model, throttle=False))
        try:
            twin.add_source(ARCHIVE)
            twin.start()
            if not twin.wait_until_known(SECONDS_TO_READ):
                raise SystemExit("The sample archive was not read in time.")
            list(twin.ask(next(iter(SAMPLE_QUESTIONS)), keep=False))  # what is loaded once is loaded
            measure(twin, chosen.chats)
        finally:
            twin.close()


def measure(twin: Twin, chats: int) -> None:
    process, peak, over = psutil.Process(), [0], threading.Event()
    before = process.memory_info().rss

    def watch() -> None:
        while not over.wait(0.2):
            peak.append(max(peak.pop(), process.memory_info().rss))

    watching = threading.Thread(target=watch)
    watching.start()
    questions, rows = list(SAMPLE_QUESTIONS), [Asked() for _ in range(chats)]
    began = time.perf_counter()

    def ask(number: int, joined: threading.Event) -> None:
        row = rows[number]
        for event in twin.ask(questions[number % len(questions)]):
            joined.set()
            if isinstance(event, Waiting):
                row.told = True
            elif not row.begun:
                row.begun = time.perf_counter() - began
            if isinstance(event, Done):
                row.ended = time.perf_counter() - began

    threads = []
    for number in range(chats):
        joined = threading.Event()
        threads.append(threading.Thread(target=ask, args=(number, joined)))
        threads[-1].start()
        joined.wait(60)
    stopping = stop_while_waiting(twin, questions[0])
    for thread in threads:
        thread.join()
    over.set()
    watching.join()
    begun, ended = [row.begun for row in rows], [row.ended for row in rows]
    print(
        f"{chats} chats; answered in the order they asked: {begun == sorted(begun) and ended == sorted(ended)}"
    )
    print(f"told how many are before them: {sum(row.told for row in rows)} of {chats - 1} that waited")
    print("| what | median | worst |\n|---|---|---|")
    took = [end - start for start, end in zip(begun, ended, strict=True)]
    for name, values in (
        ("waited, s", begun),
        ("answered in, s", took),
        ("stopped while waiting, s", [stopping]),
    ):
        print(f"| {name} | {median(values):,.2f} | {max(values):,.2f} |")
    print(f"longest wait / median wait: {max(begun) / median(begun):.2f}")
    after = process.memory_info().rss
    print(f"resident: {before / MB:,.0f} MB before, {peak[0] / MB:,.0f} at most, {after / MB:,.0f} after")


def stop_while_waiting(twin: Twin, question: str) -> float:
    """Seconds from the stop until the question has left the line."""
    cancel = threading.Event()
    events = twin.ask(question, cancel=cancel)
    next(events)
    cancel.set()
    began = time.perf_counter()
    try:
        for _ in events:
            pass
    except Stopped:
        return time.perf_counter() - began
    raise SystemExit("It was answered although it was stopped.")


if __name__ == "__main__":
    main()
