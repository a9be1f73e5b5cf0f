"""Attention of the newest token: what it computes, and who computes it. The kernel itself: `interpreted_kernels`."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
import torch

from kernels import decode
from kernels.decode import attend_newest


@pytest.mark.parametrize("group", [1, 3, 7])
def test_each_head_reads_the_keys_of_its_group(group: int) -> None:
    query, key, value = torch.randn(2 * group, 8), torch.randn(2, 5, 8), torch.randn(2, 5, 8)
    out = attend_newest(query, key, value)
    for head in range(2 * group):
        weights = (key[head // group] @ query[head] / 8**0.5).softmax(0)
        torch.testing.assert_close(out[head], weights @ value[head // group])


@pytest.mark.parametrize("newest", [0, 3, 8])
def test_what_is_behind_the_newest_key_is_not_seen(newest: int) -> None:
    query, key, value = torch.randn(6, 8), torch.randn(2, 9, 8), torch.randn(2, 9, 8)
    seen = slice(newest + 1)
    torch.testing.assert_close(
        attend_newest(query, key, value, torch.tensor([newest])),
        attend_newest(query, key[:, seen], value[:, seen]),
    )


def test_what_does_not_fit_is_refused() -> None:
    key = torch.randn(2, 5, 8)
    for query, keys, values in (
        (torch.randn(3, 8), key, key),
        (torch.randn(4, 9), key, key),
        (torch.randn(4, 8), key, key[:, :4]),
        (torch.randn(4, 8), key[:, :0], key[:, :0]),
    ):
        with pytest.raises(ValueError, match="do not fit"):
            attend_newest(query, keys, values)


def test_the_kernel_is_chosen_where_triton_runs_and_nothing_is_learnt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by_kernel = torch.full((4, 8), 7.0)
    stand_in = SimpleNamespace(attend_newest_triton=lambda query, key, value, newest: by_kernel)
    monkeypatch.setitem(sys.modules, "kernels.triton_decode", stand_in)
    query, key = torch.randn(4, 8), torch.randn(2, 5, 8)
    assert attend_newest(query, key, key) is not by_kernel
    monkeypatch.setattr(decode, "runs_triton", lambda x: True)
    assert attend_newest(query, key, key) is by_kernel
    assert attend_newest(query, key.clone().requires_grad_(), key).requires_grad
