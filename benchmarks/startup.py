"""What starting and installing cost, before and after: `python -m benchmarks.startup [--before COMMIT] [--tries 9]`.

Printed for a commit (by default the last one before most formats were read) and for the working tree: how long the command
line and the process that parses files take to start, which heavy libraries they have loaded by then (there should be none),
how many distributions the product asks for, and how much of the disk they take. Sizes are those of what is installed here,
in whatever version; what is not installed is named and not counted.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
BEFORE = "d4bc3a7"
TRIES = 5
HEAVY = (
    "torch",
    "transformers",
    "gradio",
    "rapidocr",
    "onnxruntime",
    "numbers_parser",
    "faster_whisper",
    "numpy",
)
START = {
    "command line": "import ui.cli.main",
    "parser": "import app.parsing.worker",
}


@dataclass(frozen=True)
class Start:
    """Seconds to start (the median of some tries), and which heavy libraries were loaded by then."""

    seconds: float
    heavy: tuple[str, ...]


@dataclass(frozen=True)
class Cost:
    """of: what was measured. megabytes: on the disk, of `distributions`; missing: asked for, and not installed here."""

    of: str
    starts: dict[str, Start]
    distributions: int
    megabytes: float
    missing: tuple[str, ...]
    largest: dict[str, float]


def start(statement: str, root: Path = ROOT, tries: int = TRIES) -> Start:
    """A fresh Python in `root` that runs the statement. Raises CalledProcessError where it fails."""
    ask = f"{statement}; import sys; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    seconds, said = [], ""
    for _ in range(tries):
        began = time.monotonic()
        # -E: a PYTHONPATH that leads to the working tree would be searched before `root` otherwise.
        run = subprocess.run(
            [sys.executable, "-E", "-c", ask], cwd=root, capture_output=True, text=True, check=True
        )
        seconds.append(time.monotonic() - began)
        said = run.stdout
    return Start(median(seconds), tuple(said.split()))


def megabytes(package: str) -> float | None:
    """What an installed distribution takes on the disk; None where it is not installed."""
    try:
        files = importlib.metadata.files(package) or []
    except importlib.metadata.PackageNotFoundError:
        return None
    return sum(path.stat().st_size for file in files if (path := file.locate()).is_file()) / 1e6  # type: ignore[attr-defined]


def asked_for(requirements: Sequence[str]) -> set[str]:
    """The names of all distributions that these requirements lead to here, themselves among them."""
    found: set[tuple[str, frozenset[str]]] = set()
    waiting = [Requirement(line) for line in requirements]
    while waiting:
        one = waiting.pop()
        key = canonicalize_name(one.name), frozenset(one.extras)
        if key in found or (one.marker and not one.marker.evaluate()):
            continue
        found.add(key)
        try:
            behind = importlib.metadata.requires(one.name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        for needed in map(Requirement, behind):
            wanted = not needed.marker or any(
                needed.marker.evaluate({"extra": extra}) for extra in one.extras or {""}
            )
            if wanted:
                needed.marker = None
                waiting.append(needed)
    return {name for name, _ in found}


def unpacked(commit: str, folder: Path) -> Path:
    """The tree of a commit, in `folder`. Raises CalledProcessError where the history does not reach so far."""
    packed = subprocess.run(
        ["git", "-C", str(ROOT), "archive", commit], capture_output=True, check=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def cost(root: Path, of: str, tries: int) -> Cost:
    project: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    sizes = {name: megabytes(name) for name in asked_for(project["dependencies"])}
    known = {name: size for name, size in sizes.items() if size is not None}
    largest = dict(sorted(known.items(), key=lambda pair: -pair[1])[:12])
    missing = tuple(sorted(sizes.keys() - known.keys()))
    starts = {name: start(what, root, tries) for name, what in START.items()}
    return Cost(of, starts, len(known), sum(known.values()), missing, largest)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Start-up and install size, before and after.")
    parser.add_argument("--before", default=BEFORE, metavar="COMMIT")
    parser.add_argument("--tries", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        try:
            old = unpacked(chosen.before, Path(folder))
        except subprocess.CalledProcessError as error:
            sys.exit(f"{chosen.before} is not in this clone's history: {error.stderr.decode().strip()}")
        costs = [cost(old, chosen.before, chosen.tries), cost(ROOT, "now", chosen.tries)]
    if chosen.json:
        print(json.dumps([asdict(one) for one in costs]))
        return
    for one in costs:
        print(f"{one.of}: {one.distributions} distributions, {one.megabytes:,.0f} MB")
        for name, begun in one.starts.items():
            print(f"  start of the {name}: {begun.seconds:.3f} s, heavy: {', '.join(begun.heavy) or 'none'}")
        print("  " + ", ".join(f"{name} {size:,.0f}" for name, size in one.largest.items()))
        if one.missing:
            print(f"  not installed here, not counted: {', '.join(one.missing)}")
    new = costs[1].largest.keys() - costs[0].largest.keys()
    print(f"among the largest only now: {', '.join(sorted(new)) or 'none'}")


if __name__ == "__main__":
    main()
