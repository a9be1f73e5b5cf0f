"""The training losses of MSA (spec §7): language modelling, and the router's contrastive loss."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.config import MsaConfig


def language_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Token-mean cross entropy. logits: [tokens, vocab] already aligned with labels: [tokens] int64, −100 ignored.

    0 where no token counts.
    """
    if not bool((labels != -100).any()):
        return logits.sum() * 0.0
    return F.cross_entropy(logits.float(), labels, ignore_index=-100)


def router_loss(scores: Tensor, positive: Tensor, method: str, temperature: Tensor | float) -> Tensor:
    """L_aux of one sample at one router layer, averaged over its positive documents.

    scores: [documents]; positive: [documents] bool, at least one true. "INFONCE" is the softmax over all documents;
    every other INFONCE variant sets each positive against the negatives alone (INFONCE_DECOUPLE).
    """
    tau = torch.as_tensor(temperature, device=scores.device).clamp(0.001, 0.5)
    logits = scores.float() / tau
    if method == "INFONCE":
        return -F.log_softmax(logits, dim=0)[positive].mean()
    negatives = logits[~positive].logsumexp(0) if bool((~positive).any()) else logits.new_tensor(-torch.inf)
    return -(logits[positive] - torch.logaddexp(logits[positive], negatives)).mean()


def router_losses(
    scores: dict[int, list[Tensor]],
    positives: Sequence[Tensor],
    config: MsaConfig,
    num_layers: int,
    temperature: Tensor,
) -> Tensor:
    """Mean of L_aux over the router layers of the upper half and over samples that name a positive document.

    scores: per layer, per sample [documents].
    """
    losses = [
        router_loss(row, positive.to(row.device), config.aux_loss_method, temperature)
        for layer, rows in scores.items()
        if layer >= num_layers // 2
        for row, positive in zip(rows, positives, strict=True)
        if bool(positive.any())
    ]
    return torch.stack(losses).mean() if losses else temperature.new_zeros(())
