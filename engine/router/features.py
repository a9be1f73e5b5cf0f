"""Training data of a router, computed once: features of questions and documents, one file for each set.

Pooling commutes with the projections, so chunk means of documents and means over questions are all that training
ever needs of the frozen backbone. A file is safetensors and appears whole; an interrupted extraction goes on with the
first missing set. It reads sets as JSON lines and knows nothing of losses.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.files import replacing
from engine.layout import Layout
from engine.router.closed_form import document_text, sentences
from engine.router.hidden_states import attention_inputs
from kernels.pool import pool_chunks

DOCS, QUESTIONS = ".docs.jsonl.gz", ".qa.jsonl.gz"
DOCUMENT_TOKENS = 128
QUESTION_TOKENS = 64

# Embeds texts as rows of unit length, [texts, dim]; distillation uses their cosines.
Teacher = Callable[[Sequence[str]], Tensor]


@dataclass(frozen=True)
class Features:
    """Documents of one set and questions about them, as the router layers see them.

    chunks: [layers, chunks, hidden] chunk means, chunk_counts: [documents]; queries: [layers, questions, hidden] means over
    question tokens; gold: indices of the documents that answer, of all questions in order,
    gold_counts: [questions] how many each has; document_teacher: [documents, dim] and question_teacher: [questions, dim]
    (dim 0 without a teacher). Features are float16, counts int64.
    """

    chunks: Tensor
    chunk_counts: Tensor
    queries: Tensor
    gold: Tensor
    gold_counts: Tensor
    document_teacher: Tensor
    question_teacher: Tensor

    @property
    def questions(self) -> int:
        return self.queries.shape[1]

    @property
    def documents(self) -> int:
        return len(self.chunk_counts)

    def save(self, path: Path) -> None:
        with replacing(path) as unfinished:
            save_file({name: tensor.contiguous() for name, tensor in vars(self).items()}, unfinished)

    @classmethod
    def load(cls, path: Path) -> Features:
        return cls(**load_file(path))


@dataclass(frozen=True)
class Pairs:
    """Documents in words, and questions with the indices of the documents that each needs."""

    documents: list[str]
    questions: list[tuple[str, tuple[int, ...]]]


def read_pairs(folder: Path, name: str, documents: int, *, per_document: int = 2) -> Pairs:
    """At most `documents` of a set `NAME.docs.jsonl.gz`, `NAME.qa.jsonl.gz`: those that questions need, then others, in an
    order fixed by their ids, with at most `per_document` questions that need the same.

    In a set without questions, a sentence of a document stands in for a question about it.
    """
    texts = {
        row["id"]: document_text(row.get("title") or "", row["text"])
        for row in _rows(folder / f"{name}{DOCS}")
    }
    asked = folder / f"{name}{QUESTIONS}"
    needed: dict[tuple[str, ...], list[str]] = {}
    for row in _rows(asked) if asked.exists() else _own_sentences(texts):
        evidence = tuple(dict.fromkeys(id for id in row["evidence"] if id in texts))
        if evidence and len(needed.setdefault(evidence, [])) < per_document:
            needed[evidence].append(row["question"])
    place: dict[str, int] = {}
    questions: list[tuple[str, tuple[int, ...]]] = []
    for ids in [
        *sorted(needed, key=_shuffled),
        *((id,) for id in sorted(texts, key=lambda id: _shuffled((id,)))),
    ]:
        new = [id for id in ids if id not in place]
        if len(place) + len(new) <= documents:
            place.update({id: len(place) + at for at, id in enumerate(new)})
            questions += [(text, tuple(place[id] for id in ids)) for text in needed.pop(ids, ())]
    return Pairs([texts[id] for id in place], questions)


def _shuffled(ids: Sequence[str]) -> bytes:
    return sha256("\n".join(ids).encode()).digest()


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _own_sentences(texts: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for id, text in texts.items():
        for sentence in sentences([text]):
            yield {"question": sentence, "evidence": [id]}


def extract(
    backbone: Any,
    layout: Layout,
    pairs: Pairs,
    layers: Sequence[int],
    chunk_size: int,
    teacher: Teacher | None,
) -> Features:
    """Run the backbone over the texts. Raises ValueError where there is no question."""
    if not pairs.questions:
        raise ValueError("a router learns from questions, and there is none")
    documents = [layout.document(0, text)[:DOCUMENT_TOKENS] for text in pairs.documents]
    prefix = layout.prefix
    questions = [prefix + layout.tokens(text)[:QUESTION_TOKENS] for text, _ in pairs.questions]
    chunks: dict[int, Tensor] = {}
    for i, states in attention_inputs(backbone, documents, layers):
        pooled = pool_chunks(states.transpose(0, 1), torch.tensor([states.shape[1]]), chunk_size)
        chunks[i] = pooled.transpose(0, 1).half()  # [layers, chunks, hidden]
    queries = {
        i: x[:, len(prefix) :].mean(dim=1).half() for i, x in attention_inputs(backbone, questions, layers)
    }
    return Features(
        chunks=torch.cat([chunks[i] for i in range(len(documents))], dim=1),
        chunk_counts=torch.tensor([chunks[i].shape[1] for i in range(len(documents))]),
        queries=torch.stack([queries[i] for i in range(len(questions))], dim=1),
        gold=torch.tensor([at for _, needed in pairs.questions for at in needed], dtype=torch.int64),
        gold_counts=torch.tensor([len(needed) for _, needed in pairs.questions], dtype=torch.int64),
        document_teacher=teacher(pairs.documents).half() if teacher else torch.zeros(len(documents), 0),
        question_teacher=teacher([q for q, _ in pairs.questions]).half()
        if teacher
        else torch.zeros(len(questions), 0),
    )
