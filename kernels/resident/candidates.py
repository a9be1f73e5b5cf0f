"""Scored documents as single integers, so that choosing the best, merging and breaking ties are one integer comparison.

The upper 32 bits hold the score in an order that integers keep, the lower ones the document's id counted down: of equal
scores the older document comes first, whatever device or rank it lies on. NOTHING is below every candidate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

NOTHING = -(2**63)
MOST_IDS = 2**32 - 1


class Best(NamedTuple):
    """The best documents of each question, best first; of equal scores the smaller id first.

    scores: [questions, n] float32; document_ids: [questions, n] int64; n at most the k asked for. Where a question found
    fewer, -inf and -1 stand at the end. On whatever device chose them.
    """

    scores: Tensor
    document_ids: Tensor


def pack(scores: Tensor, ids: Tensor) -> Tensor:
    """scores: [..., documents] float32, finite; ids: [documents] int64 below 2**32 - 1 -> [..., documents] int64."""
    bits = (scores.float() + 0.0).view(torch.int32)  # adding zero makes -0.0 the 0.0 that it equals
    ordered = bits ^ ((bits >> 31) & 0x7FFFFFFF)
    return (ordered.long() << 32) | (MOST_IDS - ids)


def unpack(candidates: Tensor) -> Best:
    """[...] int64 -> scores [...] float32, ids [...] int64; NOTHING becomes -inf and -1."""
    ordered = (candidates >> 32).to(torch.int32)
    bits = ordered ^ ((ordered >> 31) & 0x7FFFFFFF)
    found = candidates != NOTHING
    scores = torch.where(found, bits.view(torch.float32), -torch.inf)
    return Best(scores, torch.where(found, MOST_IDS - (candidates & MOST_IDS), -1))


def best_of_scores(scores: Tensor, ids: Tensor, k: int) -> Best:
    """scores: [questions, documents] float32; ids: [documents] int64."""
    return unpack(pack(scores, ids.to(scores.device)).topk(min(k, scores.shape[1]), dim=1).values)


def merge(parts: Sequence[Tensor], k: int) -> Tensor:
    """The best of several [questions, n] int64, best first: [questions, at most k], on the first one's device."""
    joined = torch.cat([part.to(parts[0].device, non_blocking=True) for part in parts], dim=1)
    return joined.topk(min(k, joined.shape[1]), dim=1).values


def distinct(candidates: Tensor) -> Tensor:
    """The same with all but the best of each document made NOTHING. candidates: [questions, n] int64, in any order.

    Scores are compared per document by sorting, so no table over documents is needed and nothing waits for the device.
    """
    # The document above, the score below: the best of a document then stands first among its own.
    turned = (candidates << 32) | ((candidates >> 32) + 2**31)
    order = turned.sort(dim=1, descending=True).values
    document = order >> 32
    repeated = torch.zeros_like(order, dtype=torch.bool)
    repeated[:, 1:] = document[:, 1:] == document[:, :-1]
    back = (((order & MOST_IDS) - 2**31) << 32) | ((order >> 32) & MOST_IDS)
    return back.masked_fill(repeated, NOTHING)
