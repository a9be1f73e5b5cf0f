"""Make an MSA checkpoint of a plain backbone: its weights unchanged, a router added (`doppel model convert`).

Sources: a folder in transformers' format, or a GGUF file (dequantised by transformers). The router comes from a small
file of projections (`engine.router.closed_form` makes one in closed form from any text).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import nn
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel
from transformers.utils import logging as transformers_logging

from engine.backbone import ATTENTION_NAME
from engine.checkpoint import CheckpointError, fingerprint, load_tokenizer, read_config
from engine.config import BACKBONES, MsaConfig
from engine.model import MsaModel, attach_router

ALIKE = 0.15  # relative distance; four-bit rounding of one matrix stays below


def read_backbone(source: Path, dtype: torch.dtype | None = None) -> tuple[PreTrainedModel, Any]:
    """A plain backbone and its tokenizer from a model folder or a GGUF file. Raises CheckpointError."""
    if source.suffix == ".gguf":
        return _read_gguf(source, dtype or torch.float32)
    family = read_config(source).get("model_type")
    if family not in BACKBONES:
        raise CheckpointError(f"{source} is a {family!r} model; supported are {', '.join(BACKBONES)}")
    backbone = AutoModelForCausalLM.from_pretrained(
        source, dtype=dtype or "auto", attn_implementation=ATTENTION_NAME, local_files_only=True
    )
    return backbone, load_tokenizer(source)


def _read_gguf(source: Path, dtype: torch.dtype) -> tuple[PreTrainedModel, Any]:
    if not source.exists():
        raise CheckpointError(f"{source} does not exist: run `doppel model pull` again")
    transformers_logging.disable_progress_bar()
    backbone = AutoModelForCausalLM.from_pretrained(
        source.parent, gguf_file=source.name, dtype=dtype, attn_implementation=ATTENTION_NAME
    )
    tie_alike(backbone)
    tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
    return backbone, tokenizer


def tie_alike(backbone: PreTrainedModel) -> None:
    """Let the output head serve as embedding where a file holds one matrix twice, rounded differently.

    GGUF files of models with tied weights often do; the head is the finer rounded of the two. It saves a matrix of
    vocabulary times width in memory.
    """
    config: Any = backbone.config
    decoder: Any = backbone.model
    embedding, head = decoder.embed_tokens.weight, backbone.lm_head.weight
    if config.tie_word_embeddings or embedding.shape != head.shape:
        return
    if (embedding - head).float().norm() < ALIKE * head.float().norm():
        decoder.embed_tokens.weight = head
        config.tie_word_embeddings = True


def convert(backbone: PreTrainedModel, tokenizer: Any, router: Path) -> MsaModel:
    """Attach the router of a projections file to a backbone. Raises CheckpointError where they do not fit."""
    with safe_open(router, framework="pt") as stored:
        about = json.loads(stored.metadata()["msa_config"])
        tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118 - not a dict
    config = MsaConfig(**{**about, "router_layers": tuple(about["router_layers"])})
    for layer in config.router_layers:
        attach_router(
            backbone,
            layer,
            _linear(tensors[f"model.layers.{layer}.self_attn.router_q_proj.0.weight"], backbone),
            _linear(tensors[f"model.layers.{layer}.self_attn.router_k_proj.0.weight"], backbone),
        )
    backbone.register_parameter(
        "temperature", nn.Parameter(torch.tensor(config.aux_temperature), requires_grad=False)
    )
    return MsaModel(backbone, config, tokenizer).eval()


def _linear(weight: torch.Tensor, backbone: PreTrainedModel) -> nn.Linear:
    hidden = int(backbone.config.hidden_size)
    if weight.shape[1] != hidden:
        raise CheckpointError(
            f"the router was made for hidden size {weight.shape[1]}, the model has {hidden}: "
            "make one for it with `python -m engine.router.closed_form fit`"
        )
    linear = nn.Linear(hidden, weight.shape[0], bias=False)
    linear.weight = nn.Parameter(weight.to(backbone.dtype), requires_grad=False)
    return linear


__all__ = ["convert", "fingerprint", "read_backbone"]
