"""Router projections over cached features: scores, the loss that trains and adapts them, and recall.

It knows how two projections score documents and what a good score is; neither files nor how a run goes.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import kl_div, log_softmax, normalize, softmax

from engine.router.features import Features

QUESTIONS, DOCUMENTS = 32, 96  # of a batch
TEMPERATURE, TEACHER_TEMPERATURE = 0.03, 0.05
DEPTHS = (1, 5, 16)  # of recall


@dataclass
class Projections:
    """query: [layers, heads·dim, hidden], key: [layers, kv_heads·dim, hidden], float32, of the named layers."""

    query: Tensor
    key: Tensor
    head_dim: int

    def scaled(self) -> Projections:
        """The same router with entries of size one: cosines ignore the scale, an optimiser does not."""
        sizes = [w.pow(2).mean(dim=(1, 2), keepdim=True).sqrt() for w in (self.query, self.key)]
        return Projections(self.query / sizes[0], self.key / sizes[1], self.head_dim)


def scores(router: Projections, features: Features, questions: Tensor, documents: Tensor) -> Tensor:
    """Mean over the layers of the routing scores: cosines per head, mean over heads, max over chunks.

    questions, documents: indices into the features. Returns [questions, documents] float32.
    """
    chunk_rows, chunk_owner = rows_of(features.chunk_counts, documents)
    queries = features.queries[:, questions].float()  # [layers, questions, hidden]
    chunks = features.chunks[:, chunk_rows].float()  # [layers, chunks, hidden]
    layers, dim = len(queries), router.head_dim
    query = normalize((queries @ router.query.mT).unflatten(2, (-1, dim)), dim=3)
    # key: [layers, chunks, kv_heads, dim]
    key = normalize((chunks @ router.key.mT).unflatten(2, (-1, dim)), dim=3)
    kv_heads = key.shape[2]
    folded = query.unflatten(2, (kv_heads, -1)).mean(dim=3) / kv_heads  # [layers, questions, kv_heads, dim]
    per_chunk = torch.einsum("lqkd,lckd->lqc", folded, key)
    lowest = torch.full((layers, len(questions), len(documents)), -2.0)
    owner = chunk_owner.expand(layers, len(questions), -1)
    return lowest.scatter_reduce(2, owner, per_chunk, "amax").mean(dim=0)


def rows_of(counts: Tensor, chosen: Tensor) -> tuple[Tensor, Tensor]:
    """Rows that belong to the chosen items, one item after the other, and which of the chosen each row belongs to."""
    ends = counts.cumsum(0)
    owner = torch.repeat_interleave(torch.arange(len(chosen)), counts[chosen])
    first = (counts[chosen].cumsum(0) - counts[chosen])[owner]
    return (ends - counts)[chosen][owner] + torch.arange(len(owner)) - first, owner


def loss(router: Projections, features: Features, questions: Tensor, documents: Tensor) -> Tensor:
    """InfoNCE of the documents that answer, all among `documents`, plus the divergence from the teacher."""
    scored = scores(router, features, questions, documents) / TEMPERATURE
    answers = answering(features, questions, documents)
    others = scored.masked_fill(answers, -torch.inf).logsumexp(dim=1, keepdim=True)
    # −log of a document's share against those that do not answer
    each = torch.logaddexp(scored, others) - scored
    total = (each.masked_fill(~answers, 0).sum(dim=1) / answers.sum(dim=1)).mean()
    if features.question_teacher.shape[1]:
        cosines = (
            features.question_teacher[questions].float() @ features.document_teacher[documents].float().T
        )
        target = softmax(cosines / TEACHER_TEMPERATURE, dim=1)
        total = total + kl_div(log_softmax(scored, dim=1), target, reduction="batchmean")
    return total


def answering(features: Features, questions: Tensor, documents: Tensor) -> Tensor:
    """Which documents answer which questions, bool [questions, documents]; both are indices into the features."""
    rows, owner = rows_of(features.gold_counts, questions)
    found = torch.zeros(len(questions), len(documents), dtype=torch.bool)
    pair, column = (features.gold[rows][:, None] == documents).nonzero(as_tuple=True)
    found[owner[pair], column] = True
    return found


def recalls(scored: Tensor, features: Features, questions: Tensor) -> list[float]:
    """At each depth the share of the documents that answer. scored: [questions, all documents]."""
    rows, owner = rows_of(features.gold_counts, questions)
    rank = (scored[owner] > scored[owner, features.gold[rows]][:, None]).sum(dim=1)
    return [float((rank < depth).float().mean()) for depth in DEPTHS]
