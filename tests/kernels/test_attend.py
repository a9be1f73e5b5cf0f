"""Attention over memory and local context against a softmax written out per token."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from kernels.attend import attend, attend_selected
from kernels.quantise import dequantise, quantise


def by_hand(q: Tensor, mk: Tensor, mv: Tensor, lk: Tensor, lv: Tensor, scale: float) -> Tensor:
    heads, tokens, _ = q.shape
    groups = heads // lk.shape[0]
    out = torch.empty_like(q, dtype=torch.float64)
    for h in range(heads):
        for t in range(tokens):
            end = lk.shape[1] - tokens + t + 1
            k = torch.cat([mk[h // groups], lk[h // groups, :end]]).double()
            v = torch.cat([mv[h // groups], lv[h // groups, :end]]).double()
            out[h, t] = (scale * k @ q[h, t].double()).softmax(0) @ v
    return out.float()


@settings(max_examples=40, deadline=None)
@given(
    heads=st.sampled_from([(1, 1), (2, 4), (3, 9), (8, 32)]),
    tokens=st.integers(1, 7),
    past=st.integers(0, 7),
    chunks=st.integers(0, 9),
    scale=st.sampled_from([None, 0.3]),
)
def test_attend_matches_a_softmax_by_hand(
    heads: tuple[int, int], tokens: int, past: int, chunks: int, scale: float | None
) -> None:
    kv_heads, all_heads = heads
    dim = 16
    q = torch.randn(all_heads, tokens, dim)
    mk, mv = torch.randn(2, kv_heads, chunks, dim)
    lk, lv = torch.randn(2, kv_heads, past + tokens, dim)
    got = attend(q, mk, mv, lk, lv, scale)
    want = by_hand(q, mk, mv, lk, lv, dim**-0.5 if scale is None else scale)
    torch.testing.assert_close(got, want, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("bits", [8, 4])
def test_selected_chunks_are_attended_as_if_gathered(bits: int) -> None:
    q = torch.randn(9, 4, 64)
    keys, values = quantise(torch.randn(50, 3, 64), bits), quantise(torch.randn(50, 3, 64), bits)
    lk, lv = torch.randn(2, 3, 6, 64)
    rows = torch.tensor([40, 3, 4, 49])
    memory_k, memory_v = (dequantise(x)[rows].transpose(0, 1) for x in (keys, values))
    got = attend_selected(q, keys, values, rows, lk, lv)
    torch.testing.assert_close(got, by_hand(q, memory_k, memory_v, lk, lv, 64**-0.5), rtol=1e-4, atol=1e-5)


def test_the_order_of_memory_does_not_matter() -> None:
    q = torch.randn(4, 3, 8)
    mk, mv = torch.randn(2, 2, 10, 8)
    lk, lv = torch.randn(2, 2, 5, 8)
    order = torch.randperm(10)
    torch.testing.assert_close(attend(q, mk, mv, lk, lv), attend(q, mk[:, order], mv[:, order], lk, lv))


def test_the_query_sets_the_dtype() -> None:
    q = torch.randn(4, 3, 8).bfloat16()
    mk, mv = torch.randn(2, 2, 10, 8)
    lk, lv = torch.randn(2, 2, 5, 8).bfloat16()
    assert attend(q, mk, mv, lk, lv).dtype == torch.bfloat16


def test_shapes_that_do_not_fit_are_refused() -> None:
    mk = torch.randn(3, 2, 8)
    lk = torch.randn(3, 4, 8)
    with pytest.raises(ValueError, match="cannot share"):
        attend(torch.randn(4, 2, 8), mk, mk, lk, lk)
    with pytest.raises(ValueError, match="at least as many local"):
        attend(torch.randn(3, 5, 8), mk, mk, lk, lk)
    with pytest.raises(ValueError, match="but values int4"):
        keys, values = quantise(torch.randn(5, 3, 8)), quantise(torch.randn(5, 3, 8), 4)
        attend_selected(torch.randn(3, 2, 8), keys, values, torch.tensor([0]), lk, lk)
