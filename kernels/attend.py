"""Attention over compressed memory and local context in one softmax (msa-spec §4).

* Memory: chunks of the selected documents, every one visible to every query token, no positions of their own.
* Local: template, question and generated tokens, causal and aligned at the end: the last query token sees all
  of it.
* Grouped queries: K and V are broadcast over the heads of their group by stride, never repeated in memory.
* `attend_selected` reads the chunks straight from quantised storage; the Triton version dequantises inside
  the kernel.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from kernels.device import runs_triton
from kernels.quantise import Quantised, dequantise


def attend(
    q: Tensor,
    memory_k: Tensor,
    memory_v: Tensor,
    local_k: Tensor,
    local_v: Tensor,
    scale: float | None = None,
) -> Tensor:
    """softmax(scale · q · [memory; local]ᵀ) · [memory; local], as [heads, tokens, dim] in q's dtype.

    q: [heads, tokens, dim], head h reads kv head h // (heads / kv_heads); memory_k, memory_v: [kv_heads,
    chunks, dim], chunks may be 0; local_k, local_v: [kv_heads, length, dim] with length >= tokens, query
    token t being local token length - tokens + t; scale: dim ** -0.5 unless given. Raises ValueError where
    the shapes do not fit.
    """
    check_shapes(q, memory_k.shape[0], local_k)
    if runs_triton(q):
        from kernels.triton_attend import attend_triton

        return attend_triton(q, memory_k, memory_v, local_k, local_v, scale)
    return attend_torch(q, memory_k, memory_v, local_k, local_v, scale)


def attend_selected(
    q: Tensor,
    keys: Quantised,
    values: Quantised,
    chunks: Tensor,
    local_k: Tensor,
    local_v: Tensor,
    scale: float | None = None,
) -> Tensor:
    """`attend` whose memory is the rows `chunks` of quantised storage.

    keys, values: [all chunks, kv_heads, dim], 8 or 4 bits, one scale per (chunk, kv head); chunks: [selected]
    int64 rows of it, in any order, on q's device. The rest as in `attend`.
    Raises ValueError also where keys and values differ in shape or bits.
    """
    check_shapes(q, keys.shape[1], local_k)
    if (keys.shape, keys.bits) != (values.shape, values.bits):
        raise ValueError(f"keys are int{keys.bits} {keys.shape}, but values int{values.bits} {values.shape}")
    if runs_triton(q):
        from kernels.triton_attend import attend_selected_triton

        return attend_selected_triton(q, keys, values, chunks, local_k, local_v, scale)
    return attend_selected_torch(q, keys, values, chunks, local_k, local_v, scale)


def check_shapes(q: Tensor, kv_heads: int, local_k: Tensor) -> None:
    heads, tokens, _ = q.shape
    if heads % kv_heads or local_k.shape[0] != kv_heads:
        raise ValueError(
            f"{heads} query heads cannot share {kv_heads} memory and {local_k.shape[0]} local kv heads"
        )
    if local_k.shape[1] < tokens:
        raise ValueError(f"{tokens} query tokens need at least as many local keys, not {local_k.shape[1]}")


def attend_torch(
    q: Tensor,
    memory_k: Tensor,
    memory_v: Tensor,
    local_k: Tensor,
    local_v: Tensor,
    scale: float | None = None,
) -> Tensor:
    heads, tokens, dim = q.shape
    kv_heads, length, _ = local_k.shape
    chunks = memory_k.shape[1]
    k = torch.cat([memory_k.to(q.dtype), local_k.to(q.dtype)], dim=1)  # [kv_heads, chunks + length, dim]
    v = torch.cat([memory_v.to(q.dtype), local_v.to(q.dtype)], dim=1)  # [kv_heads, chunks + length, dim]
    mask = None
    if tokens > 1:
        # The diagonal that separates what query token t sees: all chunks, then local tokens 0 … length -
        # tokens + t.
        mask = torch.ones(tokens, chunks + length, dtype=torch.bool, device=q.device)
        mask = mask.tril(chunks + length - tokens)  # [tokens, chunks + length]
    groups = heads // kv_heads
    out = scaled_dot_product_attention(
        q.reshape(kv_heads, groups, tokens, dim),
        k[:, None].expand(-1, groups, -1, -1),
        v[:, None].expand(-1, groups, -1, -1),
        attn_mask=mask,
        scale=scale,
    )  # [kv_heads, groups, tokens, dim]
    return out.reshape(heads, tokens, dim)


def attend_selected_torch(
    q: Tensor,
    keys: Quantised,
    values: Quantised,
    chunks: Tensor,
    local_k: Tensor,
    local_v: Tensor,
    scale: float | None = None,
) -> Tensor:
    memory_k = dequantise(keys[chunks], q.dtype).transpose(0, 1)  # [kv_heads, selected, dim]
    memory_v = dequantise(values[chunks], q.dtype).transpose(0, 1)  # [kv_heads, selected, dim]
    return attend_torch(q, memory_k, memory_v, local_k, local_v, scale)
