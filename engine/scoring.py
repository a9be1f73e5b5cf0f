"""Routing scores in plain, differentiable torch (spec §4): the definition that the kernels are held against.

score[t, h, c] = q[t, h] · k[c, kv(h)], then heads, query tokens and chunks are reduced in this order.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.config import MsaConfig


def routing_vectors(vectors: Tensor, config: MsaConfig, *, training: bool = False) -> Tensor:
    """L2-normalise per head where the checkpoint's loss trained cosines. vectors: [..., heads, head_dim]."""
    normalise = config.normalises_in_training if training else config.normalises
    return torch.nn.functional.normalize(vectors, p=2, dim=-1) if normalise else vectors


def collapse_queries(query: Tensor, config: MsaConfig) -> Tensor:
    """Take the reduction over query tokens before scoring where it is linear. query: [tokens, heads, head_dim].

    The mean over heads is linear too, so "mean" and "last" need one row; "max" needs all of them.
    """
    if config.head_reduce == "mean" and config.query_reduce == "mean" and len(query):
        return query.mean(dim=0, keepdim=True)
    if config.query_reduce == "last":
        return query[-1:]
    return query


def reduce_chunks(query: Tensor, keys: Tensor, head_reduce: str, query_reduce: str) -> Tensor:
    """Chunk scores of one question. query: [tokens, heads, dim], keys: [chunks, kv_heads, dim]. Returns [chunks]."""
    tokens, heads, dim = query.shape
    kv_heads = keys.shape[1]
    grouped = query.view(tokens, kv_heads, heads // kv_heads, dim)
    if head_reduce == "mean":
        folded = grouped.mean(dim=2) / kv_heads  # [tokens, kv_heads, dim]
        scores = folded.flatten(1) @ keys.flatten(1).T  # [tokens, chunks]
    else:
        scores = torch.einsum("tkgd,ckd->tkgc", grouped, keys).amax(dim=(1, 2))
    if query_reduce == "mean":
        return scores.mean(dim=0)
    if query_reduce == "last":
        return scores[-1]
    return scores.amax(dim=0)


def document_scores(chunk_scores: Tensor, counts: Tensor, chunk_reduce: str) -> Tensor:
    """[documents] from [chunks]; counts: [documents] int64 chunks of each, in order."""
    owner = torch.repeat_interleave(torch.arange(len(counts), device=counts.device), counts)
    empty = torch.full((len(counts),), -torch.inf, dtype=chunk_scores.dtype, device=chunk_scores.device)
    reduce = "amax" if chunk_reduce == "max" else "mean"
    return empty.scatter_reduce(0, owner.to(chunk_scores.device), chunk_scores, reduce, include_self=False)
