"""Attention of one new token over a whole context: what writing an answer costs beside the weights.

The context is [template; chunks of documents; the question and what is written], all of which the newest token sees.
Where steps are recorded (`engine.steps`), keys and values are whole buffers, and a tensor says how much of them is filled.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from kernels.device import runs_triton


def attend_newest(query: Tensor, key: Tensor, value: Tensor, newest: Tensor | None = None) -> Tensor:
    """query: [heads, dim]; key, value: [kv_heads, context ≥ 1, dim], the last dimension contiguous -> [heads, dim] in the
    query's type. Head h reads kv head h // (heads / kv_heads); the softmax has the scale dim^-½.

    newest: [1] int64 on the same device, the place of the newest key; those behind it, which must be finite, are not seen.
    Raises ValueError on a misfit.
    """
    heads, dim = query.shape
    kv_heads, context = key.shape[:2]
    if key.shape != value.shape or key.shape[2] != dim or heads % kv_heads or not context:
        raise ValueError(
            f"queries {list(query.shape)} do not fit keys {list(key.shape)} and values {list(value.shape)}"
        )
    # The kernel has no backward pass.
    if runs_triton(query) and not (query.requires_grad or key.requires_grad or value.requires_grad):
        from kernels.triton_decode import attend_newest_triton

        return attend_newest_triton(query, key, value, newest)
    return attend_newest_torch(query, key, value, newest)


def attend_newest_torch(query: Tensor, key: Tensor, value: Tensor, newest: Tensor | None = None) -> Tensor:
    """As `attend_newest`. The heads of a group become rows of one small product, so keys are read once per group."""
    seen = None if newest is None else torch.arange(key.shape[1], device=key.device) <= newest
    return attend_seen(query, key, value, seen)


def attend_seen(query: Tensor, key: Tensor, value: Tensor, seen: Tensor | None) -> Tensor:
    """As `attend_newest`, of the keys that are seen, [context] bool; None for all."""
    heads, dim = query.shape
    grouped = query.reshape(1, key.shape[0], heads // key.shape[0], dim)
    mask = None if seen is None else seen.expand(heads // key.shape[0], -1)
    attended = F.scaled_dot_product_attention(grouped, key[None], value[None], attn_mask=mask)
    return attended.reshape(heads, dim)
