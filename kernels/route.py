"""Routing: the score of every document for a question, scanned in tiles (msa-spec §4).
worth using").

* Scores are linear in the heads, so `fold_heads` sums the query heads of each kv group first; then a score is
  one dot product per (token, chunk), and no [heads, tokens, chunks] tensor ever exists.
* A question's score of a document is the max over its tokens and the document's chunks, taken tile by tile. A
  tile may cut a document: the parts meet in the running maximum.
* A batch of questions is one matrix of tokens, so the keys are read once for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from kernels.quantise import Quantised, dequantise

TILE = 8192  # rows of keys per step: a tile of scores stays in cache


def fold_heads(q: Tensor, kv_heads: int) -> Tensor:
    """(1 / heads) · sum over the query heads of each kv group: [tokens, heads, dim] -> [tokens, kv_heads * dim].

    The dot product of the result with a chunk's flattened keys is the mean over heads of q_h · k_kv(h),
    exactly.
    """
    tokens, heads, dim = q.shape
    if heads % kv_heads:
        raise ValueError(f"{heads} query heads cannot be grouped over {kv_heads} kv heads")
    return q.reshape(tokens, kv_heads, heads // kv_heads, dim).sum(2).flatten(1) / heads


def score_documents(query: Tensor, keys: Tensor | Quantised, starts: Tensor) -> Tensor:
    """Max over the tokens of one question and over each document's chunks: [documents] float32.

    query: [tokens, kv_heads * dim] from `fold_heads`; keys, starts: see `score_documents_batch`.
    """
    return score_documents_batch([query], keys, starts)[0]


def score_documents_batch(queries: Sequence[Tensor], keys: Tensor | Quantised, starts: Tensor) -> Tensor:
    """Scores of several questions in one pass over the keys: [questions, documents] float32.

    queries: per question [tokens >= 1, kv_heads * dim]; keys: [chunks, kv_heads, dim] or [chunks, kv_heads *
    dim], float or quantised; starts: [documents + 1] int64, document d owning the chunks starts[d] … starts[d
    + 1] - 1, at least one. Raises ValueError where these do not fit.
    """
    check_inputs(queries, keys, starts)
    return score_documents_torch(queries, keys, starts)


def top_k_documents(scores: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """scores: [..., documents] -> (scores, indices) of the best k (or all), best first, equals by lower index."""
    k = min(k, scores.shape[-1])
    order = scores.sort(dim=-1, descending=True, stable=True).indices[..., :k]
    return scores.gather(-1, order), order


def check_inputs(queries: Sequence[Tensor], keys: Tensor | Quantised, starts: Tensor) -> None:
    chunks, *rest = keys.shape
    width = int(np.prod(rest))
    for query in queries:
        if query.dim() != 2 or query.shape[0] < 1 or query.shape[1] != width:
            raise ValueError(
                f"a query must be [tokens >= 1, {width}] to match the keys, not {list(query.shape)}"
            )
    if (
        len(starts) < 1
        or int(starts[0]) != 0
        or int(starts[-1]) != chunks
        or bool((starts[1:] <= starts[:-1]).any())
    ):
        raise ValueError(
            f"starts must rise strictly from 0 to the {chunks} chunks: every document owns at least one"
        )


def score_documents_torch(queries: Sequence[Tensor], keys: Tensor | Quantised, starts: Tensor) -> Tensor:
    query = torch.cat(list(queries)).float()  # [tokens, width]
    counts = [len(q) for q in queries]
    out = np.full((len(queries), len(starts) - 1), -np.inf, dtype=np.float32)  # [questions, documents]
    bounds = starts.numpy()
    for low in range(0, keys.shape[0], TILE):
        tile = keys[low : low + TILE]
        rows = (tile if isinstance(tile, Tensor) else dequantise(tile)).float().flatten(1)  # [tile, width]
        scores = (rows @ query.T).split(counts, dim=1)  # per question [tile, tokens]
        best = torch.stack([s.amax(1) for s in scores]).numpy()  # [questions, tile]
        first = np.searchsorted(bounds, low, side="right") - 1
        last = np.searchsorted(bounds, low + len(rows), side="left")
        cuts = np.maximum(bounds[first:last] - low, 0)
        part = out[:, first:last]
        np.maximum(part, np.maximum.reduceat(best, cuts, axis=1), out=part)
    return torch.from_numpy(out)
