"""Tiny random models, documents and prompts for the engine's tests.

Weights are drawn wide enough that every part matters: norms are not one, biases are not zero, attention is not uniform.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from transformers import CONFIG_MAPPING

from engine.attention import attend_segments
from engine.backbone import run_layers
from engine.config import MsaConfig
from engine.memory import RamMemory
from engine.model import MsaModel, build_backbone
from engine.session import Prefix, Prompt, encode_prefix

FAMILIES = ("llama", "mistral", "qwen2", "qwen3")
VOCAB = 96
PREFIX = [3, 4, 5]


def tiny_model(
    family: str = "qwen3",
    *,
    seed: int = 0,
    layers: int = 4,
    tied: bool = True,
    window: int | None = None,
    heads: int = 4,
    kv_heads: int = 2,
    hidden: int = 32,
    vocab: int = VOCAB,
    dtype: torch.dtype = torch.float32,
    **msa: Any,
) -> MsaModel:
    """window: sliding window of every layer, for the families that have one."""
    settings: dict[str, Any] = {
        "vocab_size": vocab,
        "hidden_size": hidden,
        "intermediate_size": 2 * hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": kv_heads,
        "max_position_embeddings": 512,
        "tie_word_embeddings": tied,
        "rms_norm_eps": 1e-6,
        "rope_parameters": {"rope_type": "default", "rope_theta": 5000.0},
        "sliding_window": window,
        "bos_token_id": None,
        "eos_token_id": None,
        "pad_token_id": None,
    }
    if family in ("llama", "mistral", "qwen3"):
        settings["head_dim"] = 16  # not hidden / heads, as in Qwen3-4B
    if family in ("qwen2", "qwen3") and window is not None:
        settings |= {"use_sliding_window": True, "max_window_layers": 0}
    if family == "llama":
        settings.pop("sliding_window")
    config = CONFIG_MAPPING[family](**settings)
    wanted: dict[str, Any] = {
        "router_layers": tuple(range(layers // 2, layers)),
        "top_k": 2,
        "chunk_size": 4,
        **msa,
    }
    msa_config = MsaConfig(**wanted)
    backbone = build_backbone(config, msa_config, dtype)
    randomise(backbone, seed)
    return MsaModel(backbone, msa_config, fingerprint=f"tiny-{seed}").eval()


@torch.no_grad()
def randomise(module: torch.nn.Module, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in module.named_parameters():
        if name == "temperature":
            continue
        noise = torch.randn(parameter.shape, generator=generator)
        if "norm" in name:
            parameter.copy_(1 + 0.2 * noise)
        elif parameter.dim() == 1:
            parameter.copy_(0.3 * noise)
        else:
            parameter.copy_(noise * (0.5 if "embed" in name else parameter.shape[1] ** -0.5))


def tokens(seed: int, *lengths: int) -> list[list[int]]:
    generator = torch.Generator().manual_seed(1000 + seed)
    return [torch.randint(6, VOCAB, (n,), generator=generator).tolist() for n in lengths]


def prompt(seed: int, routing: int, tail: int = 3) -> Prompt:
    """One token that does not route, `routing` that do, `tail` that do not."""
    ids = tokens(500 + seed, 1 + routing + tail)[0]
    return Prompt(ids, [False] + [True] * routing + [False] * tail)


def prefix_of(model: MsaModel) -> Prefix:
    return encode_prefix(model, PREFIX)


def ram(model: MsaModel, documents: list[list[int]], ids: list[int] | None = None) -> RamMemory:
    from engine.encode import encode_documents

    return RamMemory(encode_documents(model, documents), model.config, ids)


def largest_gap(left: Tensor, right: Tensor) -> float:
    """Equal infinities are no gap."""
    assert left.shape == right.shape
    gap = (left.double() - right.double()).abs()
    return float(gap[left != right].max()) if bool((left != right).any()) else 0.0


def plain_logits(model: MsaModel, ids: Tensor) -> Tensor:
    """Logits of the backbone as an ordinary language model, [tokens, vocab] for [tokens] ids."""

    def attend(layer: int, hidden: Tensor, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        return attend_segments(query, key, value, [query.shape[1]], window=model.window(layer))

    return model.logits(run_layers(model.backbone, ids, torch.arange(len(ids)), attend))
