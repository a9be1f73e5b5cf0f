"""Hidden states as a router sees them: the input of attention (after `input_layernorm`) at chosen layers.

Works on any backbone of `engine.convert.read_backbone`, so a router can be fitted before there is an MSA checkpoint. Short
sequences only: a sliding window is not applied. It knows nothing of documents or questions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from transformers import PreTrainedModel

from engine.attention import attend_segments
from engine.backbone import run_layers


@torch.inference_mode()
def attention_inputs(
    backbone: PreTrainedModel,
    sequences: Sequence[Sequence[int]],
    layers: Sequence[int],
    *,
    batch_tokens: int = 2048,
) -> Iterator[tuple[int, Tensor]]:
    """Forward token sequences, each alone from position 0, and give the attention inputs of `layers`.

    sequences: token ids, none empty. Yields (index into `sequences`, [layers, tokens, hidden] float32 on the CPU), the
    shortest sequence first. `batch_tokens` bounds the tokens packed into one forward.
    """
    for batch in token_batches([len(s) for s in sequences], batch_tokens):
        lengths = [len(sequences[i]) for i in batch]
        caught: dict[int, Tensor] = {}

        def attend(
            layer: int,
            hidden: Tensor,
            query: Tensor,
            key: Tensor,
            value: Tensor,
            lengths: list[int] = lengths,
            caught: dict[int, Tensor] = caught,
        ) -> Tensor:
            if layer in layers:
                caught[layer] = hidden.float().cpu()
            return attend_segments(query, key, value, lengths)

        ids = torch.tensor([token for i in batch for token in sequences[i]], device=backbone.device)
        positions = torch.cat([torch.arange(n, device=backbone.device) for n in lengths])
        run_layers(backbone, ids, positions, attend, stop_at=max(layers))
        states = torch.stack([caught[layer] for layer in layers])  # [layers, tokens of the batch, hidden]
        yield from zip(batch, states.split(lengths, dim=1), strict=True)


def token_batches(lengths: Sequence[int], batch_tokens: int) -> list[list[int]]:
    """Group indices, shortest first, so that a group's lengths add up to at most `batch_tokens` (one item always fits)."""
    batches: list[list[int]] = []
    total = 0
    for i in sorted(range(len(lengths)), key=lengths.__getitem__):
        if not batches or total + lengths[i] > batch_tokens:
            batches.append([])
            total = 0
        batches[-1].append(i)
        total += lengths[i]
    return batches
