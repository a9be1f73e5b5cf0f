"""The Triton kernels in Triton's interpreter against their torch twins, over odd sizes.

`test_triton` runs this file in a process of its own: the interpreter must be chosen before Triton is imported.
"""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch import Tensor

from engine import generate as generating
from engine.encode import encode_documents
from engine.generate import Sampling, generate
from engine.memory import RamMemory
from engine.session import encode_prefix, open_session
from engine.steps import Writer
from kernels import decode, pool, route
from kernels import quantise as quantisation
from kernels.decode import attend_newest_torch
from kernels.pool import chunks_of, pool_torch
from kernels.quantise import Quantised, dequantise, quantise, quantise_torch
from kernels.resident.best import best_torch
from kernels.resident.candidates import unpack
from kernels.resident.triton_best import best_triton
from kernels.route import score_documents_torch
from kernels.triton_decode import BLOCK_N, MOST_SPLITS, attend_newest_triton, stretches
from kernels.triton_pool import pool_triton
from kernels.triton_quantise import quantise_int8
from kernels.triton_route import score_documents_triton
from tests.engine import tiny


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
    reference = score_documents_torch(queries, dequantise(keys), starts).masked_fill(~alive, -torch.inf)
    place = {int(id): at for at, id in enumerate(ids)}
    for k in (1, 5, 16):
        best = reference.topk(k).values
        got, found = unpack(best_triton(keys, rows, ids, alive, queries, k))
        want, expected = unpack(best_torch(keys, starts, ids, alive, queries, k))
        # Kernel and twin split a query into integers, or not, as the machine has it; near ties may change places.
        for scores, documents in ((got, found), (want, expected)):
            assert all(len(set(row)) == k for row in documents.tolist())
            chosen = torch.tensor([[place[id] for id in row] for row in documents.tolist()])
            for at in range(len(queries)):
                close(scores[at], best[at], 1e-4)
                close(reference[at, chosen[at]], best[at], 1e-4)


def test_best_where_all_are_dead_and_equal() -> None:
    keys = quantise(torch.ones(5, 32))
    rows, ids = torch.arange(5, dtype=torch.int32), torch.tensor([9, 3, 7, 1, 4])
    _, none = unpack(best_triton(keys, rows, ids, torch.zeros(5, dtype=torch.bool), [torch.ones(1, 32)], 4))
    assert (none == -1).all()
    _, ties = unpack(best_triton(keys, rows, ids, torch.ones(5, dtype=torch.bool), [torch.ones(1, 32)], 4))
    assert ties.tolist() == [[1, 3, 4, 7]]


@pytest.mark.parametrize("group", [1, 3, 4, 7, 8, 17])
@pytest.mark.parametrize("dim", [64, 100, 128])
# Not bfloat16: Triton 3.7's interpreter keeps it as uint16 and multiplies these.
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_the_newest_token_attends_to_all(group: int, dim: int, dtype: torch.dtype) -> None:
    kv_heads = 2
    for length in (1, 63, 64, 65, 300):
        query = torch.randn(kv_heads * group, dim).to(dtype) * 3
        # As caches are: longer buffers of which a part is filled; what lies behind must not be read.
        buffers = [torch.full((kv_heads, length + 7, dim), torch.nan, dtype=dtype) for _ in range(2)]
        for buffer in buffers:
            buffer[:, :length] = torch.randn(kv_heads, length, dim).to(dtype)
        key, value = (buffer[:, :length] for buffer in buffers)
        got = attend_newest_triton(query, key, value)
        want = attend_newest_torch(query.float(), key.float(), value.float())
        close(got.float(), want, 1e-5 if dtype == torch.float32 else 3e-3)
        assert got.dtype == dtype
        # The whole buffers, of which a tensor says how much is filled.
        again = attend_newest_triton(query, *buffers, torch.tensor([length - 1]))
        close(again.float(), want, 1e-5 if dtype == torch.float32 else 3e-3)


def test_stretches_behind_the_newest_key_weigh_nothing() -> None:
    query = torch.randn(6, 64)
    key, value = torch.randn(2, 2, 1000, 64)
    for newest in (0, 63, 64, 500, 999):
        got = attend_newest_triton(query, key, value, torch.tensor([newest]))
        seen = slice(newest + 1)
        close(got, attend_newest_torch(query, key[:, seen], value[:, seen]))


def test_a_key_that_outweighs_all_others_and_keys_that_are_alike() -> None:
    key = torch.zeros(1, 200, 16)
    value = torch.randn(1, 200, 16)
    close(attend_newest_triton(torch.ones(3, 16), key, value), value[0].mean(0).expand(3, -1))
    key[0, 130] = 100.0
    close(attend_newest_triton(torch.ones(3, 16), key, value), value[0, 130].expand(3, -1))


def test_stretches_cover_a_context_and_none_is_empty() -> None:
    for kv_heads in (1, 2, 8, 300):
        for length in (*range(1, 400), 4096, 8191, 8192, 100_003):
            stretch, splits = stretches(length, kv_heads)
            assert stretch % BLOCK_N == 0 and (splits - 1) * stretch < length <= splits * stretch
            assert 1 <= splits <= MOST_SPLITS


def test_an_answer_is_written_through_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny.tiny_model("qwen3", seed=100, top_k=2)
    memory = RamMemory(encode_documents(model, tiny.tokens(100, 9, 5, 14)), model.config)
    answers = []
    for triton, records in ((False, False), (True, False), (True, True)):
        monkeypatch.setattr(decode, "runs_triton", lambda x, triton=triton: triton)
        monkeypatch.setattr(generating, "Writer", partial(Writer, records=records))
        if triton:
            monkeypatch.delattr(decode, "attend_newest_torch", raising=False)
        session = open_session(
            model, memory, [tiny.prompt(1, 5), tiny.prompt(2, 7)], encode_prefix(model, tiny.PREFIX)
        )
        answers.append((list(generate(session, Sampling(max_new_tokens=4), [])), session.logits))
    (written, logits), *rest = answers
    for again, others in rest:
        assert written == again
        close(logits, others)


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
