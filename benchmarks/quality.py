"""The quality benchmark: evidence recall and answers of Doppel and of its rivals, over any folder of sets.

    python -m benchmarks.quality --data DIR [--sets a,b] [--systems bm25,minilm,router,doppel,rag-bm25,rag-minilm]
        [--distractors DIR --tokens N] [--limit N] [--model DIR] [--work DIR] [--retrieval-only] [--json]

Prints a list of {"set", "system", "recall": {"1", "5", "10", "16"}, "all_gold": {same}, "f1", "said", "em", "declined",
"seconds"}; "intervals" holds the 95 % bootstrap bounds of the same figures. Recall is the share of a question's gold
documents among the first k passages, over the answerable questions with evidence; all_gold is the share of those with every
gold document there. f1 and em are over answerable questions with accepted answers, declined is the share of the unanswerable
that were declined. said is the share of an accepted answer's words that the answer says, for sets whose answers are whole
sentences. Where readings voted, "unsure" is the share of answers that Doppel warns of; f1_unsure is over these, f1_sure over
the rest. Figures that do not apply are null. Every system of a set sees the same questions in the same run. `--work` keeps
the encoded archives, so that the next run starts with the questions.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.model.answerer import Answerer
from app.model.store import load as load_model
from app.settings import disable_telemetry
from app.settings import load as load_settings
from benchmarks.datasets import Passage, Question, distractors, load_set, set_names
from benchmarks.scoring import bootstrap_interval, exact_match, recall_at, token_f1, token_recall
from benchmarks.systems import SYSTEMS, Doppel, Rag, System, Whole, build, open_corpus
from engine.answering.refusal import declines
from engine.answering.voting import unsure
from engine.checkpoint import load_model as load_folder

DEPTHS = (1, 5, 10, 16)


@dataclass(frozen=True)
class Outcome:
    """What one system did with one question. found: ids of the documents that each passage covers, best first."""

    question: Question
    found: list[tuple[str, ...]]
    answer: str | None
    seconds: float
    agreement: float | None = None

    def recall(self, depth: int) -> float:
        covered = [document for passage in self.found[:depth] for document in passage]
        return recall_at(len(covered), covered, self.question.evidence)

    @property
    def declined(self) -> bool:
        return self.answer is not None and declines(self.answer)

    @property
    def unsure(self) -> bool:
        return self.answer is not None and unsure(self.answer, self.agreement)

    @property
    def f1(self) -> float:
        return token_f1(self.answer or "", self.question.answers)


def ask(
    system: System,
    passages: Sequence[Passage],
    questions: Sequence[Question],
    *,
    retrieval_only: bool = False,
) -> list[Outcome]:
    outcomes = []
    for question in questions:
        if isinstance(system, Whole):
            system = Whole(system.corpus, on=question.asked)
        began = time.monotonic()
        ranked = system.rank(question.text, max(DEPTHS))
        said = None
        if isinstance(system, Doppel | Rag | Whole) and not retrieval_only:
            said = system.answer(question.text, ranked)
        seconds = time.monotonic() - began
        found = [passages[i].covers for i in ranked]
        text, agreement = (said.text, said.agreement) if said else (None, None)
        outcomes.append(Outcome(question, found, text, seconds, agreement))
    return outcomes


def report(set_name: str, system: str, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """One row of the result."""
    answerable = [o for o in outcomes if o.question.answerable]
    routed = [o for o in answerable if o.question.evidence]
    answered = [o for o in answerable if o.answer is not None and o.question.answers]
    unanswerable = [o for o in outcomes if not o.question.answerable and o.answer is not None]
    voted = [o for o in answered if o.agreement is not None and not o.declined]
    figures = {
        **{f"recall@{k}": [o.recall(k) for o in routed] for k in DEPTHS},
        **{f"all_gold@{k}": [float(o.recall(k) == 1) for o in routed] for k in DEPTHS},
        "f1": [o.f1 for o in answered],
        "said": [token_recall(o.answer or "", o.question.answers) for o in answered],
        "em": [exact_match(o.answer or "", o.question.answers) for o in answered],
        "declined": [float(o.declined) for o in unanswerable],
        "unsure": [float(o.unsure) for o in voted],
        "f1_unsure": [o.f1 for o in voted if o.unsure],
        "f1_sure": [o.f1 for o in voted if not o.unsure],
    }
    intervals = {name: bootstrap_interval(values) for name, values in figures.items() if values}
    means = {name: round(interval.mean, 4) for name, interval in intervals.items()}
    return {
        "set": set_name,
        "system": system,
        "recall": {str(k): means.get(f"recall@{k}") for k in DEPTHS},
        "all_gold": {str(k): means.get(f"all_gold@{k}") for k in DEPTHS},
        "f1": means.get("f1"),
        "said": means.get("said"),
        "em": means.get("em"),
        "declined": means.get("declined"),
        **{name: means.get(name) for name in ("unsure", "f1_unsure", "f1_sure")},
        "seconds": round(sum(o.seconds for o in outcomes) / len(outcomes), 4),
        "questions": len(outcomes),
        "intervals": {name: [round(i.low, 4), round(i.high, 4)] for name, i in intervals.items()},
    }


def run(options: argparse.Namespace, answerer: Answerer, work: Path) -> list[dict[str, Any]]:
    rows = []
    padding: list[Passage] = []
    if options.distractors:
        padding = list(distractors(options.distractors, [], options.tokens, answerer.count_tokens))
    for name in options.sets or set_names(options.data):
        qa = load_set(options.data, name, answerer.count_tokens)
        questions = sample(qa.questions, options.limit)
        outcomes: dict[str, list[Outcome]] = {system: [] for system in options.systems}
        for conversation, passages in qa.archives().items():
            asked = [question for question in questions if question.archive == conversation]
            if not asked:
                continue
            searched = passages + padding
            with open_corpus(work, searched, answerer) as corpus:
                for system in options.systems:
                    outcomes[system] += ask(
                        build(system, corpus), searched, asked, retrieval_only=options.retrieval_only
                    )
        for system in options.systems:
            rows.append(report(name, system, outcomes[system]))
            print(line(rows[-1]), file=sys.stderr, flush=True)
    return rows


def sample(questions: list[Question], limit: int | None) -> list[Question]:
    """At most `limit` questions, at even distances."""
    step = -(-len(questions) // limit) if limit else 1
    return questions[::step]


def line(row: dict[str, Any]) -> str:
    """One row as people read it; what stands in brackets are the 95 % bounds."""

    def show(value: float | None, name: str = "") -> str:
        bounds = row["intervals"].get(name)
        within = f" [{bounds[0]:.2f}, {bounds[1]:.2f}]" if bounds else ""
        return "  –  " if value is None else f"{value:.3f}{within}"

    recall = " / ".join(show(value, f"recall@{k}") for k, value in row["recall"].items())
    gold = " / ".join(show(value) for value in row["all_gold"].values())
    answers = "  ".join(f"{name} {show(row[name], name)}" for name in ("f1", "said", "em", "declined"))
    if row["unsure"] is not None:
        answers += f"  unsure {row['unsure']:.3f} (f1 {show(row['f1_unsure'])}, else {show(row['f1_sure'])})"
    return f"{row['set']:<24} {row['system']:<11} recall {recall}  all gold {gold}  {answers}  {row['seconds']:.2f} s"


def load_answerer(folder: Path | None) -> Answerer:
    """The product's default model, or the MSA checkpoint in a folder."""
    settings = load_settings()
    disable_telemetry(settings)
    return Answerer(load_folder(folder) if folder else load_model(settings))


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__.splitlines()[0])
    names = lambda text: text.split(",")  # noqa: E731
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of NAME.docs.jsonl.gz and NAME.qa.jsonl.gz"
    )
    parser.add_argument("--sets", type=names, help="names, comma-separated; default all with questions")
    parser.add_argument("--systems", type=names, default=["bm25", "minilm", "router", "doppel"])
    parser.add_argument(
        "--distractors", type=Path, help="folder whose documents without questions join the corpus"
    )
    parser.add_argument("--tokens", type=int, default=1_000_000, help="of distractors")
    parser.add_argument("--limit", type=int, help="questions per set")
    parser.add_argument("--model", type=Path, help="an MSA checkpoint; default the product's")
    parser.add_argument("--work", type=Path, help="keeps encoded archives here")
    parser.add_argument(
        "--retrieval-only", action="store_true", help="no answers, which take most of the time"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    unknown = set(options.systems) - set(SYSTEMS)
    if unknown:
        parser.error(f"no such system: {', '.join(sorted(unknown))}; there are {', '.join(SYSTEMS)}")
    return options


def main(argv: Sequence[str] | None = None) -> int:
    options = arguments(argv)
    answerer = load_answerer(options.model)
    with tempfile.TemporaryDirectory() as scratch:
        rows = run(options, answerer, options.work or Path(scratch))
    if options.json:
        print(json.dumps(rows, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
