"""What a card is asked for packed segments: the same as one call a segment gives."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.attention import varlen

from engine import attention
from engine.attention import attend_segments, runs_varlen


def documented(
    q: Tensor, k: Tensor, v: Tensor, begin: Tensor, end: Tensor, *_: Any, **options: Any
) -> Tensor:
    """`varlen_attn` by its documentation, in loops. q: [tokens, heads, dim]; k, v: [tokens, kv_heads, dim]."""
    left, right = options["window_size"]
    assert right == 0 and begin.dtype == torch.int32 and options["enable_gqa"] == (q.shape[1] != k.shape[1])
    assert torch.equal(begin, end)
    out = torch.empty_like(q)
    for low, high in zip(begin.tolist()[:-1], begin.tolist()[1:], strict=True):
        for at in range(low, high):
            first = low if left < 0 else max(low, at - left)
            for head in range(q.shape[1]):
                group = head * k.shape[1] // q.shape[1]
                keys, values = k[first : at + 1, group], v[first : at + 1, group]
                weights = (keys @ q[at, head] / q.shape[2] ** 0.5).softmax(0)
                out[at, head] = weights @ values
    return out


@pytest.mark.parametrize(("heads", "kv_heads"), [(6, 2), (4, 4), (7, 1)])
@pytest.mark.parametrize("window", [None, 1, 4])
def test_one_call_for_all_segments(
    monkeypatch: pytest.MonkeyPatch, heads: int, kv_heads: int, window: int | None
) -> None:
    lengths = [5, 1, 9]
    q, k, v = (torch.randn(n, sum(lengths), 8) for n in (heads, kv_heads, kv_heads))
    apart = attend_segments(q, k, v, lengths, window=window)
    monkeypatch.setattr(attention, "runs_varlen", lambda x: True)
    monkeypatch.setattr(varlen, "varlen_attn", documented)
    torch.testing.assert_close(attend_segments(q, k, v, lengths, window=window), apart, rtol=1e-5, atol=1e-5)


def test_cpus_and_float32_attend_segment_by_segment() -> None:
    assert not runs_varlen(torch.ones(1, dtype=torch.bfloat16))
    assert not runs_varlen(torch.ones(1))
