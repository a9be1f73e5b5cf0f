"""Documents that a question prefers for what is known of them beside their words: their days, or who said them."""

from __future__ import annotations

from collections.abc import Collection

import torch
from torch import Tensor

# In the units of the fused score, where the router's scores have a deviation of one: enough to pass what is about as good,
# too little to pass what is plainly meant.
PREFERENCE = 3.0


def preferred(
    scores: Tensor,
    document_ids: Tensor,
    favoured: Collection[int],
    lowered: Collection[int],
    weight: float = PREFERENCE,
) -> Tensor:
    """Scores with favoured documents raised and others lowered. scores: [documents]; document_ids: [documents] int64."""
    if not favoured and not lowered:
        return scores
    raised = torch.isin(document_ids, torch.tensor(sorted(favoured), dtype=torch.int64))
    sunk = torch.isin(document_ids, torch.tensor(sorted(lowered), dtype=torch.int64))
    return scores + weight * (raised.to(scores.dtype) - sunk.to(scores.dtype)).to(scores.device)
