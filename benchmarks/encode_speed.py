"""How fast documents are encoded, against the plain forward pass of the same backbone on the same tokens.

The plain pass is transformers' own model class with its fastest attention (SDPA), holding the same weights: its decoder
without the output head, with and without padding, and the faster of the two counts. Both sides see the same batches in
turn, so that other load on the machine falls on both.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import AutoModelForCausalLM

from engine.encode import encode_documents
from engine.model import MsaModel

Batch = Sequence[Sequence[int]]


@dataclass(frozen=True)
class EncodeSpeed:
    """Real tokens (no padding) per second. plain_padded: the documents of a batch as rows of one padded tensor;
    plain_single: one document after the other."""

    tokens: int
    encode: float
    plain_padded: float
    plain_single: float

    @property
    def ratio(self) -> float:
        """Encoding speed over the faster plain pass."""
        return self.encode / max(self.plain_padded, self.plain_single)


def cut_batches(documents: Batch, batch_tokens: int, batches: int) -> list[list[Sequence[int]]]:
    """The first documents in their own order, as up to `batches` batches of at most `batch_tokens` (a longer document is
    a batch of its own)."""
    result: list[list[Sequence[int]]] = []
    used = 0
    for document in documents:
        if not result or used + len(document) > batch_tokens:
            if len(result) == batches:
                break
            result.append([])
            used = 0
        result[-1].append(document)
        used += len(document)
    return result


def measure_encoding(model: MsaModel, batches: Sequence[Batch]) -> EncodeSpeed:
    """Time the three ways on the batches, after one unmeasured round on the first. Raises ValueError without batches."""
    if not batches:
        raise ValueError("no documents to measure on")
    decoder = plain_decoder(model)
    ways: list[Callable[[Batch], object]] = [
        lambda batch: encode_documents(model, batch),
        lambda batch: forward_padded(decoder, batch),
        lambda batch: forward_single(decoder, batch),
    ]
    seconds = [0.0] * len(ways)
    for way in ways:
        way(batches[0])
    for number, batch in enumerate(batches):
        # Each way goes first in its turn: the machine's clock drops as it warms up.
        for place in range(len(ways)):
            index = (number + place) % len(ways)
            seconds[index] += _timed(ways[index], batch, model.device)
    tokens = sum(len(document) for batch in batches for document in batch)
    encode, padded, single = (tokens / spent for spent in seconds)
    return EncodeSpeed(tokens, encode, padded, single)


def plain_decoder(model: MsaModel) -> Any:
    """The backbone as transformers would load it in the model's type: same class and numbers, SDPA attention."""
    config = copy.deepcopy(model.backbone.config)  # choosing an attention writes it into the config
    with torch.device("meta"):
        plain = AutoModelForCausalLM.from_config(config, dtype=model.dtype, attn_implementation="sdpa")
    decoder: Any = plain.model
    own: Any = model.backbone.model
    decoder.load_state_dict(own.state_dict(), strict=False, assign=True)
    decoder.rotary_emb = own.rotary_emb
    if left := [name for name, weight in decoder.named_parameters() if weight.is_meta]:
        raise RuntimeError(f"the plain backbone lacks weights: {', '.join(left[:3])}")
    return decoder.to(model.dtype).eval()


@torch.inference_mode()
def forward_padded(decoder: Any, batch: Batch) -> Tensor:
    """Hidden states [documents, longest, hidden], padded on the right and masked."""
    device = decoder.embed_tokens.weight.device
    longest = max(len(document) for document in batch)
    ids = torch.zeros(len(batch), longest, dtype=torch.int64)
    mask = torch.zeros_like(ids)
    for row, document in enumerate(batch):
        ids[row, : len(document)] = torch.tensor(document)
        mask[row, : len(document)] = 1
    hidden: Tensor = decoder(
        input_ids=ids.to(device), attention_mask=mask.to(device), use_cache=False
    ).last_hidden_state
    return hidden


@torch.inference_mode()
def forward_single(decoder: Any, batch: Batch) -> list[Tensor]:
    """Hidden states [tokens, hidden] of each document."""
    device = decoder.embed_tokens.weight.device
    return [
        decoder(input_ids=torch.tensor([list(document)], device=device), use_cache=False).last_hidden_state[0]
        for document in batch
    ]


def _timed(work: Callable[[Batch], object], batch: Batch, device: torch.device) -> float:
    started = time.perf_counter()
    work(batch)
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - started
