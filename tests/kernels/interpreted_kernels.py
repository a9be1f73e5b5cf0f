"""The Triton kernels in Triton's interpreter against their torch twins, over odd sizes.

`test_triton` runs this file in a process of its own: the interpreter must be chosen before Triton is imported.
"""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from kernels import attend, pool, route
from kernels import quantise as quantisation
from kernels.attend import attend_selected_torch, attend_torch
from kernels.pool import pool_chunks_torch
from kernels.quantise import Quantised, dequantise, quantise, quantise_torch
from kernels.route import score_documents_torch
from kernels.triton_attend import attend_selected_triton, attend_triton
from kernels.triton_pool import pool_chunks_triton
from kernels.triton_quantise import quantise_int8
from kernels.triton_route import score_documents_triton

HEADS = [(2, 4, 64), (3, 9, 64), (8, 32, 128), (2, 6, 100)]  # kv heads, heads, dim


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
        pool_chunks_triton(x, torch.tensor(lengths), size), pool_chunks_torch(x, torch.tensor(lengths), size)
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


@pytest.mark.parametrize(("tokens", "length", "chunks"), [(1, 1, 0), (1, 70, 67), (5, 5, 3), (33, 70, 64)])
@pytest.mark.parametrize(("kv_heads", "heads", "dim"), HEADS)
def test_attend(kv_heads: int, heads: int, dim: int, tokens: int, length: int, chunks: int) -> None:
    q = torch.randn(heads, tokens, dim)
    memory_k, memory_v = torch.randn(2, kv_heads, chunks, dim)
    local_k, local_v = torch.randn(2, kv_heads, length, dim)
    close(
        attend_triton(q, memory_k, memory_v, local_k, local_v),
        attend_torch(q, memory_k, memory_v, local_k, local_v),
    )


@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize(("tokens", "length", "chunks"), [(1, 3, 0), (1, 9, 67), (33, 70, 64)])
@pytest.mark.parametrize(("kv_heads", "heads", "dim"), HEADS)
def test_attend_selected(
    bits: int, kv_heads: int, heads: int, dim: int, tokens: int, length: int, chunks: int
) -> None:
    q = torch.randn(heads, tokens, dim)
    keys, values = (quantise(torch.randn(90, kv_heads, dim), bits) for _ in range(2))
    rows = torch.randint(0, 90, (chunks,))
    local_k, local_v = torch.randn(2, kv_heads, length, dim)
    close(
        attend_selected_triton(q, keys, values, rows, local_k, local_v, 0.2),
        attend_selected_torch(q, keys, values, rows, local_k, local_v, 0.2),
    )


def test_attend_in_half_precision() -> None:
    q = torch.randn(9, 5, 64).half()
    memory_k, memory_v = torch.randn(2, 3, 20, 64).half()
    local_k, local_v = torch.randn(2, 3, 8, 64).half()
    got = attend_triton(q, memory_k, memory_v, local_k, local_v)
    want = attend_torch(q.float(), memory_k, memory_v, local_k, local_v)
    close(got.float(), want, 3e-3)


def test_public_functions_hand_over_to_triton(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (quantisation, pool, route, attend):
        monkeypatch.setattr(module, "runs_triton", lambda x: True)
    for module, twin in (
        (quantisation, "quantise_torch"),
        (pool, "pool_chunks_torch"),
        (route, "score_documents_torch"),
        (attend, "attend_torch"),
        (attend, "attend_selected_torch"),
    ):
        monkeypatch.delattr(module, twin)  # any call of a torch version fails
    x = torch.randn(10, 3, 64)
    keys = quantisation.quantise(pool.pool_chunks(x, torch.tensor([4, 6]), 4))  # 3 chunks
    scores = route.score_documents(torch.randn(2, 192), keys, torch.tensor([0, 1, 3]))
    assert scores.isfinite().all()
    q, memory, local = torch.randn(9, 2, 64), dequantise(keys).transpose(0, 1), torch.randn(3, 4, 64)
    close(
        attend.attend_selected(q, keys, keys, torch.arange(3), local, local),
        attend.attend(q, memory, memory, local, local),
    )
