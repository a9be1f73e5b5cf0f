"""The best documents of a block on a GPU in one pass over its keys.

* A program scores a tile of chunks against all tokens of one question, a block of tokens after another, and keeps the
  running maximum in registers. Programs of one tile run next to each other, so a
  batch of questions reads the keys from memory once.
* The query is two int8 parts, as on CPUs (`kernels.route_integer`), so keys are multiplied as they are stored, on the
  integer tensor cores; sums are exact, and one rounding to float32 follows.
* A tile's chunks of one document meet in a scan; what leaves a program are its K best documents as packed integers
  (`candidates`). A document that lies across tiles comes from each of them; `distinct` keeps its best.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import triton
import triton.language as tl
from torch import Tensor

from kernels.device import on_its_device
from kernels.quantise import Quantised
from kernels.resident.candidates import distinct
from kernels.route_integer import LOW

BLOCK_C = 128  # chunks per program
BLOCK_K = 128  # columns per product
WARPS = {16: 4, 32: 4, 64: 8}  # by tokens per product


@triton.jit
def _best_in_run(row_a, value_a, row_b, value_b):  # type: ignore[no-untyped-def]
    return row_b, tl.where(row_a == row_b, tl.maximum(value_a, value_b), value_b)


@triton.jit
def best_kernel(  # type: ignore[no-untyped-def]
    high,  # [padded tokens, WIDTH] int8
    low,  # the same
    step,  # [questions] float32, the worth of one of the low part
    first,  # [questions + 1] int32, the first token block of each
    keys,  # [chunks, WIDTH] int8
    scales,  # [chunks] float32
    rows,  # [chunks] int32, rising
    ids,  # [rows] int64
    alive,  # [rows] int8
    out,  # [questions, tiles, K] int64
    chunks,
    questions,
    tiles,
    LOW: tl.constexpr,
    WIDTH: tl.constexpr,
    K: tl.constexpr,
    BLOCK_C: tl.constexpr,
    BLOCK_T: tl.constexpr,
    BLOCK_K: tl.constexpr,
):
    i_q = tl.program_id(0) % questions
    i_tile = (tl.program_id(0) // questions).to(tl.int64)
    o_c = i_tile * BLOCK_C + tl.arange(0, BLOCK_C)  # [BLOCK_C]
    in_c = o_c < chunks
    b_best = tl.full([BLOCK_C], float("-inf"), tl.float32)
    i_first = tl.load(first + i_q).to(tl.int64) * BLOCK_T
    for i_b in range(tl.load(first + i_q + 1) - tl.load(first + i_q)):
        o_t = i_first + i_b * BLOCK_T + tl.arange(0, BLOCK_T)  # [BLOCK_T]
        b_high = tl.zeros([BLOCK_C, BLOCK_T], dtype=tl.int32)
        b_low = tl.zeros([BLOCK_C, BLOCK_T], dtype=tl.int32)
        for i_k in range(0, WIDTH, BLOCK_K):
            o_k = i_k + tl.arange(0, BLOCK_K)  # [BLOCK_K]
            in_k = o_k < WIDTH
            p_k = o_c[:, None] * WIDTH + o_k[None, :]  # [BLOCK_C, BLOCK_K]
            b_k = tl.load(keys + p_k, mask=in_c[:, None] & in_k[None, :], other=0)
            p_q = o_t[None, :] * WIDTH + o_k[:, None]  # [BLOCK_K, BLOCK_T]
            b_high = tl.dot(b_k, tl.load(high + p_q, mask=in_k[:, None], other=0), b_high, out_dtype=tl.int32)
            b_low = tl.dot(b_k, tl.load(low + p_q, mask=in_k[:, None], other=0), b_low, out_dtype=tl.int32)
        b_score = b_high.to(tl.float32) * LOW + b_low.to(tl.float32)  # [BLOCK_C, BLOCK_T]
        b_best = tl.maximum(b_best, tl.max(b_score, axis=1))
    b_best = b_best * tl.load(step + i_q) * tl.load(scales + o_c, mask=in_c, other=0.0)
    b_row = tl.load(rows + o_c, mask=in_c, other=-1)  # [BLOCK_C]
    b_row, b_best = tl.associative_scan((b_row, b_best), 0, _best_in_run)
    # The last chunk of a document in this tile has seen them all.
    in_tile = (tl.arange(0, BLOCK_C) + 1 < BLOCK_C) & (o_c + 1 < chunks)
    b_next = tl.load(rows + o_c + 1, mask=in_tile, other=-1)
    b_counts = in_c & (b_next != b_row)
    b_counts = b_counts & (tl.load(alive + b_row, mask=b_counts, other=0) != 0)
    b_id = tl.load(ids + b_row, mask=b_counts, other=0)
    b_bits = (b_best + 0.0).to(tl.int32, bitcast=True)
    b_ordered = b_bits ^ ((b_bits >> 31) & 0x7FFFFFFF)
    b_packed = (b_ordered.to(tl.int64) << 32) | (4294967295 - b_id)
    # -2**63, below every candidate.
    b_nothing = tl.full([BLOCK_C], 1, tl.int64) << 63
    b_packed = tl.where(b_counts, b_packed, b_nothing)
    p_out = out + (i_q.to(tl.int64) * tiles + i_tile) * K
    for i in range(K):
        i_most = tl.max(b_packed, axis=0)
        tl.store(p_out + i, i_most)
        b_packed = tl.where(b_packed == i_most, b_nothing, b_packed)


def best_triton(
    keys: Quantised, rows: Tensor, ids: Tensor, alive: Tensor, queries: Sequence[Tensor], k: int
) -> Tensor:
    """As `best.best_torch`, everything on one device; keys: int8 with one scale per chunk, k at most BLOCK_C."""
    device, (chunks, width) = keys.values.device, keys.values.shape
    queries = [query.to(device, torch.float32) for query in queries]
    block_t = min(64, max(16, triton.next_power_of_2(max(len(query) for query in queries))))
    # Padded to whole blocks by repeating the last token, which no maximum notices.
    padded = [torch.cat([q, q[-1:].expand(-len(q) % block_t, -1)]) for q in queries]
    units = torch.stack([q.abs().amax() for q in queries]) / 127  # [questions]
    units = torch.where(units == 0, 1.0, units)
    scaled = torch.cat([q / unit for q, unit in zip(padded, units, strict=True)])  # [padded tokens, width]
    high = scaled.round()
    low = ((scaled - high) * LOW).round()
    blocks = torch.tensor([0, *(len(q) // block_t for q in padded)]).cumsum(0).to(torch.int32)
    tiles, best = triton.cdiv(chunks, BLOCK_C), min(k, BLOCK_C)
    out = torch.empty(len(queries), tiles, best, dtype=torch.int64, device=device)
    with on_its_device(keys.values):
        best_kernel[(tiles * len(queries),)](
            high.to(torch.int8), low.to(torch.int8), units / LOW, blocks.to(device, non_blocking=True),
            keys.values, keys.scales, rows, ids, alive.view(torch.int8), out,
            chunks, len(queries), tiles,
            LOW=LOW, WIDTH=width, K=best, BLOCK_C=BLOCK_C, BLOCK_T=block_t, BLOCK_K=BLOCK_K,
            num_warps=WARPS[block_t],
        )  # fmt: skip
    found = distinct(out.flatten(1))
    return found.topk(min(k, found.shape[1]), dim=1).values
