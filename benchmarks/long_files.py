"""Passages of long files asked for in other languages: `python -m benchmarks.long_files [--json]`.

`long_files.jsonl` holds questions about the packaged sample archive, each in another language than the passage that answers
it: the language, part of the file's path and words of the passage. Printed is how often that passage is among those that
are read in other languages, how often it is the first of them, and how many are read. The first set was written before the
everyday words of `matter_words`, and these were chosen with an eye on what it lacked; the second was written after them, but
looked at before words that two languages share were looked for.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.asking.across import to_read
from app.asking.everyday.abroad import senses
from app.asking.memory import Memory
from app.asking.question import understand
from app.errors import DoppelError
from app.model.store import model_folder
from app.sample import ARCHIVE
from app.settings import disable_telemetry
from app.settings import load as load_settings
from app.twin.recall import Recall
from benchmarks.twin import TODAY

QUESTIONS = Path(__file__).parent / "long_files.jsonl"


@dataclass(frozen=True)
class Asked:
    """path: part of the file's; says: words of the passage."""

    set: str
    lang: str
    question: str
    path: str
    says: str


@dataclass(frozen=True)
class Found:
    read: bool
    first: bool
    passages: int


def read_questions() -> list[Asked]:
    return [Asked(**json.loads(line)) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


def found(asked: Asked, memory: Memory) -> Found:
    question = understand(asked.question, TODAY)
    hits = to_read(question, senses(question.text, question.language), memory)
    right = [asked.path in (hit.document.path or "") and asked.says in hit.document.text for hit in hits]
    return Found(any(right), right[:1] == [True], len(right))


def measure(home: Path) -> list[tuple[Asked, Found]]:
    from app.twin.twin import Twin

    settings = load_settings()
    disable_telemetry(settings)
    twin = Twin.open(replace(settings, home=home, model=str(model_folder(settings)), throttle=False))
    try:
        twin.ingest(ARCHIVE)
        answerer, encoded = twin._ready("which?")
        memory = Recall(twin._archive, answerer, encoded, 1, lambda: False)
        return [(asked, found(asked, memory)) for asked in read_questions()]
    finally:
        twin.close()


def summarise(told: Sequence[tuple[Asked, Found]]) -> dict[str, dict[str, float]]:
    """By set, and by set and language."""
    rows: dict[str, list[Found]] = {}
    for asked, one in told:
        for row in (f"{asked.set}, {asked.lang}", f"{asked.set}, all"):
            rows.setdefault(row, []).append(one)
    return {
        row: {
            "questions": len(some),
            "read": statistics.fmean(one.read for one in some),
            "first": statistics.fmean(one.first for one in some),
            "passages": statistics.fmean(one.passages for one in some),
        }
        for row, some in sorted(rows.items())
    }


def show(rows: dict[str, dict[str, Any]]) -> Iterator[str]:
    yield f"{'set, language':<16}{'questions':>10}{'read':>7}{'first':>7}{'passages':>10}"
    for name, row in rows.items():
        yield f"{name:<16}{row['questions']:>10}{row['read']:>7.2f}{row['first']:>7.2f}{row['passages']:>10.1f}"


def main() -> int:
    parser = argparse.ArgumentParser(description="Look for passages of long files in other languages.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="doppel-long-", ignore_cleanup_errors=True) as home:
            told = measure(Path(home))
    except DoppelError as error:
        print(f"benchmarks.long_files: {error}", file=sys.stderr)
        return 1
    rows = summarise(told)
    print(json.dumps(rows, indent=2) if arguments.json else "\n".join(show(rows)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
