"""`quantise` to int8 on a GPU: one pass, a row of the tile per vector."""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from kernels.device import on_its_device
from kernels.quantise import Quantised

# Adding and subtracting 1.5 · 2**23 rounds a float32 to an integer, ties to even, like torch.round.
ROUND = tl.constexpr(12582912.0)


@triton.jit
def quantise_int8_kernel(  # type: ignore[no-untyped-def]
    x,  # [rows, DIM] float
    values,  # [rows, DIM] int8
    scales,  # [rows] float32
    rows,
    DIM: tl.constexpr,
    BLOCK_D: tl.constexpr,  # power of two >= DIM
    BLOCK_R: tl.constexpr,
):
    o_r = tl.program_id(0).to(tl.int64) * BLOCK_R + tl.arange(0, BLOCK_R)  # [BLOCK_R]
    o_d = tl.arange(0, BLOCK_D)  # [BLOCK_D]
    inside = (o_r < rows)[:, None] & (o_d < DIM)[None, :]
    p_x = o_r[:, None] * DIM + o_d[None, :]  # [BLOCK_R, BLOCK_D]
    b_x = tl.load(x + p_x, mask=inside, other=0.0).to(tl.float32)  # [BLOCK_R, BLOCK_D]
    b_most = tl.max(tl.abs(b_x), axis=1)  # [BLOCK_R]
    # True divisions: the approximate one could round a tie the other way than torch does.
    b_scale = tl.math.div_rn(b_most, tl.full([BLOCK_R], 127.0, tl.float32))  # [BLOCK_R]
    b_scale = tl.where(b_scale == 0.0, 1.0, b_scale)
    b_ratio = tl.math.div_rn(b_x, tl.broadcast_to(b_scale[:, None], [BLOCK_R, BLOCK_D]))
    b_integer = (b_ratio + ROUND) - ROUND  # [BLOCK_R, BLOCK_D]
    tl.store(values + p_x, b_integer.to(tl.int8), mask=inside)
    tl.store(scales + o_r, b_scale, mask=o_r < rows)


def quantise_int8(x: Tensor) -> Quantised:
    """x: [..., dim] float -> as `quantise(x, 8)`, bit for bit."""
    x = x.contiguous()
    dim = x.shape[-1]
    rows = x.numel() // max(dim, 1)
    values = torch.empty(x.shape, dtype=torch.int8, device=x.device)
    scales = torch.empty(x.shape[:-1], dtype=torch.float32, device=x.device)
    block_d = triton.next_power_of_2(dim)
    block_r = max(1, 4096 // block_d)
    if rows:
        with on_its_device(x):
            quantise_int8_kernel[(triton.cdiv(rows, block_r),)](
                x, values, scales, rows, dim, block_d, block_r
            )
    return Quantised(values, scales, 8, dim)
