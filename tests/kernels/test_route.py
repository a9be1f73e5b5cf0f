"""Routing: against every head scored in full, over layouts, tile cuts and batches."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from kernels import route
from kernels.quantise import Quantised, dequantise, quantise
from kernels.route import (
    fold_heads,
    score_documents_batch,
    score_documents_torch,
)
from kernels.route_integer import LOW, PARTS, WIDEST, fast_integers, integer_tile, split_query


def score_documents(query: Tensor, keys: Tensor | Quantised, starts: Tensor) -> Tensor:
    """Of one question alone, [documents]."""
    return score_documents_batch([query], keys, starts)[0]


def every_head(q: Tensor, keys: Tensor, starts: Tensor) -> Tensor:
    """The paper's own order: per head, mean over heads, max over tokens, max over chunks."""
    k = keys.repeat_interleave(q.shape[1] // keys.shape[1], dim=1)  # [chunks, heads, dim]
    scores = torch.einsum("thd,chd->htc", q.double(), k.double()).mean(0).amax(0)  # [chunks]
    return torch.stack([part.max() for part in scores.split(starts.diff().tolist())]).float()


def rounded(query: Tensor) -> Tensor:
    """The query as integers hold it."""
    high, low, step = split_query(query)
    return (high.float() * LOW + low) * step


def ragged_starts(chunks: int, seed: int) -> Tensor:
    cuts = torch.randint(1, chunks, (chunks // 5,), generator=torch.Generator().manual_seed(seed)).unique()
    return torch.cat([torch.tensor([0]), cuts, torch.tensor([chunks])])


def whole_numbers(*shape: int) -> Tensor:
    """Whole numbers whose sums float32 holds exactly, in any order; as keys they are quantised with a scale of 1."""
    numbers = torch.randint(-127, 128, shape).float()
    numbers[..., 0] = 127.0
    return numbers


def unit(*shape: int) -> Tensor:
    return torch.nn.functional.normalize(torch.randn(*shape), dim=-1)


@settings(max_examples=40, deadline=None)
@given(
    heads=st.sampled_from([(2, 4, 64), (3, 9, 64), (8, 32, 128), (1, 1, 6)]),
    bits=st.sampled_from([0, 4, 8]),
    per_chunk=st.booleans(),
    tokens=st.lists(st.integers(1, 9), min_size=1, max_size=3),
    chunks=st.integers(2, 90),
    seed=st.integers(0, 99),
)
def test_scores_match_every_head_scored_in_full(
    heads: tuple[int, int, int], bits: int, per_chunk: bool, tokens: list[int], chunks: int, seed: int
) -> None:
    torch.manual_seed(seed)
    kv_heads, all_heads, dim = heads
    starts = ragged_starts(chunks, seed)
    questions = [unit(count, all_heads, dim) for count in tokens]
    exact = unit(chunks, kv_heads, dim)  # [chunks, kv_heads, dim]
    shaped = exact.flatten(1) if per_chunk else exact
    keys: Tensor | Quantised = quantise(shaped, bits) if bits else shaped
    stored = (dequantise(keys) if isinstance(keys, Quantised) else keys).view_as(exact)
    folded = [fold_heads(q, kv_heads) for q in questions]
    got = score_documents_batch(folded, keys, starts)
    full = torch.stack([every_head(q, stored, starts) for q in questions])
    asked = [q.view(-1, kv_heads, dim) * kv_heads for q in folded]  # a mean over heads that is a sum
    torch.testing.assert_close(
        torch.stack([every_head(q, stored, starts) for q in asked]), full, rtol=0, atol=2e-5
    )
    if bits and fast_integers():
        # Integers are exact for the query as it is rounded, which in 6 dimensions may be further off than this bound.
        full = torch.stack([every_head(rounded(q), stored, starts) for q in asked])
    torch.testing.assert_close(got, full, rtol=0, atol=2e-5)


@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("groups", [1, 3])
def test_float_and_integer_products_agree(bits: int, groups: int, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = quantise(unit(500, groups, 192 // groups), bits)
    queries = [torch.randn(3, 192), torch.randn(1, 192)]
    starts = ragged_starts(500, 1)
    found = []
    for integers in (fast_integers(), False):
        monkeypatch.setattr(route, "fast_integers", lambda integers=integers: integers)
        found.append(score_documents_torch(queries, keys, starts))
    torch.testing.assert_close(found[0], found[1], rtol=0, atol=3e-4 * float(found[1].abs().max()))


@pytest.mark.parametrize("tile", [1, 3, 7, 64])
def test_tiles_may_cut_documents(tile: int, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = quantise(unit(50, 1, 32))
    starts = torch.tensor([0, 1, 20, 21, 49, 50])
    query = torch.randn(4, 32)
    whole = score_documents(query, keys, starts)
    monkeypatch.setattr(route, "integer_tile", lambda queries: tile)
    monkeypatch.setattr(route, "FLOAT_TILE", 16 * 32)
    torch.testing.assert_close(score_documents(query, keys, starts), whole, rtol=1e-6, atol=1e-7)
    torch.testing.assert_close(score_documents(query, dequantise(keys), starts), whole, rtol=0, atol=3e-4)


def test_a_batch_scores_like_its_questions_alone() -> None:
    keys = quantise(whole_numbers(40, 3, 64))
    starts = ragged_starts(40, 3)
    queries = [whole_numbers(count, 192) * size for count, size in ((5, 2**-13), (1, 1.0), (5, 2**10))]
    batch = score_documents_batch(queries, keys, starts)
    for query, scores in zip(queries, batch, strict=True):
        torch.testing.assert_close(score_documents(query, keys, starts), scores, rtol=1e-6, atol=0)


def test_extreme_integers_do_not_overflow() -> None:
    """All keys and queries at their largest, over more columns than one int32 product may add."""
    width = 2 * WIDEST + 10
    keys = Quantised(torch.full((4, width), -127, dtype=torch.int8), torch.ones(4), 8, width)
    score = score_documents(torch.full((1, width), 3.0), keys, torch.tensor([0, 4]))
    torch.testing.assert_close(score, torch.tensor([-127.0 * 3 * width]))


def test_integers_that_saturate_are_not_used() -> None:
    """oneDNN held to AVX2 adds products in 16 bits; scores must stay right there."""
    test = f"{__file__}::test_extreme_integers_do_not_overflow"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", test],
        env=os.environ | {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_query_of_zeros_scores_zero() -> None:
    keys = quantise(unit(4, 1, 32))
    assert score_documents(torch.zeros(2, 32), keys, torch.tensor([0, 2, 4])).tolist() == [0.0, 0.0]


def test_the_parts_of_a_query_hold_sixteen_bits() -> None:
    query = torch.randn(3, 64)
    high, low, step = split_query(query)
    error = ((high.double() * 254 + low.double()) * step - query).abs().max()
    assert error <= query.abs().max() / 127 / 254 * 0.51


def test_no_documents_score_nothing() -> None:
    keys = quantise(torch.empty(0, 3, 8))
    assert score_documents(torch.randn(2, 24), keys, torch.tensor([0])).shape == (0,)


@pytest.mark.parametrize("starts", [[0, 2, 2, 4], [1, 4], [0, 3], [0, 5], []])
def test_starts_that_do_not_fit_are_refused(starts: list[int]) -> None:
    keys = torch.randn(4, 1, 8)
    with pytest.raises(ValueError, match="rise strictly"):
        score_documents(torch.randn(1, 8), keys, torch.tensor(starts, dtype=torch.int64))


def test_queries_that_do_not_fit_are_refused() -> None:
    keys, starts = torch.randn(4, 1, 8), torch.tensor([0, 4])
    for query in (torch.randn(0, 8), torch.randn(1, 9), torch.randn(8)):
        with pytest.raises(ValueError, match="tokens >= 1, 8"):
            score_documents(query, keys, starts)
    with pytest.raises(ValueError, match="no question"):
        score_documents_batch([], keys, starts)
    with pytest.raises(ValueError, match="grouped"):
        fold_heads(torch.randn(1, 4, 8), 3)


@pytest.mark.parametrize("tokens", [1, 32, 1000, 20_000])
def test_a_tile_of_products_is_bounded_whatever_the_batch(tokens: int) -> None:
    queries = [torch.zeros(1, 4)] * (tokens // 2) + [torch.zeros(tokens - tokens // 2, 4)]
    assert 4 * PARTS * tokens * integer_tile(queries) <= 16 * 2**20


def test_maxima_of_pooled_ragged_and_even_batches_agree() -> None:
    keys, starts = quantise(whole_numbers(30, 1, 32)), torch.tensor([0, 4, 30])
    queries = list(whole_numbers(3, 2, 32))
    even = score_documents_batch(queries, keys, starts)  # two tokens each
    pooled = score_documents_batch([row[None] for query in queries for row in query], keys, starts)
    ragged = score_documents_batch([*queries, whole_numbers(5, 32)], keys, starts)[:3]
    torch.testing.assert_close(pooled.view(3, 2, 2).amax(1), even, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(ragged, even, rtol=1e-6, atol=0)


@pytest.mark.parametrize("tokens", [1, 3, 40])
@pytest.mark.parametrize("quantised", [False, True])
def test_a_score_does_not_depend_on_what_lies_beside_it(
    tokens: int, quantised: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the last bit, also where products are floats: memories are spread over blocks, devices and ranks."""
    monkeypatch.setattr(route, "fast_integers", lambda: False)
    draw = torch.Generator().manual_seed(tokens)
    query, stored = torch.randn(tokens, 192, generator=draw), torch.randn(3000, 192, generator=draw)
    keys: Tensor | Quantised = quantise(stored) if quantised else stored
    whole = score_documents(query, keys, torch.arange(3001))
    for low, count in ((0, 5), (7, 33), (100, 64), (1000, 777), (2990, 10)):
        alone = score_documents(query, keys[low : low + count], torch.arange(count + 1))
        assert torch.equal(alone, whole[low : low + count])
