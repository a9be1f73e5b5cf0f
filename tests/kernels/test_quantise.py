"""Quantisation: error bounds, packing, zero vectors, errors."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.quantise import LIMITS, dequantise, pack_int4, quantise, unpack_int4


@settings(max_examples=30, deadline=None)
@given(
    shape=st.tuples(st.integers(0, 5), st.integers(1, 3)),
    half=st.integers(1, 65),
    bits=st.sampled_from([8, 4]),
    magnitude=st.sampled_from([1e-6, 1.0, 1e4]),
    seed=st.integers(0, 99),
)
def test_error_is_at_most_half_a_step(
    shape: tuple[int, int], half: int, bits: int, magnitude: float, seed: int
) -> None:
    x = torch.randn(*shape, 2 * half, generator=torch.Generator().manual_seed(seed)) * magnitude
    q = quantise(x, bits)
    assert q.shape == x.shape
    assert q.values.dtype == torch.int8
    assert q.values.shape[-1] == 2 * half * bits // 8
    assert q.scales.shape == x.shape[:-1]
    error = (dequantise(q) - x).abs()
    assert bool((error <= q.scales[..., None] * 0.50001).all())


def test_the_largest_element_uses_the_whole_range_and_ties_round_to_even() -> None:
    q = quantise(torch.tensor([[127.0, -127.0, 0.5, 1.5, 2.5, 0.0]]))
    assert q.values.tolist() == [[127, -127, 0, 2, 2, 0]]
    assert q.scales.tolist() == [1.0]


def test_zero_vectors_stay_zero() -> None:
    for bits in LIMITS:
        q = quantise(torch.zeros(2, 4), bits)
        assert torch.equal(dequantise(q), torch.zeros(2, 4))


def test_every_pair_of_nibbles_survives_packing() -> None:
    nibbles = torch.arange(-8, 8, dtype=torch.int8)
    pairs = torch.cartesian_prod(nibbles, nibbles)  # [256, 2]
    assert torch.equal(unpack_int4(pack_int4(pairs)), pairs)


def test_low_nibbles_hold_the_first_half() -> None:
    packed = pack_int4(torch.tensor([1, 2, 3, -4], dtype=torch.int8))
    assert packed.tolist() == [1 | 3 << 4, (2 | (-4 & 15) << 4) - 256]


def test_indexing_selects_whole_vectors() -> None:
    x = torch.randn(6, 3, 8)
    q = quantise(x, 4)
    rows = torch.tensor([4, 0])
    assert torch.equal(dequantise(q[rows]), dequantise(q)[rows])
    assert torch.equal(dequantise(q[1:3, 2]), dequantise(q)[1:3, 2])
    assert q.nbytes == 6 * 3 * (4 + 4)


def test_output_dtype_and_half_precision_input() -> None:
    x = torch.randn(3, 16).bfloat16()
    q = quantise(x)
    assert dequantise(q, torch.float16).dtype == torch.float16
    assert torch.equal(q.values, quantise(x.float()).values)


def test_errors_say_what_is_wrong() -> None:
    with pytest.raises(ValueError, match="8 or 4"):
        quantise(torch.randn(2, 4), 5)
    with pytest.raises(ValueError, match="even"):
        quantise(torch.randn(2, 5), 4)
