"""Chaos: `python -m benchmarks.chaos [--steps 5000] [--seed 1] [--runs 1] [--record FILE]`.

Random operations on folders and sources that a real process watches, learns and is killed in (see
`tests/app/learning/chaos.py`); then the memory is compared with the folders. Each run is a seed of its own. With --record
each is a line of that file, and those that are there already are not run again. Ends with 1 if a memory differs.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.app.learning.chaos import Worker, differences, run


@dataclass(frozen=True)
class Run:
    """One run, and how its memory differed."""

    seed: int
    steps: int
    seconds: float
    differences: tuple[str, ...]


def recorded(record: Path | None, steps: int) -> dict[int, Run]:
    """The runs of so many steps that are in a record; a line that was cut short counts as none."""
    found = {}
    for line in record.read_text("utf-8").splitlines() if record and record.exists() else ():
        try:
            values = json.loads(line)
            one = Run(**{**values, "differences": tuple(values["differences"])})
        except (ValueError, KeyError, TypeError):
            continue
        if one.steps == steps:
            found[one.seed] = one
    return found


def measure(seed: int, steps: int) -> Run:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="doppel-chaos-") as folder:
        base = Path(folder)
        (base / "root").mkdir()
        worker = Worker(base)
        try:
            sources = run(base, worker, steps, seed, lambda line: print(line, file=sys.stderr, flush=True))
        finally:
            worker.end()
        return Run(seed, steps, time.monotonic() - began, tuple(differences(base, sources)))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Random operations; then memory equals the folders, or not.")
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1, help="of the first run")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--record", type=Path, help="a line for each run; goes on where it ends")
    chosen = parser.parse_args(arguments)
    runs = recorded(chosen.record, chosen.steps)
    wanted = range(chosen.seed, chosen.seed + chosen.runs)
    for seed in wanted:
        if seed not in runs:
            runs[seed] = measure(seed, chosen.steps)
            if chosen.record:
                with chosen.record.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps(asdict(runs[seed])) + "\n")
    print("| seed | operations | seconds | differences |\n|---|---|---|---|")
    for seed in wanted:
        print(f"| {seed} | {runs[seed].steps:,} | {runs[seed].seconds:.0f} | {len(runs[seed].differences)} |")
    for seed in wanted:
        print("".join(f"{seed}: {line}\n" for line in runs[seed].differences), end="")
    return int(any(runs[seed].differences for seed in wanted))


if __name__ == "__main__":
    sys.exit(main())
