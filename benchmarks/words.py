"""How well documents are found by their words alone, in any language: the archive's own full-text search, without a model.

    python -m benchmarks.words --data DIR --sets a,b [--limit N] [--json FILE]

Per set recall@1, @5 and @10 with 95 % bootstrap bounds, and the median seconds of a search. A set in which each
conversation is an archive of its own is searched conversation by conversation. A run takes seconds to minutes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.datasets import load_set
from benchmarks.quality import sample
from benchmarks.rounds import open_words, rough_tokens
from benchmarks.scoring import bootstrap_interval, recall_at

DEPTHS = (1, 5, 10)


def measure(folder: Path, name: str, limit: int | None) -> dict[str, Any]:
    """One row of the result."""
    qa = load_set(folder, name, rough_tokens)
    questions = [q for q in qa.questions if q.answerable and q.evidence]
    recall: dict[int, list[float]] = {depth: [] for depth in DEPTHS}
    seconds = []
    asked = sample(questions, limit)
    for archive_name, passages in qa.archives().items():
        theirs = [question for question in asked if question.archive == archive_name]
        if not theirs:
            continue
        with open_words(passages) as archive:
            for question in theirs:
                began = time.perf_counter()
                found = archive.documents.search(question.text, limit=max(DEPTHS))
                seconds.append(time.perf_counter() - began)
                for depth in DEPTHS:
                    covered = [id for number, _ in found[:depth] for id in passages[number - 1].covers]
                    recall[depth].append(recall_at(len(covered), covered, question.evidence))
    intervals = {depth: bootstrap_interval(values) for depth, values in recall.items()}
    return {
        "set": name,
        "recall": {str(depth): round(interval.mean, 4) for depth, interval in intervals.items()},
        "intervals": {str(d): [round(i.low, 4), round(i.high, 4)] for d, i in intervals.items()},
        "seconds": round(statistics.median(seconds), 5),
        "questions": len(asked),
    }


def line(row: dict[str, Any]) -> str:
    figures = "  ".join(
        f"@{depth} {value:.3f} [{row['intervals'][depth][0]:.3f}, {row['intervals'][depth][1]:.3f}]"
        for depth, value in row["recall"].items()
    )
    return (
        f"{row['set']:<28} {row['questions']:>5} questions  recall {figures}  {row['seconds'] * 1000:.1f} ms"
    )


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.words", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of NAME.docs.jsonl.gz and NAME.qa.jsonl.gz"
    )
    parser.add_argument(
        "--sets", type=lambda text: text.split(","), required=True, help="names, comma-separated"
    )
    parser.add_argument("--limit", type=int, help="questions per set")
    parser.add_argument("--json", type=Path, help="write the rows here as well")
    options = parser.parse_args(argv)
    rows = []
    for name in options.sets:
        rows.append(measure(options.data, name, options.limit))
        print(line(rows[-1]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
