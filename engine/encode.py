"""Stage 1: encode documents, each alone, into chunk-pooled K̄, V̄ and routing keys (spec §4, §5).

A document's encoding depends on its own tokens only, whatever it was batched with; all documents of a call lie packed in
one row, so there is no padding to pay for.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.attention import attend_segments, cut
from engine.backbone import run_layers
from engine.memory import Encoding
from engine.model import ENCODER, MsaModel
from kernels.pool import chunk_counts, chunks_of, pool


class SegmentAttention:
    """Attention for packed segments that keeps pooled content of the documents on the way.

    The first `prefix` tokens are the template, which attends to itself and is kept whole; the rest are documents.
    """

    def __init__(
        self, model: MsaModel, lengths: Sequence[int], *, prefix: int = 0, training: bool = False
    ) -> None:
        self.model = model
        self.prefix = prefix
        self.training = training
        self.lengths = torch.tensor(list(lengths), dtype=torch.int64)
        # Made once for all layers of a step, on the device: nothing in a layer then waits for the host.
        self._segments = cut(([prefix] if prefix else []) + list(lengths), model.device)
        self._chunks = chunks_of(self.lengths, model.config.chunk_size).to(model.device)
        self.prefix_keys: list[Tensor] = []  # per layer [kv_heads, prefix, dim]
        self.prefix_values: list[Tensor] = []
        self.router_keys: list[Tensor] = []  # per router layer [chunks, kv_heads, dim]
        self.keys: list[Tensor] = []
        self.values: list[Tensor] = []
        self.last_layer: int | None = None

    def __call__(self, layer: int, hidden: Tensor, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        model, prefix = self.model, self.prefix
        if prefix:
            self.prefix_keys.append(key[:, :prefix])
            self.prefix_values.append(value[:, :prefix])
        if model.slot(layer) is not None and len(self.lengths):
            pooled_key = pool(key[:, prefix:].transpose(0, 1), self._chunks)
            pooled_value = pool(value[:, prefix:].transpose(0, 1), self._chunks)
            pooled_hidden = pool(hidden[prefix:, None, :], self._chunks)[:, 0]
            router_key = model.router_key(layer, pooled_hidden, pooled_key, training=self.training)
            self.router_keys.append(router_key.float())
            self.keys.append(pooled_key)
            self.values.append(pooled_value)
        if layer == self.last_layer:
            # Nothing reads the outcome of the last layer's attention while encoding.
            return torch.zeros_like(query.transpose(0, 1))
        return attend_segments(query, key, value, self._segments, window=model.window(layer))

    def encodings(self) -> list[Encoding]:
        counts = chunk_counts(self.lengths, self.model.config.chunk_size).tolist()
        parts = [
            torch.stack(rows).split(counts, dim=1) for rows in (self.router_keys, self.keys, self.values)
        ]
        return [
            Encoding(router_key, key, value, tokens)
            for router_key, key, value, tokens in zip(*parts, self.lengths.tolist(), strict=True)
        ]


@torch.inference_mode()
def encode_documents(model: MsaModel, documents: Sequence[Sequence[int]]) -> list[Encoding]:
    """Encode documents given as token ids (with their template around them, see `engine.layout`).

    Raises ValueError for an empty document. Encodings are float32 on the model's device.
    """
    if not documents:
        return []
    lengths = [len(document) for document in documents]
    if min(lengths) == 0:
        raise ValueError("a document has no tokens: leave empty documents out")
    ids = torch.tensor([token for document in documents for token in document], device=model.device)
    positions = torch.cat([torch.arange(n, device=model.device) for n in lengths])
    attend = SegmentAttention(model, lengths)
    attend.last_layer = model.config.router_layers[-1]
    with model.adapted(ENCODER):
        run_layers(model.backbone, ids, positions, attend, stop_at=attend.last_layer)
    return attend.encodings()
