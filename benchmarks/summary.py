"""A summary of many passages: `python -m benchmarks.summary [--passages 125,250,500,1000] [--json] [--sentences 50]`.

Remembers a made-up journal with so many days about an orchard, without a model, and asks for a summary of all about it.
Printed are, by number of days: the passages gone through, seconds, how often progress was told, how long a cancel in the
middle took to be heeded, the largest memory that Python held for it beyond what was held before, and the share of the
summary's sentences that stand in the passage that they name.

With `--sentences` instead the first so many sentences of summaries of the packaged sample archive (a period, a topic, a
person and a folder, in turn), each with the passage that it cites, for a person to read whether that supports it.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

from app.asking import route
from app.asking.memory import Evidenced, Progress, own_words
from app.asking.plain import plain
from app.asking.question import Question, understand
from app.sample import ARCHIVE
from benchmarks.twin import TODAY
from benchmarks.twin_words import Words, open_words

QUESTION = understand("Summarise everything about the orchard", TODAY)
REQUESTS = (
    "Summarise 2022",
    "Summarise everything about the choir",
    "Fasse alles über Mortimer zusammen",
    "Summarise the travel folder",
    "Fasse 2018 zusammen",
    "Résume tout ce qui concerne le jardin",
    "总结关于苔藓年历的一切",
    "Summarise everything about Tom",
)
SIZES = (125, 250, 500, 1000)
MIB = 2**20
_WHO = ("Ruben", "Aunt Silke", "the neighbour", "Marit", "the beekeeper", "old Tam", "the school class")
_DID = (
    "pruned",
    "watered",
    "counted",
    "grafted",
    "fenced",
    "mulched",
    "limed",
    "picked",
    "measured",
    "replanted",
)
_WHAT = (
    "pears",
    "quinces",
    "cherries",
    "the young plums",
    "the medlar",
    "the walnut row",
    "the damsons",
    "the apple wall",
)
_THEN = (
    "the frost took a third of the blossom",
    "the deer had been at the bark again",
    "the cider press leaked",
    "the cellar was full by evening",
    "the ladder broke at the fourth rung",
    "the wasps came early",
    "the rain stayed away",
)


@dataclass(frozen=True)
class Row:
    """days: entries of the journal; passages: gone through; held: MiB; cancel: seconds from the wish to the end; cited: the
    share of the summary's sentences that stand in the passage they name."""

    days: int
    passages: int
    seconds: float
    told: int
    cancel: float
    held: float
    sentences: int
    cited: float


def write_journal(folder: Path, days: int) -> None:
    chance = random.Random(7)
    first = date(2015, 1, 3)
    for day in range(days):
        lines = [
            f"{chance.choice(_WHO)} {chance.choice(_DID)} {chance.randint(2, 90)} of {chance.choice(_WHAT)}, "
            f"and {chance.choice(_THEN)} in row {chance.randint(1, 40)}."
            for _ in range(12)
        ]
        on = first + timedelta(days=3 * day)
        text = f"# The orchard, {on.isoformat()}\n\n" + "\n".join(lines)
        (folder / f"orchard {on.isoformat()}.md").write_text(text, encoding="utf-8")


def measure(days: int) -> Row:
    with tempfile.TemporaryDirectory(prefix="doppel-journal-") as folder:
        write_journal(Path(folder), days)
        with open_words(Path(folder)) as memory:
            began = time.monotonic()
            text, cited, progress = run(memory)
            seconds = time.monotonic() - began
            tracemalloc.start()
            run(memory)
            held = tracemalloc.get_traced_memory()[1] / MIB
            tracemalloc.stop()
            cancel = cancelled_after(memory, len(progress) // 2)
    lines = [line for line in text.split("\n") if line.strip()]
    held_by = [stands(line, cited) for line in lines]
    return Row(
        days,
        progress[-1].all if progress else 0,
        seconds,
        len(progress),
        cancel,
        held,
        len(lines),
        sum(held_by) / len(lines) if lines else 0.0,
    )


def run(memory: Words, question: Question = QUESTION) -> tuple[str, list[str], list[Progress]]:
    """The summary, the texts that it cites in their order, and the progress that it told."""
    text, cited, progress = "", list[str](), list[Progress]()
    for event in route.answer(question, memory):
        if isinstance(event, str):
            text += event
        elif isinstance(event, Evidenced):
            cited = [plain(own_words(hit.document), 100_000) for hit in event.cited]
        else:
            progress.append(event)
    return text, cited, progress


def cancelled_after(memory: Words, told: int) -> float:
    """Seconds from a wish to stop, after so much progress, until the answer has ended."""
    asked = 0.0
    for event in route.answer(QUESTION, memory):
        told -= isinstance(event, Progress)
        if told <= 0 and not asked:
            memory.stopped, asked = True, time.monotonic()
    memory.stopped = False
    return time.monotonic() - asked


def to_check(most: int) -> Iterator[str]:
    """Sentences of summaries of the sample archive, each with its passage."""
    told = 0
    with open_words(ARCHIVE) as memory:
        for request in REQUESTS:
            text, cited, _ = run(memory, understand(request, TODAY))
            for line in (line for line in text.split("\n") if line.strip()):
                if told == most:
                    return
                told += 1
                number = re.search(r"\[(\d+)\]$", line)
                passage = cited[int(number[1]) - 1] if number else "no citation"
                yield f"{told}. ({request}) {line}\n    {passage}"


def stands(line: str, cited: Sequence[str]) -> bool:
    """Whether a line's words stand in the passage whose number it ends with."""
    match = re.match(r"^[-\s]*(?:[\d-]+:?\s+)?(?P<said>.+?)\s*\[(?P<number>\d+)\]$", line)
    if match is None:
        return False
    said = match["said"].rstrip("…").strip()
    return any(said[at:] in cited[int(match["number"]) - 1] for at in range(min(24, len(said) // 2)))


def show(rows: Sequence[Row]) -> Iterator[str]:
    heads = f"{'days':>6}{'passages':>10}{'seconds':>9}{'progress':>10}{'cancel s':>10}"
    yield f"{heads}{'MiB held':>10}{'sentences':>11}{'cited':>7}"
    for row in rows:
        yield (
            f"{row.days:>6}{row.passages:>10}{row.seconds:>9.2f}{row.told:>10}{row.cancel:>10.3f}{row.held:>10.1f}"
            f"{row.sentences:>11}{row.cited:>7.2f}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description="Summarise many passages.")
    parser.add_argument(
        "--passages", default=",".join(map(str, SIZES)), help="days of the journal, with commas"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--sentences", type=int, default=0, help="print so many of the sample archive instead"
    )
    arguments = parser.parse_args()
    if arguments.sentences:
        print("\n".join(to_check(arguments.sentences)))
        return 0
    rows = [measure(int(days)) for days in arguments.passages.split(",")]
    print(json.dumps([asdict(row) for row in rows]) if arguments.json else "\n".join(show(rows)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
