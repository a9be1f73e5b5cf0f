"""Attention of one new token over a whole context: what writing an answer costs beside the weights.

The context is [template; chunks of documents; the question and what is written], all of which the newest token sees.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from kernels.device import runs_triton


def attend_newest(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """query: [heads, dim]; key, value: [kv_heads, context ≥ 1, dim], the last dimension contiguous -> [heads, dim] in the
    query's type. Head h reads kv head h // (heads / kv_heads); the softmax has the scale dim^-½.

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

        return attend_newest_triton(query, key, value)
    return attend_newest_torch(query, key, value)


def attend_newest_torch(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """As `attend_newest`. The heads of a group become rows of one small product, so keys are read once per group."""
    heads, dim = query.shape
    grouped = query.reshape(1, key.shape[0], heads // key.shape[0], dim)
    return F.scaled_dot_product_attention(grouped, key[None], value[None]).reshape(heads, dim)
