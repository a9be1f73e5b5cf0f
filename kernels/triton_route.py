"""Routing on a GPU: a program scores a tile of chunks against a block of one question's tokens (spec §4).

* Quantised keys become float16, which holds int8 exactly; the query, scaled to at most 1, rides as two float16 parts,
  so products on the tensor cores keep float32's result to about 2**-22 per element.
* Questions are padded to whole blocks by repeating their last token, which no maximum notices.
* A program ends in one atomic max per chunk into its document. Programs of one tile of keys run next to each other,
  so a batch of questions reads the keys from memory once and then from L2.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import torch
import triton
import triton.language as tl
from torch import Tensor

from kernels.device import on_its_device
from kernels.quantise import Quantised

BLOCK_C = 128  # chunks per program
BLOCK_K = {8: 64, 4: 64, 0: 32}  # columns per product, by the keys' bits
WARPS = {16: 4, 32: 4, 64: 8}  # by tokens per program; chosen so that no register spills on sm_80 and sm_90


@triton.jit
def route_kernel(  # type: ignore[no-untyped-def]
    high,  # [padded tokens, GROUPS * DIM] float16, or float32 for float keys
    low,  # the same, the float16 remainder; unused for float keys
    amplitude,  # [questions] float32, what the query was divided by
    question,  # [token blocks] int32
    keys,  # [chunks, GROUPS * DIM] int8, [chunks, GROUPS * DIM / 2] packed int4, or float
    scales,  # [chunks, GROUPS] float32; unused for float keys
    document,  # [chunks] int32
    out,  # [questions, documents] float32, -inf before
    chunks,
    documents,
    blocks,  # token blocks
    BITS: tl.constexpr,  # 8, 4, or 0 for float keys
    GROUPS: tl.constexpr,
    DIM: tl.constexpr,
    BLOCK_C: tl.constexpr,
    BLOCK_T: tl.constexpr,
    BLOCK_K: tl.constexpr,
):
    i_b = tl.program_id(0) % blocks
    o_c = (tl.program_id(0) // blocks).to(tl.int64) * BLOCK_C + tl.arange(0, BLOCK_C)  # [BLOCK_C]
    o_t = i_b.to(tl.int64) * BLOCK_T + tl.arange(0, BLOCK_T)  # [BLOCK_T]
    in_c = o_c < chunks
    b_total = tl.zeros([BLOCK_C, BLOCK_T], dtype=tl.float32)
    for i_g in range(GROUPS):
        b_group = tl.zeros([BLOCK_C, BLOCK_T], dtype=tl.float32)
        for i_k in range(0, DIM, BLOCK_K):
            o_k = i_k + tl.arange(0, BLOCK_K)  # [BLOCK_K]
            in_k = o_k < DIM
            inside = in_c[:, None] & in_k[None, :]
            p_q = o_t[None, :] * (GROUPS * DIM) + (i_g * DIM + o_k)[:, None]  # [BLOCK_K, BLOCK_T]
            b_high = tl.load(high + p_q, mask=in_k[:, None], other=0.0)
            if BITS == 0:
                p_k = o_c[:, None] * (GROUPS * DIM) + (i_g * DIM + o_k)[None, :]  # [BLOCK_C, BLOCK_K]
                b_k = tl.load(keys + p_k, mask=inside, other=0.0).to(tl.float32)
                b_group += tl.dot(b_k, b_high, input_precision="tf32x3")
            else:
                if BITS == 8:
                    p_k = o_c[:, None] * (GROUPS * DIM) + (i_g * DIM + o_k)[None, :]  # [BLOCK_C, BLOCK_K]
                    b_int = tl.load(keys + p_k, mask=inside, other=0)
                else:
                    # Column k sits in byte k mod DIM / 2, in the low nibble for the first half of the columns.
                    o_byte = i_g * (DIM // 2) + o_k % (DIM // 2)  # [BLOCK_K]
                    p_k = o_c[:, None] * (GROUPS * DIM // 2) + o_byte[None, :]  # [BLOCK_C, BLOCK_K]
                    b_byte = tl.load(keys + p_k, mask=inside, other=0).to(tl.int32)
                    b_int = tl.where((o_k < DIM // 2)[None, :], (b_byte << 28) >> 28, b_byte >> 4)
                b_k = b_int.to(tl.float16)  # [BLOCK_C, BLOCK_K], exact
                b_low = tl.load(low + p_q, mask=in_k[:, None], other=0.0)  # [BLOCK_K, BLOCK_T]
                b_group += tl.dot(b_k, b_high) + tl.dot(b_k, b_low)
        if BITS != 0:
            b_group *= tl.load(scales + o_c * GROUPS + i_g, mask=in_c, other=0.0)[:, None]
        b_total += b_group
    i_q = tl.load(question + i_b).to(tl.int64)
    b_best = tl.max(b_total, axis=1) * tl.load(amplitude + i_q)  # [BLOCK_C]
    b_document = tl.load(document + o_c, mask=in_c, other=0)  # [BLOCK_C]
    tl.atomic_max(out + i_q * documents + b_document, b_best, mask=in_c)


def score_documents_triton(queries: Sequence[Tensor], keys: Tensor | Quantised, starts: Tensor) -> Tensor:
    """As `score_documents_batch`, inputs checked, queries float32, everything on one device."""
    bits = keys.bits if isinstance(keys, Quantised) else 0
    values = (keys.values if isinstance(keys, Quantised) else keys).flatten(1).contiguous()
    scales = keys.scales[..., None].flatten(1).contiguous() if isinstance(keys, Quantised) else values
    groups = scales.shape[1] if bits else 1
    width = queries[0].shape[1]
    most = max(len(query) for query in queries)
    block_t = min(64, max(16, triton.next_power_of_2(most)))

    padded = [torch.cat([q, q[-1:].expand(-len(q) % block_t, -1)]) for q in queries]
    amplitude = torch.stack([q.abs().amax() for q in queries])  # [questions]
    amplitude = torch.where(amplitude == 0, 1.0, amplitude)
    blocks = torch.tensor([len(q) // block_t for q in padded], device=values.device)
    question = torch.repeat_interleave(blocks).to(torch.int32)  # [token blocks]
    query = torch.cat([q / a for q, a in zip(padded, amplitude, strict=True)])  # [padded tokens, width]
    high, low = query, query
    if bits:
        high = query.half()
        low = (query - high.float()).half()

    documents = len(starts) - 1
    document = torch.repeat_interleave(starts.diff()).to(torch.int32)  # [chunks]
    out = torch.full((len(queries), documents), -inf, device=values.device)
    grid = (triton.cdiv(len(values), BLOCK_C) * len(question),)
    if len(values):
        with on_its_device(values):
            route_kernel[grid](
                high, low, amplitude, question, values, scales, document, out,
                len(values), documents, len(question),
                BITS=bits, GROUPS=groups, DIM=width // groups,
                BLOCK_C=BLOCK_C, BLOCK_T=block_t, BLOCK_K=BLOCK_K[bits], num_warps=WARPS[block_t],
            )  # fmt: skip
    return out
