"""`attend` and `attend_selected` on a GPU: gather, dequantise and attend in one pass with an online softmax.

* The rows of a program are (token, head of the group) pairs of one kv head, so K and V are read once per group.
* Dequantised keys and values never exist: an integer key's scale multiplies its column of scores, an integer value's
  scale its column of weights. int8 and int4 are exact in float16 and bfloat16.
* First the memory, every chunk visible, then the local context, causal and aligned at the end (msa-spec §4).
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from kernels.quantise import Quantised

# By BLOCK_M, and chosen so that no register spills on sm_80 and sm_90.
BLOCK_N = {16: 32, 64: 64}  # chunks or local tokens per step
WARPS = {16: 4, 64: 8}
STAGES = 2


@triton.jit
def load_rows(base, o_n, in_n, row_stride, o_d, BITS: tl.constexpr, DIM: tl.constexpr, DTYPE: tl.constexpr):  # type: ignore[no-untyped-def]
    """Rows o_n of a [rows, DIM] matrix of floats (BITS 0), int8 or packed int4: DTYPE [BLOCK_N, BLOCK_D]."""
    inside = in_n[:, None] & (o_d < DIM)[None, :]
    if BITS == 4:
        b_byte = tl.load(base + o_n[:, None] * row_stride + (o_d % (DIM // 2))[None, :], mask=inside, other=0)
        b_byte = b_byte.to(tl.int32)
        b_rows = tl.where((o_d < DIM // 2)[None, :], (b_byte << 28) >> 28, b_byte >> 4).to(DTYPE)
    else:
        b_rows = tl.load(base + o_n[:, None] * row_stride + o_d[None, :], mask=inside, other=0).to(DTYPE)
    return b_rows


@triton.jit
def softmax_step(b_s, b_v, b_vscale, b_max, b_sum, b_out):  # type: ignore[no-untyped-def]
    """One step of the online softmax: b_s [BLOCK_M, BLOCK_N] scores, b_v [BLOCK_N, BLOCK_D]."""
    b_new = tl.maximum(b_max, tl.max(b_s, axis=1))  # [BLOCK_M]
    b_decay = tl.exp(b_max - b_new)  # [BLOCK_M]
    b_p = tl.exp(b_s - b_new[:, None])  # [BLOCK_M, BLOCK_N]
    b_sum = b_sum * b_decay + tl.sum(b_p, axis=1)
    b_p = (b_p * b_vscale[None, :]).to(b_v.dtype)
    b_out = b_out * b_decay[:, None] + tl.dot(b_p, b_v, input_precision="tf32x3")
    return b_new, b_sum, b_out


@triton.jit
def attend_kernel(  # type: ignore[no-untyped-def]
    q,  # [KV_HEADS * GROUPS, tokens, DIM]
    memory_k,  # memory row c of kv head h starts at c * row_stride + h * head_stride
    memory_v,
    k_scales,  # [all chunks, KV_HEADS] float32; unused for float memory
    v_scales,
    selected,  # [chunks] int64 rows of the memory; unused unless GATHER
    local_k,  # [KV_HEADS, length, DIM]
    local_v,
    out,  # [KV_HEADS * GROUPS, tokens, DIM]
    chunks,
    tokens,
    length,
    row_stride,
    head_stride,
    scale,
    BITS: tl.constexpr,  # 8, 4, or 0 for float memory
    GATHER: tl.constexpr,
    KV_HEADS: tl.constexpr,
    GROUPS: tl.constexpr,
    DIM: tl.constexpr,
    BLOCK_M: tl.constexpr,
    BLOCK_N: tl.constexpr,
    BLOCK_D: tl.constexpr,  # power of two >= DIM
):
    i_h = tl.program_id(1).to(tl.int64)
    o_m = tl.program_id(0) * BLOCK_M + tl.arange(0, BLOCK_M)  # [BLOCK_M]
    o_t = o_m // GROUPS  # [BLOCK_M] the token of a row
    o_d = tl.arange(0, BLOCK_D)  # [BLOCK_D]
    p_q = ((i_h * GROUPS + o_m % GROUPS) * tokens + o_t)[:, None] * DIM + o_d[None, :]  # [BLOCK_M, BLOCK_D]
    in_q = (o_t < tokens)[:, None] & (o_d < DIM)[None, :]
    b_q = tl.load(q + p_q, mask=in_q, other=0.0)  # [BLOCK_M, BLOCK_D]
    b_max = tl.full([BLOCK_M], float("-inf"), dtype=tl.float32)
    b_sum = tl.zeros([BLOCK_M], dtype=tl.float32)
    b_out = tl.zeros([BLOCK_M, BLOCK_D], dtype=tl.float32)

    for i_n in range(0, chunks, BLOCK_N):
        o_n = i_n + tl.arange(0, BLOCK_N)  # [BLOCK_N]
        in_n = o_n < chunks
        o_row = tl.load(selected + o_n, mask=in_n, other=0) if GATHER else o_n.to(tl.int64)  # [BLOCK_N]
        b_k = load_rows(memory_k + i_h * head_stride, o_row, in_n, row_stride, o_d, BITS, DIM, b_q.dtype)
        b_v = load_rows(memory_v + i_h * head_stride, o_row, in_n, row_stride, o_d, BITS, DIM, b_q.dtype)
        b_s = tl.dot(b_q, tl.trans(b_k), input_precision="tf32x3") * scale  # [BLOCK_M, BLOCK_N]
        b_vscale = tl.full([BLOCK_N], 1.0, dtype=tl.float32)
        if BITS != 0:
            b_s *= tl.load(k_scales + o_row * KV_HEADS + i_h, mask=in_n, other=0.0)[None, :]
            b_vscale = tl.load(v_scales + o_row * KV_HEADS + i_h, mask=in_n, other=0.0)
        b_s = tl.where(in_n[None, :], b_s, float("-inf"))
        b_max, b_sum, b_out = softmax_step(b_s, b_v, b_vscale, b_max, b_sum, b_out)

    o_seen = length - tokens + o_t  # [BLOCK_M] the last local token a row sees
    local_end = tl.minimum(length, length - tokens + (tl.program_id(0) + 1) * BLOCK_M // GROUPS + 1)
    for i_n in range(0, local_end, BLOCK_N):
        o_n = i_n + tl.arange(0, BLOCK_N)  # [BLOCK_N]
        in_n = o_n < length
        p_local = i_h * length * DIM
        b_k = load_rows(local_k + p_local, o_n, in_n, DIM, o_d, 0, DIM, b_q.dtype)  # [BLOCK_N, BLOCK_D]
        b_v = load_rows(local_v + p_local, o_n, in_n, DIM, o_d, 0, DIM, b_q.dtype)  # [BLOCK_N, BLOCK_D]
        b_s = tl.dot(b_q, tl.trans(b_k), input_precision="tf32x3") * scale  # [BLOCK_M, BLOCK_N]
        b_s = tl.where(in_n[None, :] & (o_n[None, :] <= o_seen[:, None]), b_s, float("-inf"))
        b_one = tl.full([BLOCK_N], 1.0, dtype=tl.float32)
        b_max, b_sum, b_out = softmax_step(b_s, b_v, b_one, b_max, b_sum, b_out)

    b_out = b_out / b_sum[:, None]
    tl.store(out + p_q, b_out.to(out.dtype.element_ty), mask=in_q)


def attend_triton(
    q: Tensor,
    memory_k: Tensor,
    memory_v: Tensor,
    local_k: Tensor,
    local_v: Tensor,
    scale: float | None = None,
) -> Tensor:
    """As `attend`, shapes checked."""
    memory_k, memory_v = memory_k.contiguous(), memory_v.contiguous()
    _, chunks, dim = memory_k.shape
    strides = (dim, chunks * dim)
    return launch(q, memory_k, memory_v, None, None, None, local_k, local_v, scale, chunks, strides, 0)


def attend_selected_triton(
    q: Tensor,
    keys: Quantised,
    values: Quantised,
    chunks: Tensor,
    local_k: Tensor,
    local_v: Tensor,
    scale: float | None = None,
) -> Tensor:
    """As `attend_selected`, shapes checked."""
    k, v = keys.values.contiguous(), values.values.contiguous()  # [all chunks, kv_heads, bytes]
    strides = (k.shape[1] * k.shape[2], k.shape[2])
    scales = (keys.scales.contiguous(), values.scales.contiguous())
    return launch(q, k, v, *scales, chunks, local_k, local_v, scale, len(chunks), strides, keys.bits)


def launch(
    q: Tensor,
    memory_k: Tensor,
    memory_v: Tensor,
    k_scales: Tensor | None,
    v_scales: Tensor | None,
    selected: Tensor | None,
    local_k: Tensor,
    local_v: Tensor,
    scale: float | None,
    chunks: int,
    strides: tuple[int, int],
    bits: int,
) -> Tensor:
    q = q.contiguous()
    heads, tokens, dim = q.shape
    kv_heads, length, _ = local_k.shape
    groups = heads // kv_heads
    out = torch.empty_like(q)
    block_m = 16 if groups * tokens <= 16 else 64
    attend_kernel[(triton.cdiv(groups * tokens, block_m), kv_heads)](
        q, memory_k, memory_v, k_scales, v_scales, selected,
        local_k.contiguous(), local_v.contiguous(), out,
        chunks, tokens, length, *strides, dim**-0.5 if scale is None else scale,
        BITS=bits, GATHER=selected is not None, KV_HEADS=kv_heads, GROUPS=groups, DIM=dim,
        BLOCK_M=block_m, BLOCK_N=BLOCK_N[block_m], BLOCK_D=max(16, triton.next_power_of_2(dim)),
        num_warps=WARPS[block_m], num_stages=STAGES,
    )  # fmt: skip
    return out
