"""The Triton kernels in Triton's interpreter against their torch twins, over odd sizes.

`test_triton` runs this file in a process of its own: the interpreter must be chosen before Triton is imported.
"""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from kernels import pool, route
from kernels import quantise as quantisation
from kernels.pool import chunks_of, pool_torch
from kernels.quantise import Quantised, dequantise, quantise, quantise_torch
from kernels.resident.best import best_torch
from kernels.resident.candidates import unpack
from kernels.resident.triton_best import best_triton
from kernels.route import score_documents_torch
from kernels.triton_pool import pool_triton
from kernels.triton_quantise import quantise_int8
from kernels.triton_route import score_documents_triton


@pytest.fixture(autouse=True)
def seed() -> None:
    torch.manual_seed(0)


def close(got: Tensor, want: Tensor, tolerance: float = 1e-5) -> None:
    assert got.shape == want.shape
    assert got.dtype == want.dtype
    error = (got.float() - want.float()).abs().max() / want.float().abs().max()
    assert float(error) < tolerance


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("shape", [(1, 64), (37, 3, 64), (5, 8, 128), (129, 100), (0, 3, 64)])
def test_quantise_is_the_same_bit_for_bit(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    x = torch.randn(shape).to(dtype)
    x[:1] = 0
    got, want = quantise_int8(x), quantise_torch(x, 8)
    assert torch.equal(got.values, want.values)
    assert torch.equal(got.scales, want.scales)


@pytest.mark.parametrize("lengths", [[1], [64], [65, 1, 130], [5, 0, 63]])
@pytest.mark.parametrize(("heads", "dim", "size"), [(3, 64, 64), (8, 128, 64), (2, 50, 7)])
def test_pool(lengths: list[int], heads: int, dim: int, size: int) -> None:
    x = torch.randn(sum(lengths), heads, dim)
    close(
        pool_triton(x, chunks_of(torch.tensor(lengths), size)),
        pool_torch(x, chunks_of(torch.tensor(lengths), size)),
    )


@pytest.mark.parametrize("bits", [8, 4, 0])
@pytest.mark.parametrize("per_chunk", [True, False])
@pytest.mark.parametrize(("kv_heads", "dim"), [(3, 64), (8, 128), (2, 100)])
def test_route(bits: int, per_chunk: bool, kv_heads: int, dim: int) -> None:
    chunks = 150  # one whole tile and a short one; the document of 120 chunks lies across them
    keys: Tensor | Quantised = torch.randn(chunks, *([kv_heads * dim] if per_chunk else [kv_heads, dim]))
    if bits:
        keys = quantise(torch.as_tensor(keys), bits)
    starts = torch.tensor([0, 1, 7, 19, 139, 150])
    queries = [
        torch.randn(tokens, kv_heads * dim) * size for tokens, size in ((1, 1e-3), (17, 1.0), (3, 50.0))
    ]
    got = score_documents_triton(queries, keys, starts)
    stored = dequantise(keys) if isinstance(keys, Quantised) else keys
    for scores, want in zip(got, score_documents_torch(queries, stored, starts), strict=True):
        close(scores, want, 3e-6)


def test_route_covers_every_block_of_tokens() -> None:
    for tokens in (1, 16, 32, 33, 64, 65, 130):
        queries, starts = [torch.randn(tokens, 64), torch.randn(2, 64)], torch.tensor([0, 3, 5])
        keys = torch.randn(5, 64)
        close(
            score_documents_triton(queries, quantise(keys), starts),
            score_documents_torch(queries, dequantise(quantise(keys)), starts),
        )


@pytest.mark.parametrize(("kv_heads", "dim"), [(2, 64), (3, 64), (8, 128), (2, 50)])
@pytest.mark.parametrize("tokens", [(1,), (3, 17, 1), (70, 2)])
def test_best_of_a_block(kv_heads: int, dim: int, tokens: tuple[int, ...]) -> None:
    chunks, width = 300, kv_heads * dim  # three tiles; a document of 150 chunks lies across all of them
    keys = quantise(torch.randn(chunks, width))
    starts = torch.tensor([0, 1, 7, 19, 90, 240, *range(242, 301, 2)])
    ids = torch.randperm(len(starts) - 1) + 5
    alive = torch.ones(len(ids), dtype=torch.bool)
    alive[[2, 6]] = False
    rows = torch.repeat_interleave(starts.diff()).to(torch.int32)
    queries = [torch.randn(n, width) * scale for n, scale in zip(tokens, (1e-3, 1.0, 50.0), strict=False)]
    for k in (1, 5, 16):
        got, found = unpack(best_triton(keys, rows, ids, alive, queries, k))
        want, expected = unpack(best_torch(keys, starts, ids, alive, queries, k))
        assert found.tolist() == expected.tolist()
        for one, other in zip(got, want, strict=True):
            close(one, other, 3e-5)  # the twin may compute in float32 with an unsplit query


def test_best_where_all_are_dead_and_equal() -> None:
    keys = quantise(torch.ones(5, 32))
    rows, ids = torch.arange(5, dtype=torch.int32), torch.tensor([9, 3, 7, 1, 4])
    _, none = unpack(best_triton(keys, rows, ids, torch.zeros(5, dtype=torch.bool), [torch.ones(1, 32)], 4))
    assert (none == -1).all()
    _, ties = unpack(best_triton(keys, rows, ids, torch.ones(5, dtype=torch.bool), [torch.ones(1, 32)], 4))
    assert ties.tolist() == [[1, 3, 4, 7]]


def test_public_functions_hand_over_to_triton(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (quantisation, pool, route):
        monkeypatch.setattr(module, "runs_triton", lambda x: True)
    for module, twin in (
        (quantisation, "quantise_torch"),
        (pool, "pool_torch"),
        (route, "score_documents_torch"),
    ):
        monkeypatch.delattr(module, twin)  # any call of a torch version fails
    x = torch.randn(10, 3, 64)
    keys = quantisation.quantise(pool.pool_chunks(x, torch.tensor([4, 6]), 4))  # 3 chunks
    scores = route.score_documents_batch([torch.randn(2, 192)], keys, torch.tensor([0, 1, 3]))
    assert scores.isfinite().all()
