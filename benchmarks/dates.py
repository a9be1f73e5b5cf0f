"""The dates benchmark: `python -m benchmarks.dates`.

Reads the packaged sample archive as the product does (no model takes part) and compares the date of every passage that
shows one with `dates_gold.jsonl`: path, place in the file, and the date that a person reads off it, as exact as it is
written; null where nothing in file, name or folder says one. A date is right if it is the same as far as both go; for a
passage without one, the day its file was changed is right and everything else is invented.

The gold was made by going through the list of what Doppel found and correcting it against the files, so a wrong date that
looks right may have been overlooked.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from app.dates.best import CHANGED
from app.sample import ARCHIVE
from benchmarks.twin_words import open_words
from storage.records import Document

GOLD = Path(__file__).parent / "dates_gold.jsonl"


@dataclass(frozen=True)
class Gold:
    path: str
    at: int
    date: str | None


def read_gold() -> list[Gold]:
    return [Gold(**json.loads(line)) for line in GOLD.read_text(encoding="utf-8").splitlines()]


def judged(gold: Gold, document: Document) -> str:
    """ "right", "wrong" (another date), "missing" (it shows one and none was found) or "invented"."""
    found = None if document.date_source in ("", CHANGED) else document.date
    if gold.date is None:
        return "right" if found is None else "invented"
    if found is None:
        return "missing"
    length = min(len(gold.date), len(found[:10]))
    exact = len(found[:10]) >= len(gold.date)
    return "right" if gold.date[:length] == found[:length] and exact else "wrong"


def main() -> int:
    with open_words(ARCHIVE) as memory:
        found = {
            (Path(d.path).relative_to(ARCHIVE).as_posix(), d.ordinal): d for d in memory.every() if d.path
        }
    counts: Counter[tuple[bool, str]] = Counter()
    for gold in read_gold():
        document = found.get((gold.path, gold.at))
        if document is None:
            print(f"no such passage any more: {gold.path} {gold.at}", file=sys.stderr)
            return 1
        verdict = judged(gold, document)
        counts[gold.date is not None, verdict] += 1
        if verdict != "right":
            print(
                f"{verdict}: {gold.path} {gold.at}: {document.date} ({document.date_source}), not {gold.date}"
            )
    for shows, name in ((True, "passages that show a date"), (False, "passages that show none")):
        n = sum(count for (which, _), count in counts.items() if which == shows)
        print(f"{name:<28}{n:>5}   right {counts[shows, 'right'] / max(1, n):.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
