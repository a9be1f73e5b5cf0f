"""Chunk means: the compression of MSA (spec §1, "chunk").

Packed documents are cut into chunks of `size` consecutive tokens; a chunk never crosses a document, and the
last chunk of a document is averaged over its own, possibly shorter, length. Used for K̄, V̄ and, before
normalisation, K̄ᴿ.
"""

from __future__ import annotations

import torch
from torch import Tensor

from kernels.device import runs_triton


def chunk_counts(lengths: Tensor, size: int) -> Tensor:
    """lengths: [documents] int64 tokens of each -> [documents] int64 chunks of each, ceil(length / size)."""
    return (lengths + size - 1) // size


def chunk_lengths(lengths: Tensor, size: int) -> Tensor:
    """lengths: [documents] int64 -> [chunks] int64 tokens per chunk, in order."""
    counts = chunk_counts(lengths, size)
    document = torch.repeat_interleave(counts)  # [chunks]
    first = counts.cumsum(0) - counts  # [documents] index of each document's first chunk
    ordinal = (
        torch.arange(len(document), device=lengths.device) - first[document]
    )  # [chunks] within its document
    return (lengths[document] - ordinal * size).clamp(max=size)


def pool_chunks(x: Tensor, lengths: Tensor, size: int) -> Tensor:
    """Mean of every chunk, in float32.

    x: [tokens, heads, dim], documents one after the other; lengths: [documents] int64 with sum == tokens (an
    empty document has no chunk) -> [chunks, heads, dim] float32. Raises ValueError if the lengths do not add
    up or size < 1.
    """
    if size < 1:
        raise ValueError(f"a chunk needs at least one token, size is {size}")
    if int(lengths.sum()) != len(x):
        raise ValueError(
            f"the document lengths add up to {int(lengths.sum())}, but there are {len(x)} tokens"
        )
    lengths = lengths.to(x.device)
    if runs_triton(x):
        from kernels.triton_pool import pool_chunks_triton

        return pool_chunks_triton(x, lengths, size)
    return pool_chunks_torch(x, lengths, size)


def pool_chunks_torch(x: Tensor, lengths: Tensor, size: int) -> Tensor:
    tokens = chunk_lengths(lengths, size)  # [chunks]
    chunk = torch.repeat_interleave(tokens)  # [tokens] the chunk of each token
    sums = x.new_zeros(len(tokens), *x.shape[1:], dtype=torch.float32)  # [chunks, heads, dim]
    return sums.index_add_(0, chunk, x.float()) / tokens.view(-1, *[1] * (x.dim() - 1))
