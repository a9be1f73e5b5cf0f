"""The training forward: template, documents, query and response of a batch of samples in one packed row (spec §7).

Documents may have any length. What the active part reads of a document is the very K̄, V̄ that inference would store, so a
sample answered here is answered the same through stages 1 and 2. Which documents are read is not differentiable: routers
learn from L_aux alone, keys, values and everything below from both losses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.attention import NO_CHUNKS, attend_context, attend_segments
from engine.backbone import run_layers
from engine.memory import Encoding, RamMemory
from engine.model import MsaModel
from engine.training.losses import language_loss, router_losses
from kernels.pool import chunk_counts, pool_chunks


@dataclass(frozen=True)
class Sample:
    """One training example as token ids.

    prefix: template before the documents; documents: each with its template; active: query, template tail and response;
    routes: per active token, whether it routes; labels and answer_labels: per active token, −100 where no loss falls
    (a label belongs to the token itself; the loss shifts); positive: per document, whether it holds the evidence.
    """

    prefix: list[int]
    documents: list[list[int]]
    active: list[int]
    routes: list[bool]
    labels: list[int]
    positive: list[bool]
    answer_labels: list[int] | None = None

    @property
    def tokens(self) -> int:
        return len(self.prefix) + sum(map(len, self.documents)) + len(self.active)


@dataclass
class Losses:
    """Scalars. total = Σ weight · part, the part to call backward on."""

    total: Tensor
    language: Tensor
    router: Tensor
    answer: Tensor


@dataclass
class Forward:
    """hidden: [tokens, hidden] after the final norm, packed sample after sample; scores: per router layer, per sample
    [documents]; selected: per router layer, per sample the rows of the documents that were read."""

    hidden: Tensor
    scores: dict[int, list[Tensor]]
    selected: dict[int, list[Tensor]]


@dataclass(frozen=True)
class _Read:
    """What one sample read at one router layer. scores: [documents]; selected: rows of the documents that were read;
    keys, values: their K̄, V̄, [kv_heads, chunks, dim]."""

    scores: Tensor
    selected: Tensor
    keys: Tensor
    values: Tensor


class TrainingAttention:
    def __init__(self, model: MsaModel, samples: Sequence[Sample]) -> None:
        self.model = model
        self.samples = samples
        self.scores: dict[int, list[Tensor]] = {}
        self.selected: dict[int, list[Tensor]] = {}

    def __call__(self, layer: int, hidden: Tensor, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        outputs: list[Tensor] = []
        scores: list[Tensor] = []
        selected: list[Tensor] = []
        start = 0
        for sample in self.samples:
            span = slice(start, start + sample.tokens)
            start += sample.tokens
            output, read = self._attend_sample(
                sample, layer, hidden[span], query[:, span], key[:, span], value[:, span]
            )
            outputs.append(output)
            if read is not None:
                scores.append(read.scores)
                selected.append(read.selected)
        # A checkpointed layer runs again in backward; what the losses saw stays.
        if scores and layer not in self.scores:
            self.scores[layer] = scores
            self.selected[layer] = selected
        return torch.cat(outputs)

    def _attend_sample(
        self,
        sample: Sample,
        layer: int,
        hidden: Tensor,
        query: Tensor,
        key: Tensor,
        value: Tensor,
    ) -> tuple[Tensor, _Read | None]:
        model, prefix = self.model, len(sample.prefix)
        lengths = [len(document) for document in sample.documents]
        active = prefix + sum(lengths)  # first active token
        window = model.window(layer)
        before = attend_segments(
            query[:, :active],
            key[:, :active],
            value[:, :active],
            ([prefix] if prefix else []) + lengths,
            window=window,
        )
        parts = [(key[:, :prefix], value[:, :prefix])]
        chunks = NO_CHUNKS
        read = None
        if model.slot(layer) is not None and lengths:
            read = self._read(sample, layer, hidden, query, key, value)
            parts.append((read.keys, read.values))
            chunks = range(prefix, prefix + read.keys.shape[1])
        parts.append((key[:, active:], value[:, active:]))
        keys, values = (torch.cat(tensors, dim=1) for tensors in zip(*parts, strict=True))
        after = attend_context(query[:, active:], keys, values, window=window, chunks=chunks)
        return torch.cat([before, after]), read

    def _read(
        self, sample: Sample, layer: int, hidden: Tensor, query: Tensor, key: Tensor, value: Tensor
    ) -> _Read:
        """Score the sample's documents and fetch the best."""
        model = self.model
        prefix = len(sample.prefix)
        lengths = torch.tensor([len(document) for document in sample.documents])
        active = prefix + int(lengths.sum())
        routing = [active + at for at, routes in enumerate(sample.routes) if routes]
        if not routing:
            unscored = hidden.new_full((len(lengths),), -torch.inf, dtype=torch.float32)
            return _Read(unscored, torch.zeros(0, dtype=torch.int64), key[:, :0], value[:, :0])
        size = model.config.chunk_size
        pooled_key = pool_chunks(key[:, prefix:active].transpose(0, 1), lengths, size)
        pooled_value = pool_chunks(value[:, prefix:active].transpose(0, 1), lengths, size)
        pooled_hidden = pool_chunks(hidden[prefix:active, None], lengths, size)[:, 0]
        router_key = model.router_key(layer, pooled_hidden, pooled_key, training=True)
        rows = torch.tensor(routing, device=hidden.device)
        router_query = model.router_query(layer, hidden[rows], query[:, rows], training=True)
        counts = chunk_counts(lengths, size).tolist()
        memory = RamMemory(
            [
                Encoding(routing[None], keys[None], values[None], tokens)
                for routing, keys, values, tokens in zip(
                    router_key.split(counts),
                    pooled_key.split(counts),
                    pooled_value.split(counts),
                    lengths.tolist(),
                    strict=True,
                )
            ],
            model.config,
        )
        found = memory.score(0, [router_query])[0]
        best = found.detach().topk(min(model.config.top_k, len(lengths))).indices.sort().values
        keys, values, _ = memory.fetch(0, memory.document_ids[best.cpu()])
        return _Read(found, best, keys.transpose(0, 1).to(key), values.transpose(0, 1).to(value))


def packed(samples: Sequence[Sample], model: MsaModel) -> tuple[Tensor, Tensor]:
    """Token ids and positions [tokens] of a batch: documents restart at 0, active tokens start at prefix + top_k (§3).

    With `rewrite_position` off, positions simply run through each sample, as the public implementation does.
    """
    ids: list[int] = []
    positions: list[Tensor] = []
    for sample in samples:
        ids += sample.prefix
        if not model.config.rewrite_position:
            positions.append(torch.arange(sample.tokens))
        else:
            positions.append(torch.arange(len(sample.prefix)))
            positions += [torch.arange(len(document)) for document in sample.documents]
            positions.append(torch.arange(len(sample.active)) + len(sample.prefix) + model.config.top_k)
        for document in sample.documents:
            ids += document
        ids += sample.active
    return torch.tensor(ids, device=model.device), torch.cat(positions).to(model.device)


def forward(model: MsaModel, samples: Sequence[Sample], *, checkpointing: bool = False) -> Forward:
    """Run a batch. `checkpointing` recomputes each layer in backward instead of keeping its activations."""
    ids, positions = packed(samples, model)
    attend = TrainingAttention(model, samples)
    hidden = run_layers(model.backbone, ids, positions, attend, checkpointing=checkpointing)
    return Forward(hidden, attend.scores, attend.selected)


def compute_losses(
    model: MsaModel,
    samples: Sequence[Sample],
    *,
    weights: tuple[float, float] | None = None,
    checkpointing: bool = False,
) -> Losses:
    """Forward and losses of a batch. weights: (a, b) of a·L_LM + b·L_aux, default the checkpoint's own."""
    out = forward(model, samples, checkpointing=checkpointing)
    rows: list[int] = []  # packed rows that predict a labelled token
    labels: list[int] = []
    answers: list[int] = []
    start = 0
    for sample in samples:
        first = start + sample.tokens - len(sample.active)
        answer_labels = sample.answer_labels or [-100] * len(sample.active)
        for at, (label, answer_label) in enumerate(zip(sample.labels, answer_labels, strict=True)):
            if label != -100 or answer_label != -100:
                rows.append(first + at - 1)
                labels.append(label)
                answers.append(answer_label)
        start += sample.tokens
    logits = model.logits(out.hidden[torch.tensor(rows, dtype=torch.int64, device=out.hidden.device)])
    language = language_loss(logits, torch.tensor(labels, device=logits.device))
    answer = language_loss(logits, torch.tensor(answers, device=logits.device))
    temperature: Tensor = model.backbone.temperature  # type: ignore[assignment]
    router = router_losses(
        out.scores,
        [torch.tensor(sample.positive) for sample in samples],
        model.config,
        model.num_layers,
        temperature,
    )
    a, b = weights or (model.config.lm_weight, model.config.aux_weight)
    total = a * language + b * router + model.config.answer_weight * answer
    return Losses(total, language, router, answer)
