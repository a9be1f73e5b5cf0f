"""Files that people really have, fed to the real product: `python -m benchmarks.cases FOLDER [--only CASE] [--json]`.

FOLDER holds a folder for each case. All of it is watched as one source and learned by the real pipeline (scan, readers in
processes of their own, splitter, archive); only the vectors are none, since nothing is asked. What must be remembered,
must not be, or must be noted as not read is written in cases_expect.toml; a case passes if everything written of it holds.
Ends with 1 if one does not.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from app.errors import NotFound
from app.learning.ingest import Encoder, Ingest
from app.parsing.isolated import close_workers, iter_isolated
from app.passages.file_passages import Reader
from app.passages.split import split
from app.settings import Settings
from app.watching.scan import Scan, known_files
from storage.archive import Archive
from storage.records import Document, File

EXPECTED = Path(__file__).with_name("cases_expect.toml")
ABOUT = ["EXPECT.md", "faults.md", "lines.txt"]  # of the cases themselves
BANK = "no model"
SHAPE = (1, 1, 8)  # layers, kv heads, head dim
PASSAGE_TOKENS = 512
SECONDS = 600.0


@dataclass(frozen=True)
class Vectors:
    """An encoding that stands for any."""

    router_key: Tensor
    key: Tensor
    value: Tensor
    tokens: int


@dataclass(frozen=True)
class Outcome:
    """What became of one case; failures: what does not hold."""

    case: str
    kinds: tuple[str, ...]
    checks: int
    failures: tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """The files of one expectation as the archive has them."""

    files: Sequence[File]
    passages: Sequence[Document]
    notes: Sequence[str]
    source_reason: str = ""

    def holding(self, text: str) -> list[Document]:
        return [passage for passage in self.passages if folded(text) in folded(passage.text)]


def count_tokens(text: str) -> int:
    return len(text) // 4 + 1


def encode(documents: Sequence[tuple[int, str]]) -> list[Vectors]:
    layers, heads, dim = SHAPE
    lengths = [count_tokens(text) for _, text in documents]
    chunks = [torch.ones(layers, -(-tokens // 64), heads, dim) for tokens in lengths]
    return [Vectors(one, one, one, tokens) for one, tokens in zip(chunks, lengths, strict=True)]


def learn(archive: Archive, settings: Settings, root: Path) -> None:
    """Have everything below `root` learned. Raises TimeoutError."""
    archive.banks.open(BANK, *SHAPE)
    source = archive.sources.add(root, ignore=ABOUT)
    reader = Reader(
        partial(iter_isolated, seconds=settings.read_seconds, megabytes=settings.read_memory_mb),
        lambda item, label: split(item, count_tokens, PASSAGE_TOKENS, label=label),
        archive.documents.holds_elsewhere,
    )
    ingest = Ingest(archive, settings, reader, Encoder(encode, BANK))
    Scan(archive, source, exclude=[settings.home]).all()
    ingest.start()
    try:
        if not ingest.wait_idle(SECONDS):
            raise TimeoutError(f"not read within {SECONDS:.0f} s")
    finally:
        ingest.stop()


def folded(text: str) -> str:
    return " ".join(text.split())


def seen(archive: Archive, files: Sequence[File]) -> Seen:
    passages = [document for file in files for document in archive.documents.of_file(file.id)]
    notes = [note for file in files for note in (*file.unread, file.reason or "")]
    (source,) = archive.sources.rows()
    return Seen(files, passages, notes, source.reason or "")


def problems(expect: dict[str, Any], now: Seen, search: Sequence[set[int]]) -> Iterator[str]:
    """What of an expectation does not hold. search: for each of `found`, the ids of the documents that it finds."""
    for wanted in expect.get("says", ()):
        if not any(map(now.holding, [wanted] if isinstance(wanted, str) else wanted)):
            yield f"does not say {wanted!r}"
    times = dict.fromkeys(expect.get("once", ()), 1) | expect.get("times", {})
    for text, wanted in times.items():
        count = sum(folded(passage.text).count(folded(text)) for passage in now.passages)
        if count != wanted:
            yield f"says {text!r} {count} times"
    for text in expect.get("never", ()):
        if now.holding(text):
            yield f"says {text!r}"
    yield from _facts(expect, now)
    for text in expect.get("unread", ()):
        if not any(text.casefold() in note.casefold() for note in now.notes):
            yield f"does not note {text!r}"
    for text, note in expect.get("says_or_unread", ()):
        if not now.holding(text) and not any(note.casefold() in one.casefold() for one in now.notes):
            yield f"neither says {text!r} nor notes {note!r}"
    for place in expect.get("read_or_noted", ()):
        number = place.rpartition(" ")[2]
        noted = any(number in note and "page" in note for note in now.notes)
        if not noted and not any(place in passage.place for passage in now.passages):
            yield f"{place} is neither read nor noted"
    for text, ids in zip(expect.get("found", ()), search, strict=True):
        if not ids & {passage.id for passage in now.passages}:
            yield f"not found by {text!r}"


def _facts(expect: dict[str, Any], now: Seen) -> Iterator[str]:
    """Title, author, date and state."""
    first = expect.get("says", [""])[0]
    bearing = now.holding(first if isinstance(first, str) else first[0])
    for name in ("title", "author", "date"):
        if name not in expect:
            continue
        value = (getattr(bearing[0], name) or "") if bearing else None
        wanted = expect[name]
        if value is None or not (value.startswith(wanted) if wanted else value == ""):
            yield f"{name} is {value!r}, not {wanted!r}"
    for day in expect.get("dates", ()):
        # several days of a chat may share a passage, which then says them in its text
        if not any(day in (passage.date or "") or day in passage.text for passage in now.passages):
            yield f"nothing is of {day}"
    if "listed" in expect and not now.files and expect["listed"] not in now.source_reason:
        yield "is not listed at all, nor told with its source"
    if "state" in expect and (not now.files or any(file.state != expect["state"] for file in now.files)):
        yield f"is {[(file.state, file.reason) for file in now.files]}, not {expect['state']}"


CHECKS = (
    *("says", "once", "times", "never", "unread", "says_or_unread", "read_or_noted", "found", "dates"),
    *("title", "author", "date", "listed", "state"),
)


def checks(expect: dict[str, Any]) -> int:
    """How many things an expectation says."""
    values = [expect[name] for name in CHECKS if name in expect]
    return sum(len(value) if isinstance(value, (list, dict)) else 1 for value in values)


def run(root: Path, expected: Sequence[dict[str, Any]]) -> list[Outcome]:
    """Learn all files below `root` and compare them with what is expected."""
    with tempfile.TemporaryDirectory(prefix="doppel-cases-") as home:
        settings = Settings(home=Path(home), nice=0, throttle=False)
        with Archive.open(settings.home) as archive:
            learn(archive, settings, root)
            (source,) = archive.sources.rows()
            files = list(known_files(archive, source.id))
            cases: dict[str, list[dict[str, Any]]] = {}
            for expect in expected:
                cases.setdefault(expect["case"], []).append(expect)
            return [_outcome(archive, root, files, case, of) for case, of in cases.items()]


def _outcome(
    archive: Archive, root: Path, files: Sequence[File], case: str, expected: Sequence[dict[str, Any]]
) -> Outcome:
    failures = []
    for expect in expected:
        pattern = f"{case}/{expect.get('file', '*')}"
        chosen = [
            file for file in files if fnmatch.fnmatch(Path(file.path).relative_to(root).as_posix(), pattern)
        ]
        search = [{id for id, _ in archive.documents.search(text, 50)} for text in expect.get("found", ())]
        where = expect.get("file", "")
        failures += [f"{where}: {problem}" for problem in problems(expect, seen(archive, chosen), search)]
    kinds = tuple(dict.fromkeys(expect["kind"] for expect in expected))
    return Outcome(case, kinds, sum(map(checks, expected)), tuple(failures))


def report(outcomes: Sequence[Outcome], seconds: float) -> str:
    lines = []
    for outcome in outcomes:
        lines.append(f"{'ok  ' if not outcome.failures else 'FAIL'}  {outcome.case}")
        lines += [f"        {failure}" for failure in outcome.failures]
    total: Counter[str] = Counter(kind for outcome in outcomes for kind in outcome.kinds)
    good: Counter[str] = Counter(
        kind for outcome in outcomes if not outcome.failures for kind in outcome.kinds
    )
    lines += [f"{kind}: {good[kind]} of {total[kind]}" for kind in sorted(total)]
    passed = sum(not outcome.failures for outcome in outcomes)
    lines.append(f"{passed} of {len(outcomes)} cases in {seconds:.1f} s")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Feed the cases to the product and check what is remembered."
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", help="one case")
    parser.add_argument("--expect", type=Path, default=EXPECTED, help="what must be remembered (TOML)")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    root = chosen.folder.resolve()
    expected: list[dict[str, Any]] = tomllib.loads(chosen.expect.read_text(encoding="utf-8"))["expect"]
    if chosen.only:
        expected = [expect for expect in expected if expect["case"] == chosen.only]
    if not root.is_dir() or not expected:
        raise NotFound(f"{root} is no folder of cases, or nothing is expected of {chosen.only}")
    began = time.monotonic()
    try:
        outcomes = run(root, expected)
    finally:
        close_workers()
    seconds = time.monotonic() - began
    if chosen.json:
        facts = [vars(outcome) for outcome in outcomes]
        passed = sum(not outcome.failures for outcome in outcomes)
        text = {"cases": len(outcomes), "passed": passed, "seconds": seconds, "outcomes": facts}
        print(json.dumps(text, ensure_ascii=False, indent=2))
    else:
        print(report(outcomes, seconds))
    return int(any(outcome.failures for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
