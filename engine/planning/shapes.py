"""The sizes of a model, as far as costs depend on them, from its published config or a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.config import MsaConfig, parse_config

TEMPLATE_TOKENS = {"msa": 24, "chat": 2}
"""Tokens around a document in each layout: marks, and in "msa" its id of eight digits, twice (`engine.layout`)."""


@dataclass(frozen=True)
class ModelShape:
    """router_layers: their numbers, from 0; rows: how many vectors a question is routed by at each of them, 0 for as many
    as it has tokens; template: tokens around each document."""

    name: str
    layers: int
    hidden: int
    intermediate: int
    heads: int
    kv_heads: int
    head_dim: int
    vocabulary: int
    tied: bool
    router_layers: tuple[int, ...]
    chunk: int
    top_k: int
    rows: int
    writes_ids: bool
    template: int

    @property
    def width(self) -> int:
        """Elements of one chunk's key or value at one router layer."""
        return self.kv_heads * self.head_dim

    @property
    def layer_parameters(self) -> int:
        """Attention and MLP of one layer."""
        attention = self.hidden * self.head_dim * (2 * self.heads + 2 * self.kv_heads)
        return attention + 3 * self.hidden * self.intermediate

    @property
    def router_parameters(self) -> int:
        """The router's own projections, all layers."""
        return len(self.router_layers) * self.hidden * self.head_dim * (self.heads + self.kv_heads)

    @property
    def embedding_parameters(self) -> int:
        return self.vocabulary * self.hidden * (1 if self.tied else 2)

    @property
    def parameters(self) -> int:
        return self.layers * self.layer_parameters + self.embedding_parameters + self.router_parameters


def shape_of(name: str, raw: Mapping[str, Any]) -> ModelShape:
    """The shape in a `config.json`. Raises ConfigError for what the engine does not compute or that has no router."""
    backbone, found = parse_config(dict(raw))
    msa = found or MsaConfig(router_layers=tuple(range(backbone.num_hidden_layers)))
    one_row = msa.head_reduce == "mean" and msa.query_reduce in ("mean", "pool", "last")
    heads = backbone.num_attention_heads
    return ModelShape(
        name=name,
        layers=backbone.num_hidden_layers,
        hidden=backbone.hidden_size,
        intermediate=backbone.intermediate_size,
        heads=heads,
        kv_heads=getattr(backbone, "num_key_value_heads", None) or heads,
        head_dim=getattr(backbone, "head_dim", None) or backbone.hidden_size // heads,
        vocabulary=backbone.vocab_size,
        tied=bool(backbone.tie_word_embeddings),
        router_layers=msa.router_layers,
        chunk=msa.chunk_size,
        top_k=msa.top_k,
        rows=1 if one_row else 0,
        writes_ids=msa.writes_document_ids,
        template=TEMPLATE_TOKENS[msa.layout],
    )


def shape_in(folder: Path) -> ModelShape:
    """The shape of a model folder. Raises OSError, ValueError where its `config.json` cannot be read."""
    return shape_of(folder.name, json.loads((folder / "config.json").read_text(encoding="utf-8")))


MSA_4B = ModelShape(
    name="MSA-4B",
    layers=36,
    hidden=2560,
    intermediate=9728,
    heads=32,
    kv_heads=8,
    head_dim=128,
    vocabulary=151_936,
    tied=True,
    router_layers=tuple(range(18, 36)),
    chunk=64,
    top_k=16,
    rows=0,
    writes_ids=True,
    template=TEMPLATE_TOKENS["msa"],
)
"""`EverMind-AI/MSA-4B` as published: Qwen3-4B with routers in the upper half (spec §1, §2)."""

HALF_B = ModelShape(
    name="qwen2.5-coder-0.5b-instruct",
    layers=24,
    hidden=896,
    intermediate=4864,
    heads=14,
    kv_heads=2,
    head_dim=64,
    vocabulary=151_936,
    tied=True,
    router_layers=(1, 4, 6, 8),
    chunk=16,
    top_k=16,
    rows=1,
    writes_ids=False,
    template=TEMPLATE_TOKENS["chat"],
)

SMALL = ModelShape(
    name="smollm2-135m-instruct",
    layers=30,
    hidden=576,
    intermediate=1536,
    heads=9,
    kv_heads=3,
    head_dim=64,
    vocabulary=49_152,
    tied=True,
    router_layers=(0, 1, 24),
    chunk=16,
    top_k=16,
    rows=1,
    writes_ids=False,
    template=TEMPLATE_TOKENS["chat"],
)

KNOWN = {shape.name.lower(): shape for shape in (MSA_4B, HALF_B, SMALL)}
