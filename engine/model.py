"""An MSA model: a transformers backbone, router projections on its router layers, and a tokenizer where there is one.

It knows no checkpoint files (`engine.checkpoint`) and no documents (`engine.encode`, `engine.session`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from transformers import AutoModelForCausalLM, PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

from engine import backbone as bb
from engine.answering.settings import ReadingSettings
from engine.config import MsaConfig
from engine.products import Switch
from engine.scoring import collapse_queries, routing_vectors

# Names of adapters (`engine.lora`): one encodes and routes, one reads.
ENCODER, READER = "encoder", "reader"


class Head(Protocol):
    """Another form of the output head, for at most so many rows."""

    most_rows: int

    def logits(self, hidden: Tensor) -> Tensor:
        """[tokens, vocab] from [tokens, hidden] after the final norm."""
        ...


class MsaModel(nn.Module):
    """Backbone and routers under the published tensor names.

    Router projections hang on the backbone's own attention modules, so `backbone.state_dict()` has exactly the names of
    spec §2 (`model.layers.N.self_attn.router_q_proj.0.weight`, …).
    """

    def __init__(
        self,
        backbone: PreTrainedModel,
        config: MsaConfig,
        tokenizer: PreTrainedTokenizerBase | None = None,
        *,
        fingerprint: str = "",
    ) -> None:
        super().__init__()
        self.backbone = backbone
        self.config = config
        self.tokenizer = tokenizer
        self.fingerprint = fingerprint
        self.switch = Switch()
        self.adapters: set[str] = set()
        # Of `engine.decoding`: the adapters whose answers are written with int8 weights, and the output head for that.
        self.writes: frozenset[str | None] = frozenset()
        self.head: Head | None = None
        self.reading = ReadingSettings()
        self._slots = {layer: slot for slot, layer in enumerate(config.router_layers)}

    @property
    def device(self) -> torch.device:
        return self.backbone.device

    @property
    def dtype(self) -> torch.dtype:
        # Not backbone.dtype: that is the first parameter's, and the scalar temperature stays float32, as words may be stored
        # in another type.
        norm: Any = self.backbone.model.norm
        return norm.weight.dtype

    @cached_property
    def heads(self) -> int:
        return int(self._backbone_config.num_attention_heads)

    @cached_property
    def kv_heads(self) -> int:
        return int(self._backbone_config.num_key_value_heads)

    @cached_property
    def head_dim(self) -> int:
        return bb.head_dim(self.backbone)

    @cached_property
    def num_layers(self) -> int:
        return int(self._backbone_config.num_hidden_layers)

    @property
    def context_limit(self) -> int:
        """Most tokens of active context that the backbone was trained for."""
        return int(self._backbone_config.max_position_embeddings)

    @property
    def _backbone_config(self) -> Any:
        return self.backbone.config

    @contextmanager
    def adapted(self, name: str | None, *, writing: bool = False) -> Iterator[None]:
        """Run what is inside with one adapter on and all others off; one that the model has not changes nothing.

        writing: it is one token of each answer, which may be computed with the weights made for that.
        """
        before = self.switch.on, self.switch.writing
        self.switch.on, self.switch.writing = name, writing and name in self.writes
        try:
            yield
        finally:
            self.switch.on, self.switch.writing = before

    def slot(self, layer: int) -> int | None:
        """Index of a layer among the router layers, None for a layer that reads no memory."""
        return self._slots.get(layer)

    def window(self, layer: int) -> int | None:
        """Sliding window of a layer in tokens, None for full attention."""
        attention: Any = self.backbone.model.layers[layer].self_attn
        window = getattr(attention, "sliding_window", None)
        if window is None and self._backbone_config.model_type == "mistral":
            window = self._backbone_config.sliding_window
        return window

    def _router(self, layer: int, name: str) -> nn.Module:
        return getattr(self.backbone.model.layers[layer].self_attn, name)

    def router_key(
        self, layer: int, pooled_hidden: Tensor, pooled_key: Tensor, *, training: bool = False
    ) -> Tensor:
        """K̄ᴿ of chunks. pooled_hidden: [chunks, hidden] chunk means of the attention input, pooled_key: [chunks, kv_heads,
        dim]. Pooling commutes with the projection (spec §1). Returns [chunks, kv_heads, dim]."""
        key = pooled_key
        if self.config.decouple_router:
            projected = self._router(layer, "router_k_proj")(pooled_hidden.to(self.dtype))
            key = projected.view(-1, self.kv_heads, self.head_dim)
        return routing_vectors(key, self.config, training=training)

    def router_query(self, layer: int, hidden: Tensor, query: Tensor, *, training: bool = False) -> Tensor:
        """Qᴿ of routing tokens, normalised, scaled, and reduced to the rows that still matter.

        hidden: [tokens, hidden] attention input; query: [heads, tokens, dim] the layer's own rotated queries, used when
        the router is not decoupled. Returns [rows, heads, dim] float32.
        """
        vectors = query.transpose(0, 1)
        if self.config.decouple_router:
            vectors = self._router(layer, "router_q_proj")(hidden).view(-1, self.heads, self.head_dim)
        if self.config.query_reduce == "pool" and len(vectors):
            vectors = vectors.float().mean(dim=0, keepdim=True)
        vectors = routing_vectors(vectors, self.config, training=training).float()
        scale = self.config.routing_scale(self.head_dim, training=training)
        return collapse_queries(vectors, self.config) * scale

    def logits(self, hidden: Tensor) -> Tensor:
        """[tokens, vocab] from [tokens, hidden] after the final norm."""
        if self.switch.writing and self.head is not None and len(hidden) <= self.head.most_rows:
            return self.head.logits(hidden)
        return self.backbone.lm_head(hidden)


def build_backbone(config: PreTrainedConfig, msa: MsaConfig, dtype: torch.dtype) -> PreTrainedModel:
    """The modules of an MSA model with uninitialised weights on the current default device, routers attached."""
    backbone = AutoModelForCausalLM.from_config(config, dtype=dtype, attn_implementation=bb.ATTENTION_NAME)
    backbone.eval()
    if msa.decouple_router:
        dim = bb.head_dim(backbone)
        for layer in msa.router_layers:
            attach_router(
                backbone,
                layer,
                nn.Linear(config.hidden_size, config.num_attention_heads * dim, bias=False, dtype=dtype),
                nn.Linear(config.hidden_size, config.num_key_value_heads * dim, bias=False, dtype=dtype),
            )
    backbone.register_parameter(
        "temperature", nn.Parameter(torch.tensor(msa.aux_temperature), requires_grad=False)
    )
    return backbone


def attach_router(backbone: PreTrainedModel, layer: int, query: nn.Linear, key: nn.Linear) -> None:
    """Hang a router on a layer under the published names; the published modules are one-element sequences."""
    attention: Any = backbone.model.layers[layer].self_attn
    attention.router_q_proj = nn.Sequential(query)
    attention.router_k_proj = nn.Sequential(key)
