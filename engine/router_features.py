"""Training data of a router, computed once: features of question–document pairs in shards on disk.

Pooling commutes with the projections, so chunk means of documents and token states of questions are all that training
ever needs of the frozen backbone. A shard is one safetensors file and appears whole; an interrupted extraction goes on
with the first missing shard. It reads pairs as JSON lines and knows nothing of losses.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.features import attention_inputs
from engine.layout import Layout
from engine.router import document_text
from kernels.pool import pool_chunks

SHARD_DOCUMENTS = 64
DOCUMENT_TOKENS = 192
QUESTION_TOKENS = 64

# Embeds texts as rows of unit length, [texts, dim]; distillation uses their cosines.
Teacher = Callable[[Sequence[str]], Tensor]


@dataclass(frozen=True)
class Shard:
    """Features of some documents of one set and of questions about them.

    chunks: [layers, chunks, hidden] chunk means, chunk_counts: [documents]; tokens: [layers, tokens, hidden] question
    token states, token_counts: [questions]; gold: [questions] index of the document that answers; document_teacher:
    [documents, dim] and question_teacher: [questions, dim] (dim 0 without a teacher). Features are float16, counts int64.
    """

    chunks: Tensor
    chunk_counts: Tensor
    tokens: Tensor
    token_counts: Tensor
    gold: Tensor
    document_teacher: Tensor
    question_teacher: Tensor

    def save(self, path: Path) -> None:
        unfinished = path.with_name(path.name + ".part")
        save_file({name: tensor.contiguous() for name, tensor in vars(self).items()}, unfinished)
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> Shard:
        return cls(**load_file(path))

    @classmethod
    def join(cls, shards: Sequence[Shard]) -> Shard:
        """One shard with the documents and questions of several."""
        offsets = torch.tensor([0, *[len(s.chunk_counts) for s in shards][:-1]]).cumsum(0)
        return cls(
            chunks=torch.cat([s.chunks for s in shards], dim=1),
            chunk_counts=torch.cat([s.chunk_counts for s in shards]),
            tokens=torch.cat([s.tokens for s in shards], dim=1),
            token_counts=torch.cat([s.token_counts for s in shards]),
            gold=torch.cat([s.gold + offset for s, offset in zip(shards, offsets, strict=True)]),
            document_teacher=torch.cat([s.document_teacher for s in shards]),
            question_teacher=torch.cat([s.question_teacher for s in shards]),
        )


@dataclass(frozen=True)
class Pairs:
    """Documents of a shard-to-be and (question, index of its document)."""

    documents: list[str]
    questions: list[tuple[str, int]]


def read_pairs(folder: Path, name: str, documents: int, *, per_document: int = 3) -> Iterator[Pairs]:
    """Shards of a set `NAME.docs.jsonl.gz`, `NAME.qa.jsonl.gz`: documents with questions, in an order fixed by their ids.

    documents: how many at most. A question with several evidence documents counts for its first.
    """
    texts = {row["id"]: row for row in _rows(folder / f"{name}.docs.jsonl.gz")}
    asked: dict[str, list[str]] = {}
    for row in _rows(folder / f"{name}.qa.jsonl.gz"):
        if row["evidence"] and row["evidence"][0] in texts:
            asked.setdefault(row["evidence"][0], []).append(row["question"])
    order = sorted(asked, key=lambda id: sha256(id.encode()).digest())[:documents]
    for start in range(0, len(order), SHARD_DOCUMENTS):
        ids = order[start : start + SHARD_DOCUMENTS]
        yield Pairs(
            [document_text(texts[id].get("title", ""), texts[id]["text"]) for id in ids],
            [(question, at) for at, id in enumerate(ids) for question in asked[id][:per_document]],
        )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def extract(
    backbone: Any,
    layout: Layout,
    pairs: Pairs,
    layers: Sequence[int],
    chunk_size: int,
    teacher: Teacher | None,
) -> Shard:
    """Run the backbone over a shard's texts."""
    documents = [layout.document(0, text)[:DOCUMENT_TOKENS] for text in pairs.documents]
    prefix = layout.prefix
    questions = [prefix + layout.tokens(text)[:QUESTION_TOKENS] for text, _ in pairs.questions]
    chunks: dict[int, Tensor] = {}
    for i, states in attention_inputs(backbone, documents, layers):
        pooled = pool_chunks(states.transpose(0, 1), torch.tensor([states.shape[1]]), chunk_size)
        chunks[i] = pooled.transpose(0, 1).half()  # [layers, chunks, hidden]
    tokens = {i: x[:, len(prefix) :].half() for i, x in attention_inputs(backbone, questions, layers)}
    return Shard(
        chunks=torch.cat([chunks[i] for i in range(len(documents))], dim=1),
        chunk_counts=torch.tensor([chunks[i].shape[1] for i in range(len(documents))]),
        tokens=torch.cat([tokens[i] for i in range(len(questions))], dim=1),
        token_counts=torch.tensor([tokens[i].shape[1] for i in range(len(questions))]),
        gold=torch.tensor([at for _, at in pairs.questions]),
        document_teacher=teacher(pairs.documents).half() if teacher else torch.zeros(len(documents), 0),
        question_teacher=teacher([q for q, _ in pairs.questions]).half()
        if teacher
        else torch.zeros(len(questions), 0),
    )
