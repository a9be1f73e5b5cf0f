"""What an MSA checkpoint says about itself: the backbone's own config and `msa_config` (spec §2).

The backbone part stays a transformers config (rotary settings, head counts and the rest are read from there);
`MsaConfig` holds what MSA adds. Keys that only Doppel knows live beside them under `doppel_config`, so that a
checkpoint written here still opens in the public implementation when its backbone is Qwen3.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from transformers import CONFIG_MAPPING, PreTrainedConfig

BACKBONES = ("llama", "mistral", "qwen2", "qwen3")
LAYOUTS = ("msa", "chat")


class ConfigError(ValueError):
    """A checkpoint asks for something the engine does not compute; the message names the key."""


@dataclass(frozen=True)
class MsaConfig:
    """`msa_config` with the field's names, plus Doppel's own switches.

    `public_routing` reproduces the public implementation where it differs from its own training: with
    INFONCE_DECOUPLE it scores by raw scaled dot products at inference although training used cosines.
    `query_reduce` may be "pool", which the published format does not know: a question's projected tokens are averaged before
    they are normalised, as chunks are, so that tokens of little length count little.
    """

    router_layers: tuple[int, ...]
    top_k: int = 16
    chunk_size: int = 64
    decouple_router: bool = True
    head_reduce: str = "mean"
    query_reduce: str = "max"
    chunk_reduce: str = "max"
    pooling_mode: str = "mean"
    aux_loss_method: str = "INFONCE_DECOUPLE"
    aux_temperature: float = 0.1
    rewrite_position: bool = True
    lm_weight: float = 1.0
    aux_weight: float = 0.1
    reconstruction_weight: float = 0.0
    answer_weight: float = 0.0
    layout: str = "msa"
    writes_document_ids: bool = True
    public_routing: bool = False
    public_injection: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _one_of("head_reduce_method", self.head_reduce, ("mean", "max"))
        _one_of("query_reduce_method", self.query_reduce, ("max", "mean", "last", "pool"))
        _one_of("chunk_reduce_method", self.chunk_reduce, ("max", "mean"))
        _one_of("decouple_pooling_mode", self.pooling_mode, ("mean",))
        _one_of("layout", self.layout, LAYOUTS)
        if not self.router_layers:
            raise ConfigError("msa_config.router_layer_idx names no layer: give layer numbers or 'all'")

    @property
    def normalises(self) -> bool:
        """Whether routing vectors are L2-normalised at inference."""
        if self.public_routing:
            return self.aux_loss_method == "INFONCE"
        return self.normalises_in_training

    @property
    def normalises_in_training(self) -> bool:
        return "INFONCE" in self.aux_loss_method

    def routing_scale(self, head_dim: int, *, training: bool = False) -> float:
        """Factor on the dot products: 1 for cosines of a decoupled router, head_dim^-½ otherwise (spec §2)."""
        cosine = self.normalises_in_training if training else self.normalises
        return 1.0 if self.decouple_router and cosine else head_dim**-0.5


def _one_of(key: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ConfigError(f"{key} is {value!r}; this engine computes {', '.join(allowed)}")


def parse_router_layers(value: str | int | list[int], num_layers: int) -> tuple[int, ...]:
    """Layer numbers from "18,19,…", "all" or a list; ascending and within the model."""
    if value == "all":
        return tuple(range(num_layers))
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [value]
    try:
        layers = tuple(sorted({int(part) for part in parts}))
    except ValueError:
        raise ConfigError(
            f"router_layer_idx is {value!r}: give layer numbers such as '18,19,20', or 'all'"
        ) from None
    if layers and not 0 <= layers[0] <= layers[-1] < num_layers:
        raise ConfigError(f"router_layer_idx {value!r} names layers outside 0…{num_layers - 1}")
    return layers


# msa_config key → field; the misspelt weight is the published format's.
_MSA_KEYS = {
    "top_k_docs": "top_k",
    "pooling_kernel_size": "chunk_size",
    "decouple_router": "decouple_router",
    "head_reduce_method": "head_reduce",
    "query_reduce_method": "query_reduce",
    "chunk_reduce_method": "chunk_reduce",
    "decouple_pooling_mode": "pooling_mode",
    "aux_loss_method": "aux_loss_method",
    "infonce_loss_temp": "aux_temperature",
    "rewrite_position": "rewrite_position",
    "lmloss_weigth": "lm_weight",
    "auxloss_weight": "aux_weight",
    "recloss_weight": "reconstruction_weight",
    "ansloss_weight": "answer_weight",
}
_DOPPEL_KEYS = ("layout", "writes_document_ids", "public_routing", "public_injection")


def parse_config(raw: dict[str, Any]) -> tuple[PreTrainedConfig, MsaConfig | None]:
    """Split a `config.json` into the backbone's config and its MSA part (None for a plain backbone)."""
    model_type = raw.get("model_type")
    doppel = raw.get("doppel_config", {})
    family = doppel.get("backbone", "qwen3") if model_type == "msa" else model_type
    if family not in BACKBONES:
        raise ConfigError(f"model_type {family!r} is not supported; supported are {', '.join(BACKBONES)}")
    own = {
        "msa_config",
        "doppel_config",
        "model_type",
        "architectures",
        "torch_dtype",
        "dtype",
        "transformers_version",
    }
    settings = {key: value for key, value in raw.items() if key not in own}
    # Published configs write False where transformers 5 wants no window at all.
    settings["sliding_window"] = settings.get("sliding_window") or None
    backbone = CONFIG_MAPPING[family](**settings)
    if "msa_config" not in raw:
        return backbone, None
    msa = dict(raw["msa_config"])
    fields = {name: msa.pop(key) for key, name in _MSA_KEYS.items() if key in msa}
    layers = parse_router_layers(msa.pop("router_layer_idx", "all"), backbone.num_hidden_layers)
    fields.update({key: doppel[key] for key in _DOPPEL_KEYS if key in doppel})
    return backbone, MsaConfig(router_layers=layers, extra=msa, **fields)


def dump_config(backbone: PreTrainedConfig, msa: MsaConfig, dtype: str) -> dict[str, Any]:
    """The `config.json` of an MSA checkpoint; `parse_config` reads it back."""
    raw = backbone.to_dict()
    for key in ("quantization_config", "_name_or_path", "_model_name_or_path"):
        raw.pop(key, None)
    family = raw.pop("model_type")
    # The public implementation reads the flat rope_theta of transformers 4.
    rope = raw.get("rope_parameters") or {}
    if "rope_theta" in rope:
        raw["rope_theta"] = rope["rope_theta"]
    msa_config = {key: getattr(msa, name) for key, name in _MSA_KEYS.items()}
    msa_config["router_layer_idx"] = ",".join(str(layer) for layer in msa.router_layers)
    return {
        **raw,
        "architectures": ["MSAForCausalLM"],
        "model_type": "msa",
        "torch_dtype": dtype,
        "msa_config": {**msa.extra, **msa_config},
        "doppel_config": {"backbone": family, **{key: getattr(msa, key) for key in _DOPPEL_KEYS}},
    }
