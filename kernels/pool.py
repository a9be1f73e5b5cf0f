"""Chunk means: the compression of MSA (spec §1, "chunk").

Packed documents are cut into chunks of `size` consecutive tokens; a chunk never crosses a document, and the
last chunk of a document is averaged over its own, possibly shorter, length. Used for K̄, V̄ and, before
normalisation, K̄ᴿ.
"""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Chunks:
    """How packed tokens are cut into chunks; made once for what is pooled many times. counts: [chunks] int64 tokens of each;
    first: [chunks] int64, the first token of each; tokens: of all; size: of a full chunk."""

    counts: Tensor
    first: Tensor
    tokens: int
    size: int

    def to(self, device: torch.device) -> Chunks:
        counts, first = (x.to(device, non_blocking=True) for x in (self.counts, self.first))
        return Chunks(counts, first, self.tokens, self.size)


def chunks_of(lengths: Tensor, size: int) -> Chunks:
    """lengths: [documents] int64, on the CPU if nothing is to wait for a device. Raises ValueError if size < 1."""
    if size < 1:
        raise ValueError(f"a chunk needs at least one token, size is {size}")
    counts = chunk_lengths(lengths, size)
    return Chunks(counts, counts.cumsum(0) - counts, int(lengths.sum()), size)


def pool_chunks(x: Tensor, lengths: Tensor, size: int) -> Tensor:
    """Mean of every chunk, in float32.

    x: [tokens, heads, dim], documents one after the other; lengths: [documents] int64 with sum == tokens (an
    empty document has no chunk) -> [chunks, heads, dim] float32. Raises ValueError if the lengths do not add
    up or size < 1.
    """
    return pool(x, chunks_of(lengths, size).to(x.device))


def pool(x: Tensor, chunks: Chunks) -> Tensor:
    """As `pool_chunks`, with chunks that are known, on x's device; waits for nothing."""
    if chunks.tokens != len(x):
        raise ValueError(f"the document lengths add up to {chunks.tokens}, but there are {len(x)} tokens")
    if runs_triton(x):
        from kernels.triton_pool import pool_triton

        return pool_triton(x, chunks)
    return pool_torch(x, chunks)


def pool_torch(x: Tensor, chunks: Chunks) -> Tensor:
    counts = chunks.counts
    chunk = torch.repeat_interleave(counts, output_size=len(x))  # [tokens] the chunk of each token
    sums = x.new_zeros(len(counts), *x.shape[1:], dtype=torch.float32)  # [chunks, heads, dim]
    return sums.index_add_(0, chunk, x.float()) / counts.view(-1, *[1] * (x.dim() - 1))
