"""Causal attention over packed segments and over growing contexts: the two shapes MSA needs.

Softmax scale head_dim^-½, grouped-query heads are never repeated in memory. A sliding window, where a backbone has one,
counts the tokens of the same segment or context; chunks of selected documents are always seen and never counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from kernels.decode import attend_newest

NO_CHUNKS = range(0)


@dataclass(frozen=True)
class Segments:
    """How a packed row is cut. lengths: tokens of each; bounds: where each begins, and the end, [segments + 1] int32."""

    lengths: Sequence[int]
    bounds: Tensor


def cut(lengths: Sequence[int], device: torch.device) -> Segments:
    """Made once for a row, so that its layers bring no lengths to the device again."""
    bounds = torch.tensor([0, *lengths]).cumsum(0).to(torch.int32)
    return Segments(lengths, bounds.to(device, non_blocking=True))


def runs_varlen(x: Tensor) -> bool:
    """Whether the card attends to all segments at once: flash attention takes half precision, from sm_80 on."""
    if not x.is_cuda or x.dtype not in (torch.float16, torch.bfloat16) or x.requires_grad:
        return False
    return torch.cuda.get_device_capability(x.device) >= (8, 0)


def attend_segments(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    segments: Segments | Sequence[int],
    *,
    window: int | None = None,
) -> Tensor:
    """Every segment attends causally to itself alone.

    query: [heads, tokens, dim]; key, value: [kv_heads, tokens, dim]; segments: cut once, or the lengths, which sum to
    tokens. Returns [tokens, heads, dim].
    """
    if not isinstance(segments, Segments):
        segments = cut(segments, query.device)
    lengths = segments.lengths
    if runs_varlen(query):
        from torch.nn.attention import varlen

        q, k, v = (x.transpose(0, 1).contiguous() for x in (query, key, value))  # [tokens, heads, dim]
        attended = varlen.varlen_attn(
            q,
            k,
            v,
            segments.bounds,
            segments.bounds,
            max(lengths),
            max(lengths),
            # To the left are the tokens before a token's own.
            window_size=(-1 if window is None else window - 1, 0),
            enable_gqa=query.shape[0] != key.shape[0],
        )
        assert isinstance(attended, Tensor)
        return attended
    out: list[Tensor] = []
    for q, k, v in zip(
        query.split(list(lengths), 1), key.split(list(lengths), 1), value.split(list(lengths), 1), strict=True
    ):
        out.append(attend_context(q, k, v, window=window))
    return torch.cat(out, dim=0)


def attend_context(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    *,
    causal: bool = True,
    window: int | None = None,
    chunks: range = NO_CHUNKS,
) -> Tensor:
    """Newest tokens attend to a whole context, bottom-right aligned: token i of n sees all but the n−1−i last keys.

    query: [heads, tokens, dim]; key, value: [kv_heads, context, dim], context ≥ tokens. With `causal=False` every token
    sees every key. chunks: the keys, before all active ones, that are chunks of documents. Returns [tokens, heads, dim].
    """
    heads, tokens, _ = query.shape
    kv_heads, context = key.shape[0], key.shape[1]
    if window is not None and context - len(chunks) <= window:
        window = None
    if tokens == 1 and window is None:
        return attend_newest(query[:, 0], key, value)[None]
    before = context - tokens
    mask = None
    square = causal and window is None and before <= tokens
    if square and before:
        # Empty rows make it square: a causal kernel skips half of the work, a mask would cost more than these rows.
        query = F.pad(query, (0, 0, before, 0))
    elif not square and (causal or window is not None):
        mask = visible(tokens, context, causal=causal, window=window, chunks=chunks, device=query.device)
    out = F.scaled_dot_product_attention(
        query[None], key[None], value[None], attn_mask=mask, is_causal=square, enable_gqa=heads != kv_heads
    )
    return out[0, :, -tokens:].transpose(0, 1)


def visible(
    tokens: int,
    context: int,
    *,
    causal: bool,
    window: int | None,
    chunks: range = NO_CHUNKS,
    device: torch.device | None = None,
) -> Tensor:
    """[tokens, context] bool, true where a key may be read; bottom-right aligned."""
    row = torch.arange(context - tokens, context, device=device)[:, None]
    column = torch.arange(context, device=device)[None, :]
    mask = column <= row if causal else torch.ones(tokens, context, dtype=torch.bool, device=device)
    if window is not None:
        between = torch.where(column < chunks.start, len(chunks), 0)
        is_chunk = (column >= chunks.start) & (column < chunks.stop)
        mask = mask & (is_chunk | (column > row - between - window))
    return mask


def visible_to_newest(newest: Tensor, context: int, window: int, chunks: range) -> Tensor:
    """The last row of `visible` with a window, [context] bool. newest: [1] int64, the place of the newest key."""
    column = torch.arange(context, device=newest.device)
    between = len(chunks) * (column < chunks.start)
    is_chunk = (column >= chunks.start) & (column < chunks.stop)
    return (column <= newest) & (is_chunk | (column > newest - between - window))
