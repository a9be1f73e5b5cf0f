"""What a growing memory costs: recall and answers of the same questions as distractors join, up to millions of tokens.

    python -m benchmarks.scale --data DIR --set NAME --distractors DIR --tokens 16000,64000,256000 [--systems router,doppel]
        [--limit N] [--model DIR] [--work DIR] [--retrieval-only] [--plot FILE.svg] [--json]

Distractors are the documents without questions of another folder, in a fixed order, so that each memory contains the smaller
ones; everything is encoded once. Prints the rows of `benchmarks.quality`, each with "tokens", the distractors' number.
`fall` is the relative loss of recall@16 and F1 from the smallest to the largest memory.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from app.model.answerer import Answerer
from benchmarks.datasets import distractors, load_set
from benchmarks.quality import ask, line, load_answerer, report, sample
from benchmarks.systems import SYSTEMS, build, open_corpus


def run(options: argparse.Namespace, answerer: Answerer, work: Path) -> list[dict[str, Any]]:
    qa = load_set(options.data, options.set, answerer.count_tokens)
    questions = sample(qa.questions, options.limit)
    padding = list(distractors(options.distractors, [], max(options.tokens), answerer.count_tokens))
    ends = list(accumulate(answerer.count_tokens(passage.text) for passage in padding))
    rows = []
    for tokens in sorted(options.tokens):
        passages = qa.passages + padding[: sum(end <= tokens for end in ends)]
        with open_corpus(work, passages, answerer, begins=len(qa.passages)) as corpus:
            for system in options.systems:
                outcomes = ask(
                    build(system, corpus), passages, questions, retrieval_only=options.retrieval_only
                )
                rows.append({"tokens": tokens, **report(qa.name, system, outcomes)})
                print(f"{tokens:>10} tokens  {line(rows[-1])}", file=sys.stderr, flush=True)
    return rows


def falls(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, float | None]]:
    """Per system the relative loss of recall@16 and of F1 from the smallest to the largest memory; None without figures."""

    def fall(first: float | None, last: float | None) -> float | None:
        return round(1 - last / first, 4) if first and last is not None else None

    found = {}
    for system in dict.fromkeys(row["system"] for row in rows):
        mine = sorted((row for row in rows if row["system"] == system), key=lambda row: row["tokens"])
        first, last = mine[0], mine[-1]
        found[system] = {
            "recall@16": fall(first["recall"]["16"], last["recall"]["16"]),
            "f1": fall(first["f1"], last["f1"]),
        }
    return found


def plot(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Recall@16 and F1 over the number of distractor tokens, a line for each system."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4))
    for system in dict.fromkeys(row["system"] for row in rows):
        mine = [row for row in rows if row["system"] == system]
        tokens = [row["tokens"] for row in mine]
        (drawn,) = axes.plot(
            tokens, [row["recall"]["16"] for row in mine], "o-", label=f"{system}, recall@16"
        )
        if all(row["f1"] is not None for row in mine):
            axes.plot(
                tokens, [row["f1"] for row in mine], "o--", color=drawn.get_color(), label=f"{system}, F1"
            )
    axes.set(xscale="log", xlabel="tokens of distractors", ylim=(0, 1.02), title=rows[0]["set"])
    axes.legend(fontsize="small")
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})
    pyplot.close(figure)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", required=True)
    parser.add_argument(
        "--distractors", type=Path, required=True, help="a folder with sets without questions"
    )
    numbers = lambda text: [int(part) for part in text.split(",")]  # noqa: E731
    parser.add_argument("--tokens", type=numbers, required=True, help="sizes, comma-separated")
    parser.add_argument("--systems", type=lambda text: text.split(","), default=["router", "doppel"])
    parser.add_argument("--limit", type=int, help="questions")
    parser.add_argument("--model", type=Path, help="an MSA checkpoint; default the product's")
    parser.add_argument("--work", type=Path, help="keeps the encoded archive here")
    parser.add_argument("--retrieval-only", action="store_true")
    parser.add_argument("--plot", type=Path, help="draws the rows")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    if unknown := set(options.systems) - set(SYSTEMS):
        parser.error(f"no such system: {', '.join(sorted(unknown))}; there are {', '.join(SYSTEMS)}")
    answerer = load_answerer(options.model)
    with tempfile.TemporaryDirectory() as scratch:
        rows = run(options, answerer, options.work or Path(scratch))
    if options.plot:
        plot(rows, options.plot)
    print(json.dumps({"rows": rows, "fall": falls(rows)}, indent=1) if options.json else falls(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
