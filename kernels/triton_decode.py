"""`attend_newest` on a GPU: flash-decoding (Dao et al., 2023).

* One token gives few rows, so the context is what is spread over the card: a program takes one kv head and one stretch of
  the context, for all query heads of the group, and keeps a running maximum and sum. Keys and values are read once.
* A second kernel weighs the stretches by their sums: softmax over the whole is the mean of the stretches' results, each
  weighted by exp of its log-sum-exp.
* Strides are arguments, since a cache is a view of a longer buffer; being multiples of head_dim, they let loads be wide.
  Lengths are not specialised on, so no token compiles anything anew.
* In a recorded step the length is read from a tensor, and the stretches are those of the whole buffer; those behind the
  length are empty and weigh nothing.
"""

from __future__ import annotations

from math import log2

import torch
import triton
import triton.language as tl
from torch import Tensor

from kernels.device import on_its_device

BLOCK_N = 64  # keys per step
MOST_SPLITS = 64  # stretches of a context
PROGRAMS = 256  # what fills a card of 108 or 132 multiprocessors about twice
LEAST_ROWS = 16  # of a product on tensor cores
LOG2_E = log2(2.718281828459045)
WARPS = 4


@triton.jit(do_not_specialize=["length", "stretch", "splits"])
def stretch_kernel(  # type: ignore[no-untyped-def]
    query,  # [kv_heads * GROUP, DIM] float
    key,  # [kv_heads, length, DIM], strides key_head, key_row, 1
    value,  # the same, value_head, value_row, 1
    parts,  # [kv_heads * GROUP, splits, DIM] float32, the result of each stretch alone
    weights,  # [kv_heads * GROUP, splits] float32, its log2-sum-exp2
    scale,  # of the products, for powers of two
    length,  # with NEWEST the place of the newest key, [1] int64
    stretch,  # keys of a stretch, whole blocks
    splits,
    key_head,
    key_row,
    value_head,
    value_row,
    GROUP: tl.constexpr,
    DIM: tl.constexpr,
    BLOCK_H: tl.constexpr,
    BLOCK_N: tl.constexpr,
    BLOCK_D: tl.constexpr,
    NEWEST: tl.constexpr,
):
    n_keys = (tl.load(length) + 1).to(tl.int32) if NEWEST else length
    i_kv = tl.program_id(0).to(tl.int64)
    i_s = tl.program_id(1)
    o_h = tl.arange(0, BLOCK_H)  # [BLOCK_H] within the group
    o_d = tl.arange(0, BLOCK_D)  # [BLOCK_D]
    in_h = o_h < GROUP
    in_d = o_d < DIM
    o_head = i_kv * GROUP + o_h  # [BLOCK_H]
    in_q = in_h[:, None] & in_d[None, :]
    b_q = tl.load(query + o_head[:, None] * DIM + o_d[None, :], mask=in_q, other=0.0)  # [BLOCK_H, BLOCK_D]
    b_top = tl.full([BLOCK_H], float("-inf"), tl.float32)
    b_sum = tl.zeros([BLOCK_H], dtype=tl.float32)
    b_out = tl.zeros([BLOCK_H, BLOCK_D], dtype=tl.float32)
    low = i_s * stretch
    for i_n in range(low, tl.minimum(low + stretch, n_keys), BLOCK_N):
        o_n = i_n + tl.arange(0, BLOCK_N)  # [BLOCK_N]
        in_n = o_n < n_keys
        p_k = i_kv * key_head + o_n.to(tl.int64)[None, :] * key_row + o_d[:, None]  # [BLOCK_D, BLOCK_N]
        b_k = tl.load(key + p_k, mask=in_d[:, None] & in_n[None, :], other=0.0)
        b_s = tl.dot(b_q, b_k, input_precision="tf32x3") * scale  # [BLOCK_H, BLOCK_N]
        b_s = tl.where(in_n[None, :], b_s, float("-inf"))
        b_higher = tl.maximum(b_top, tl.max(b_s, axis=1))  # finite: a block has a key
        b_p = tl.exp2(b_s - b_higher[:, None])
        b_keep = tl.exp2(b_top - b_higher)
        b_sum = b_sum * b_keep + tl.sum(b_p, axis=1)
        p_v = i_kv * value_head + o_n.to(tl.int64)[:, None] * value_row + o_d[None, :]  # [BLOCK_N, BLOCK_D]
        b_v = tl.load(value + p_v, mask=in_n[:, None] & in_d[None, :], other=0.0)
        b_out = b_out * b_keep[:, None] + tl.dot(b_p.to(b_v.dtype), b_v, input_precision="tf32x3")
        b_top = b_higher
    o_part = o_head * splits + i_s  # [BLOCK_H]
    b_mean = b_out / tl.where(b_sum > 0, b_sum, 1.0)[:, None]  # of an empty stretch zeros
    tl.store(parts + o_part[:, None] * DIM + o_d[None, :], b_mean, mask=in_q)
    b_weight = tl.where(b_sum > 0, b_top + tl.log2(b_sum), float("-inf"))
    tl.store(weights + o_part, b_weight, mask=in_h)


@triton.jit(do_not_specialize=["splits"])
def meet_kernel(  # type: ignore[no-untyped-def]
    parts,  # [heads, splits, DIM] float32
    weights,  # [heads, splits] float32
    out,  # [heads, DIM] float
    splits,
    DIM: tl.constexpr,
    BLOCK_S: tl.constexpr,
    BLOCK_D: tl.constexpr,
):
    i_h = tl.program_id(0).to(tl.int64)
    o_s = tl.arange(0, BLOCK_S)  # [BLOCK_S]
    o_d = tl.program_id(1) * BLOCK_D + tl.arange(0, BLOCK_D)  # [BLOCK_D]
    in_s = o_s < splits
    b_w = tl.load(weights + i_h * splits + o_s, mask=in_s, other=float("-inf"))
    b_w = tl.exp2(b_w - tl.max(b_w, axis=0))  # [BLOCK_S]
    p_part = (i_h * splits + o_s)[:, None] * DIM + o_d[None, :]  # [BLOCK_S, BLOCK_D]
    b_part = tl.load(parts + p_part, mask=in_s[:, None] & (o_d < DIM)[None, :], other=0.0)
    b_out = tl.sum(b_part * b_w[:, None], axis=0) / tl.sum(b_w, axis=0)
    tl.store(out + i_h * DIM + o_d, b_out.to(out.dtype.element_ty), mask=o_d < DIM)


def stretches(length: int, kv_heads: int) -> tuple[int, int]:
    """(keys of a stretch, how many): whole blocks, none empty, enough of them to fill a card."""
    blocks = -(-length // BLOCK_N)
    wanted = min(blocks, MOST_SPLITS, max(1, PROGRAMS // kv_heads))
    stretch = -(-blocks // wanted) * BLOCK_N
    return stretch, -(-length // stretch)


def attend_newest_triton(query: Tensor, key: Tensor, value: Tensor, newest: Tensor | None = None) -> Tensor:
    """As `attend_newest`, inputs checked."""
    query = query.contiguous()
    key, value = (x if x.stride(2) == 1 else x.contiguous() for x in (key, value))
    heads, dim = query.shape
    kv_heads, length, _ = key.shape
    stretch, splits = stretches(length, kv_heads)
    parts = torch.empty(heads, splits, dim, dtype=torch.float32, device=query.device)
    weights = torch.empty(heads, splits, dtype=torch.float32, device=query.device)
    out = torch.empty_like(query)
    group, wide = heads // kv_heads, max(LEAST_ROWS, triton.next_power_of_2(dim))
    with on_its_device(query):
        stretch_kernel[(kv_heads, splits)](
            query, key, value, parts, weights, dim**-0.5 * LOG2_E,
            length if newest is None else newest, stretch, splits,
            key.stride(0), key.stride(1), value.stride(0), value.stride(1),
            GROUP=group, DIM=dim, BLOCK_H=max(LEAST_ROWS, triton.next_power_of_2(group)),
            BLOCK_N=BLOCK_N, BLOCK_D=wide, NEWEST=newest is not None, num_warps=WARPS,
        )  # fmt: skip
        meet_kernel[(heads, triton.cdiv(dim, LEAST_ROWS))](
            parts, weights, out, splits, DIM=dim, BLOCK_S=MOST_SPLITS, BLOCK_D=LEAST_ROWS, num_warps=WARPS
        )
    return out
