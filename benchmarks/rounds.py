"""What later rounds of retrieval bring, by weights of links and by stopping rule (`engine.retrieval.rounds`).

    python -m benchmarks.rounds --data DIR --sets a,b [--weights 0.6,0.9,1.2] [--brought titles,8,12,16]
        [--covered 0.75,0.8,0.85] [--rounds 2,3] [--limit N] [--json FILE]

`--brought titles` follows titles alone, not what merely says a name.

Per set and setting the share of questions with all gold documents among the first 5, 10 and 16, next to one round, and
the median seconds that the further round takes. The first round ranks by words alone, as the archive's own search does: no
model, so a run takes seconds to minutes. `benchmarks.quality` measures the product itself, systems `doppel-1` and `doppel`.
Run it on training sets: with sets of two steps for what is gained, with sets of one step for what is lost.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from app.twin.recall import CANDIDATES
from benchmarks.datasets import Passage, Question, load_set
from benchmarks.quality import sample
from benchmarks.scoring import recall_at
from engine.memory import Encoding
from engine.retrieval.fuse import LEXICAL_WEIGHT
from engine.retrieval.links import NEW_WORDS_WEIGHT, WEIGHT
from engine.retrieval.rounds import COVERED, later_rounds
from storage.archive import Archive
from storage.records import Draft

DEPTHS = (5, 10, 16)
LETTERS_PER_TOKEN = 4


@dataclass(frozen=True)
class Asked:
    """A question and its first round. scores: [passages] float32."""

    question: Question
    scores: Tensor


@contextmanager
def open_words(passages: Sequence[Passage]) -> Iterator[Archive]:
    """An archive of the passages' texts, with one number for a vector; document i + 1 is passage i."""
    vector = torch.ones(1, 1, 1, 1)
    encoding = Encoding(vector, vector, vector, tokens=1)
    with tempfile.TemporaryDirectory() as folder, Archive.open(Path(folder)) as archive:
        archive.banks.open("words", layers=1, kv_heads=1, head_dim=1)
        ids = archive.commits.reserve_ids(len(passages))
        drafts = [
            Draft(
                id=number,
                ordinal=ordinal,
                text=passage.text,
                content_hash=hashlib.sha256(passage.text.encode()).hexdigest(),
                title=passage.title,
                tokens=rough_tokens(passage.text),
            )
            for ordinal, (number, passage) in enumerate(zip(ids, passages, strict=True))
        ]
        archive.commits.commit_documents(None, add=drafts, encodings=[encoding] * len(drafts), bank="words")
        yield archive


def rough_tokens(text: str) -> int:
    return len(text) // LETTERS_PER_TOKEN


def first_round(archive: Archive, question: Question, passages: int) -> Asked:
    scores = torch.zeros(passages)
    for number, score in archive.documents.search(question.text, limit=CANDIDATES):
        scores[number - 1] = LEXICAL_WEIGHT * score
    return Asked(question, scores)


def measure(
    archive: Archive,
    passages: Sequence[Passage],
    asked: Sequence[Asked],
    *,
    rounds: int,
    weight: float = WEIGHT,
    brought: float | None = NEW_WORDS_WEIGHT,
    covered: float = COVERED,
) -> dict[str, Any]:
    """One row of the result without its set's name. brought: None for titles alone."""
    ids = torch.arange(1, len(passages) + 1)

    def texts(numbers: Sequence[int]) -> list[str | None]:
        return [passages[number - 1].text for number in numbers]

    complete: dict[int, list[bool]] = {depth: [] for depth in DEPTHS}
    seconds = []
    for one in asked:
        began = time.perf_counter()
        scores = later_rounds(
            one.scores,
            ids,
            one.question.text,
            texts,
            archive.documents.search_names,
            archive.documents.search_mentions if brought is not None else lambda names, document: [],
            rounds=rounds,
            weight=weight,
            brought=brought or 0,
            covered=covered,
        )
        seconds.append(time.perf_counter() - began)
        best = scores.topk(min(max(DEPTHS), len(scores))).indices.tolist()
        for depth in DEPTHS:
            found = [document for row in best[:depth] for document in passages[row].covers]
            complete[depth].append(recall_at(len(found), found, one.question.evidence) == 1)
    return {
        "rounds": rounds,
        "weight": weight if rounds > 1 else None,
        "brought": brought if rounds > 1 else None,
        "covered": covered if rounds > 1 else None,
        "all_gold": {str(depth): round(statistics.fmean(hits), 4) for depth, hits in complete.items()},
        "seconds": round(statistics.median(seconds), 4),
        "questions": len(asked),
    }


def run(options: argparse.Namespace) -> list[dict[str, Any]]:
    rows = []
    for name in options.sets:
        qa = load_set(options.data, name, rough_tokens)
        questions = [question for question in qa.questions if question.answerable and question.evidence]
        with open_words(qa.passages) as archive:
            asked = [first_round(archive, q, len(qa.passages)) for q in sample(questions, options.limit)]
            settings: list[dict[str, Any]] = [{"rounds": 1}]
            settings += [
                {"rounds": rounds, "weight": weight, "brought": brought, "covered": covered}
                for rounds in options.rounds
                for weight in options.weights
                for brought in options.brought
                for covered in options.covered
            ]
            for setting in settings:
                rows.append({"set": name, **measure(archive, qa.passages, asked, **setting)})
                print(line(rows[-1]), flush=True)
    return rows


def line(row: dict[str, Any]) -> str:
    brought = "titles alone" if row["brought"] is None else f"brought {row['brought']}"
    setting = f"{row['rounds']} rounds, weight {row['weight']}, {brought}, covered {row['covered']}"
    gold = " / ".join(f"{value:.3f}" for value in row["all_gold"].values())
    return f"{row['set']:<26} {setting if row['rounds'] > 1 else '1 round':<52} all gold {gold}  {row['seconds']:.3f} s"


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rounds", description=__doc__.splitlines()[0])
    numbers = lambda text: [float(part) for part in text.split(",")]  # noqa: E731
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of NAME.docs.jsonl.gz and NAME.qa.jsonl.gz"
    )
    parser.add_argument(
        "--sets", type=lambda text: text.split(","), required=True, help="names, comma-separated"
    )
    parser.add_argument("--rounds", type=lambda text: [int(part) for part in text.split(",")], default=[2])
    parser.add_argument("--weights", type=numbers, default=[WEIGHT])
    parser.add_argument(
        "--brought",
        type=lambda text: [None if part == "titles" else float(part) for part in text.split(",")],
        default=[NEW_WORDS_WEIGHT],
    )
    parser.add_argument("--covered", type=numbers, default=[COVERED])
    parser.add_argument("--limit", type=int, help="questions per set")
    parser.add_argument("--json", type=Path, help="write the rows here as well")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    options = arguments(argv)
    rows = run(options)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
