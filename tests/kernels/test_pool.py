"""Chunk means against a loop over documents and chunks."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from kernels.pool import chunk_counts, chunk_lengths, pool_chunks


def loop(x: Tensor, lengths: list[int], size: int) -> list[Tensor]:
    return [
        chunk.float().mean(0)
        for document in x.split(lengths)
        for chunk in document.split(size)
        if len(chunk)
    ]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    lengths=st.lists(st.integers(0, 150), min_size=1, max_size=6),
    size=st.sampled_from([1, 3, 16, 64]),
    heads=st.integers(1, 3),
    dtype=st.sampled_from([torch.float32, torch.bfloat16]),
)
def test_pool_matches_a_loop(lengths: list[int], size: int, heads: int, dtype: torch.dtype) -> None:
    x = torch.randn(sum(lengths), heads, 8).to(dtype)
    pooled = pool_chunks(x, torch.tensor(lengths), size)
    expected = loop(x, lengths, size)
    assert pooled.shape == (len(expected), heads, 8)
    assert pooled.dtype == torch.float32
    for got, want in zip(pooled, expected, strict=True):
        torch.testing.assert_close(got, want, rtol=1e-5, atol=1e-6)


def test_counts_and_lengths_of_ragged_documents() -> None:
    lengths = torch.tensor([5, 64, 0, 130])
    assert chunk_counts(lengths, 64).tolist() == [1, 1, 0, 3]
    assert chunk_lengths(lengths, 64).tolist() == [5, 64, 64, 64, 2]


def test_errors_say_what_is_wrong() -> None:
    with pytest.raises(ValueError, match="add up to 3"):
        pool_chunks(torch.randn(4, 1, 2), torch.tensor([3]), 2)
    with pytest.raises(ValueError, match="at least one token"):
        pool_chunks(torch.randn(4, 1, 2), torch.tensor([4]), 0)
