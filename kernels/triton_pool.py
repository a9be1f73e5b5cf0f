"""`pool_chunks` on a GPU: a program per chunk and block of columns, no atomics, so the sum's order is fixed."""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from kernels.device import on_its_device
from kernels.pool import Chunks


@triton.jit
def pool_chunks_kernel(  # type: ignore[no-untyped-def]
    x,  # [tokens, width] float
    first,  # [chunks] int64, the first token of each
    counts,  # [chunks] int64, the tokens of each
    out,  # [chunks, width] float32
    width,
    SIZE: tl.constexpr,
    BLOCK_T: tl.constexpr,
    BLOCK_W: tl.constexpr,
):
    i_c = tl.program_id(0).to(tl.int64)
    o_w = tl.program_id(1) * BLOCK_W + tl.arange(0, BLOCK_W)  # [BLOCK_W]
    i_first = tl.load(first + i_c)
    n_tokens = tl.load(counts + i_c)
    b_sum = tl.zeros([BLOCK_T, BLOCK_W], dtype=tl.float32)
    for i_t in range(0, SIZE, BLOCK_T):
        o_t = i_t + tl.arange(0, BLOCK_T)  # [BLOCK_T]
        inside = (o_t < n_tokens)[:, None] & (o_w < width)[None, :]
        p_x = (i_first + o_t)[:, None] * width + o_w[None, :]  # [BLOCK_T, BLOCK_W]
        b_sum += tl.load(x + p_x, mask=inside, other=0.0).to(tl.float32)
    b_mean = tl.sum(b_sum, axis=0) / n_tokens.to(tl.float32)  # [BLOCK_W]
    tl.store(out + i_c * width + o_w, b_mean, mask=o_w < width)


def pool_triton(x: Tensor, chunks: Chunks) -> Tensor:
    """As `pool.pool`, inputs checked."""
    x = x.contiguous()
    n = len(chunks.counts)
    out = torch.empty(n, *x.shape[1:], dtype=torch.float32, device=x.device)
    width = out[0].numel() if n else 0
    block_t, block_w = min(16, triton.next_power_of_2(chunks.size)), 128
    if n:
        with on_its_device(x):
            pool_chunks_kernel[(n, triton.cdiv(width, block_w))](
                x, chunks.first, chunks.counts, out, width, chunks.size, block_t, block_w
            )
    return out
