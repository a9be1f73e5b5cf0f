"""What quantised keys and content cost: recall and agreement with float32, on questions with known evidence.

`python -m benchmarks.bank_recall --data FOLDER --set NAME --model CHECKPOINT`. The same encodings are held in float32 and
in real banks with int8 and int4 keys; every question routes once, on its own queries, against each of them.
recall_16: share of the evidence among the best 16 of the layers' summed scores. agree_16: share of a router layer's
16 documents that are also float32's 16, the mean over layers and questions. With `--answers N`, so many questions are
also answered, from the same passages and the same routing, only K̄ and V̄ in each format: same_answer is the share of
answers that are float32's to the letter.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from app.model.answerer import FOUND, Answerer
from benchmarks.datasets import Passage, QaSet, load_set
from benchmarks.quality import load_answerer, sample
from engine.memory import Memory, RamMemory
from engine.session import encode_prefix, open_session
from kernels.resident.candidates import Best, best_of_scores
from storage.archive import Archive
from storage.records import Draft

TOP = 16
BATCH = 64
FORMATS = (8, 4)  # bits of keys and content


@dataclass
class Listener:
    """A memory that answers with one format and keeps the scores of all."""

    formats: dict[str, Memory]
    heard: dict[str, list[Tensor]] = field(default_factory=dict)

    @property
    def document_ids(self) -> Tensor:
        return self.formats["float32"].document_ids

    def score(self, slot: int, queries: Sequence[Tensor]) -> Tensor:
        for name, memory in self.formats.items():
            self.heard.setdefault(name, []).append(memory.score(slot, queries)[0])
        return self.heard["float32"][-1][None]

    def best(self, slot: int, queries: Sequence[Tensor], k: int) -> Best:
        return best_of_scores(self.score(slot, queries), self.document_ids, k)

    def fetch(self, slot: int, document_ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.formats["float32"].fetch(slot, document_ids)


@dataclass
class Quoting:
    """A memory that routes in float32 and gives content in another format."""

    exact: Memory
    content: Memory

    @property
    def document_ids(self) -> Tensor:
        return self.exact.document_ids

    def score(self, slot: int, queries: Sequence[Tensor]) -> Tensor:
        return self.exact.score(slot, queries)

    def best(self, slot: int, queries: Sequence[Tensor], k: int) -> Best:
        return self.exact.best(slot, queries, k)

    def fetch(self, slot: int, document_ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.content.fetch(slot, document_ids)


def measure(
    answerer: Answerer, qa: QaSet, questions: int | None, answers: int, directory: Path
) -> dict[str, Any]:
    with Archive.open(directory) as archive:
        formats = hold(answerer, archive, qa.passages)
        prefix = encode_prefix(answerer.model, answerer.layout.prefix)
        recall: dict[str, list[float]] = {name: [] for name in formats}
        agree: dict[str, list[float]] = {name: [] for name in formats}
        same: dict[str, list[bool]] = {name: [] for name in formats}
        for question in sample([q for q in qa.questions if q.evidence], questions):
            listener = Listener(formats)
            open_session(
                answerer.model, listener, [answerer.layout.question(question.text)], prefix, routing_only=True
            )
            exact = [set(best(scores)) for scores in listener.heard["float32"]]
            for name, scores in listener.heard.items():
                found = {d for i in best(torch.stack(scores).sum(0)) for d in qa.passages[i].covers}
                recall[name].append(len(found & set(question.evidence)) / len(set(question.evidence)))
                shares = [len(set(best(s)) & e) / len(e) for s, e in zip(scores, exact, strict=True)]
                agree[name].append(sum(shares) / len(shares))
            if len(same["float32"]) < answers:
                first = best(torch.stack(listener.heard["float32"]).sum(0))[:FOUND]
                texts = [qa.passages[i].text for i in first]
                for name, equal in read_all(answerer, formats, question.text, texts).items():
                    same[name].append(equal)
    answered = {"answers": len(same["float32"]), "same_answer": shares_of(same)} if answers else {}
    return {
        "set": qa.name,
        "passages": len(qa.passages),
        "questions": len(recall["float32"]),
        "recall_16": shares_of(recall),
        "agree_16": shares_of(agree),
        **answered,
    }


def shares_of(counted: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {name: round(sum(values) / len(values), 4) for name, values in counted.items()}


def read_all(
    answerer: Answerer, formats: dict[str, Memory], question: str, passages: Sequence[str]
) -> dict[str, bool]:
    """Per format, whether the answer is that of float32."""
    exact = formats["float32"]
    said = {
        name: "".join(answerer.reader.read_apart(Quoting(exact, memory), question, passages).text)
        for name, memory in formats.items()
    }
    return {name: text == said["float32"] for name, text in said.items()}


def hold(answerer: Answerer, archive: Archive, passages: Sequence[Passage]) -> dict[str, Memory]:
    """The passages in every format; the position of a passage is that of its document."""
    model = answerer.model
    shape = (len(model.config.router_layers), model.kv_heads, model.head_dim)
    banks = {
        f"int{bits}": archive.banks.open(f"int{bits}", *shape, key_bits=bits, content_bits=bits)
        for bits in FORMATS
    }
    encodings = []
    ids = archive.commits.reserve_ids(len(passages))
    for start in range(0, len(passages), BATCH):
        batch = list(zip(ids, passages, strict=True))[start : start + BATCH]
        fresh = answerer.encode([(id, passage.text) for id, passage in batch])
        drafts = [Draft(id, start, passage.text, str(id)) for id, passage in batch]
        first, *others = banks
        archive.commits.commit_documents(None, add=drafts, encodings=fresh, bank=first)
        for name in others:
            archive.banks.store_encodings(name, list(zip([id for id, _ in batch], fresh, strict=True)))
        encodings += fresh
    exact = RamMemory(encodings, model.config, list(ids))
    return {"float32": exact} | {name: bank.snapshot() for name, bank in banks.items()}


def best(scores: Tensor) -> list[int]:
    return scores.topk(min(TOP, len(scores))).indices.tolist()


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.bank_recall", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of NAME.docs.jsonl.gz and NAME.qa.jsonl.gz"
    )
    parser.add_argument("--set", required=True)
    parser.add_argument("--model", type=Path, help="an MSA checkpoint; default the product's")
    parser.add_argument("--passages", type=int, help="only the first so many, and the questions about them")
    parser.add_argument("--questions", type=int)
    parser.add_argument("--answers", type=int, default=0, help="answer so many of them in every format")
    options = parser.parse_args(argv)
    answerer = load_answerer(options.model)
    qa = load_set(options.data, options.set, answerer.count_tokens)
    if options.passages:
        passages = qa.passages[: options.passages]
        covered = {d for p in passages for d in p.covers}
        qa = QaSet(qa.name, passages, [q for q in qa.questions if q.evidence and set(q.evidence) <= covered])
    with tempfile.TemporaryDirectory() as scratch:
        print(json.dumps(measure(answerer, qa, options.questions, options.answers, Path(scratch))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
