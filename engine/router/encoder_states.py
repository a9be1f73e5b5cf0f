"""What training an encoder sees of texts: their states below the adapted layers, computed once, and those above, anew.

The layers below the adapters never change, so a text's states at the first adapted layer are kept in memory; only the
layers from there to the last router layer run in every step. What comes out are the features of `engine.router.features`,
with gradients, placed and pooled as the product encodes documents and routes questions. It knows no loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.attention import attend_context, attend_segments
from engine.backbone import run_layers
from engine.layout import Layout
from engine.model import MsaModel
from engine.router.features import QUESTION_TOKENS, Features, Teacher, read_pairs
from engine.router.train import HELD_OUT
from kernels.pool import pool_chunks

TEXT_TOKENS = 96  # a document is cut to


@dataclass(frozen=True)
class Known:
    """What is computed once of a text. low: [router layers but the last, rows, hidden] pooled attention inputs; hidden:
    [tokens, hidden] float16 states before the first adapted layer; positions: [tokens]."""

    low: Tensor
    hidden: Tensor
    positions: Tensor


@dataclass
class Corpus:
    """One set: tokens of documents and questions, which documents answer, the teacher's vectors, and what is known."""

    documents: list[list[int]]
    questions: list[list[int]]
    gold: list[tuple[int, ...]]
    document_teacher: Tensor
    question_teacher: Tensor
    known: dict[tuple[str, int], Known] = field(default_factory=dict)

    @property
    def held_out(self) -> range:
        return range(len(self.questions) // HELD_OUT)

    @property
    def learning(self) -> range:
        return range(len(self.questions) // HELD_OUT, len(self.questions))


class Encoder:
    """The backbone cut in two before its first adapted layer; the upper part is differentiable."""

    def __init__(self, model: MsaModel, prefix: Sequence[int], first: int) -> None:
        self.model = model
        self.prefix = list(prefix)
        self.first = first
        # The first adapted layer's input is still what it was.
        self.low_layers = [layer for layer in model.config.router_layers if layer <= first]
        self.upper_layers = [layer for layer in model.config.router_layers if layer > first]

    def features(
        self, corpus: Corpus, questions: Sequence[int], documents: Sequence[int], *, at_once: int = 64
    ) -> Features:
        """Some questions and documents of a set, in this order; every document that answers must be among them.

        at_once: texts packed into one forward.
        """
        column = {row: at for at, row in enumerate(documents)}
        size = self.model.config.chunk_size
        return Features(
            chunks=self._in_parts(corpus, "document", documents, at_once),
            chunk_counts=torch.tensor([-(-len(corpus.documents[row]) // size) for row in documents]),
            queries=self._in_parts(corpus, "question", questions, at_once),
            gold=torch.tensor([column[row] for q in questions for row in corpus.gold[q]]),
            gold_counts=torch.tensor([len(corpus.gold[q]) for q in questions]),
            document_teacher=corpus.document_teacher[list(documents)],
            question_teacher=corpus.question_teacher[list(questions)],
        )

    def _in_parts(self, corpus: Corpus, kind: str, rows: Sequence[int], at_once: int) -> Tensor:
        parts = [rows[low : low + at_once] for low in range(0, len(rows), at_once)]
        return torch.cat([self.states(corpus, kind, part) for part in parts], dim=1)

    def states(self, corpus: Corpus, kind: str, rows: Sequence[int]) -> Tensor:
        """Pooled attention inputs at the router layers: chunk means of documents, means over questions.

        Returns [layers, chunks or questions, hidden], documents one after the other.
        """
        known = [self._known(corpus, kind, row) for row in rows]
        before = [self._template] if kind == "question" else []
        texts = before + known
        lengths = [len(k.hidden) for k in texts]
        upper = self._upper(
            torch.cat([k.hidden for k in texts]).to(self.model.dtype),
            torch.cat([k.positions for k in texts]),
            lengths,
            shared=len(before) * lengths[0],
        )
        pooled = [
            torch.cat([self._pool(x, kind) for x in states.float().split(lengths)[len(before) :]])
            for states in upper
        ]
        return torch.cat([torch.cat([k.low.float() for k in known], dim=1), torch.stack(pooled)])

    def _pool(self, states: Tensor, kind: str) -> Tensor:
        """[tokens, hidden] as [rows, hidden]."""
        if kind == "question":
            return states.mean(dim=0, keepdim=True)
        size = self.model.config.chunk_size
        return pool_chunks(states[:, None], torch.tensor([len(states)]), size)[:, 0]

    @cached_property
    def _template(self) -> Known:
        """What stands before every question."""
        return self._below(self.prefix, torch.arange(len(self.prefix)), 0, "question")

    def _known(self, corpus: Corpus, kind: str, row: int) -> Known:
        if (kind, row) not in corpus.known:
            if kind == "document":
                ids = corpus.documents[row]
                corpus.known[kind, row] = self._below(ids, torch.arange(len(ids)), 0, kind)
            else:
                ids, skip = self.prefix + corpus.questions[row], len(self.prefix)
                positions = torch.arange(len(ids))
                positions[skip:] += self.model.config.top_k  # as a session places a question
                corpus.known[kind, row] = self._below(ids, positions, skip, kind)
        return corpus.known[kind, row]

    @torch.no_grad()
    def _below(self, ids: Sequence[int], positions: Tensor, skip: int, kind: str) -> Known:
        """Run the frozen layers over one text; the first `skip` tokens are seen and not kept."""
        low: list[Tensor] = []
        states: list[Tensor] = []

        def attend(layer: int, hidden: Tensor, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
            if layer in self.low_layers:
                low.append(self._pool(hidden[skip:].float(), kind))
            return attend_segments(query, key, value, [len(ids)])

        def observe(name: str, hidden: Tensor) -> None:
            if name == f"layer{self.first - 1}":
                states.append(hidden[skip:].half())

        row = torch.tensor(list(ids))
        run_layers(self.model.backbone, row, positions, attend, stop_at=self.first, observe=observe)
        return Known(torch.stack(low).half(), states[0], positions[skip:])

    def _upper(self, hidden: Tensor, positions: Tensor, lengths: Sequence[int], shared: int) -> list[Tensor]:
        """From the states before the first adapted layer to the attention inputs of the router layers above it. Each text
        sees itself and the first `shared` tokens."""
        caught: list[Tensor] = []

        def attend(layer: int, hidden: Tensor, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
            if layer in self.upper_layers:
                caught.append(hidden)
            if layer == self.upper_layers[-1]:
                return torch.zeros_like(query.transpose(0, 1))
            parts = [
                attend_context(
                    q, torch.cat([key[:, :shared], k], dim=1), torch.cat([value[:, :shared], v], dim=1)
                )
                for q, k, v in zip(*(x.split(list(lengths), dim=1) for x in (query, key, value)), strict=True)
            ]
            if shared:
                parts[0] = attend_context(query[:, :shared], key[:, :shared], value[:, :shared])
            return torch.cat(parts)

        last = self.upper_layers[-1]
        run_layers(self.model.backbone, hidden, positions, attend, start_at=self.first, stop_at=last)
        return caught


def load_corpus(
    folder: Path, name: str, layout: Layout, teacher: Teacher, documents: int, per_document: int, work: Path
) -> Corpus:
    """A set of `../shared/data`'s format; the teacher's vectors are kept in `work`."""
    pairs = read_pairs(folder, name, documents, per_document=per_document)
    file = work / f"{name}-{documents}-{per_document}.teacher.safetensors"
    if not file.exists():
        vectors = {
            "documents": teacher(pairs.documents).half(),
            "questions": teacher([text for text, _ in pairs.questions]).half(),
        }
        save_file(vectors, file)
    vectors = load_file(file)
    return Corpus(
        [layout.document(0, text)[:TEXT_TOKENS] for text in pairs.documents],
        [layout.tokens(text)[:QUESTION_TOKENS] for text, _ in pairs.questions],
        [gold for _, gold in pairs.questions],
        vectors["documents"].float(),
        vectors["questions"].float(),
    )
