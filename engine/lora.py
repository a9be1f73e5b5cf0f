"""Low-rank adapters on chosen linear layers: trained alone, stored as one small file, merged into the weights to be used.

An adapted layer stays a linear layer under its own names, so a checkpoint of a merged model differs from the original only
in its numbers. Adapters that are not merged are switched (`MsaModel.adapted`), at most one at a time: the encoder while
documents are encoded and questions routed, the reader while an answer is read. So a bank stays valid whatever its reader is,
and what an encoder learnt costs the language model nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.errors import CheckpointError
from engine.files import replacing
from engine.model import READER, MsaModel
from engine.products import TARGETS, Product, Switch, multiply


@dataclass(frozen=True)
class LoraSettings:
    """layers: decoder layers to adapt; targets: which of their linear layers; the update is alpha / rank · B·A."""

    layers: tuple[int, ...]
    rank: int = 8
    alpha: float = 16.0
    targets: tuple[str, ...] = ("q_proj", "v_proj")


class LoraLinear(Product):
    """A linear layer with frozen weights and trained low-rank updates by name, each zero at first; one or none is on."""

    def __init__(self, base: nn.Linear, switch: Switch) -> None:
        super().__init__(base)
        self.switch = switch
        self.scales: dict[str, float] = {}
        self.fused: dict[str, Tensor] = {}  # name -> weight with the update in it, a second copy
        self.lora_a = nn.ParameterDict()  # name -> [rank, in]
        self.lora_b = nn.ParameterDict()  # name -> [out, rank]

    def add(self, name: str, rank: int, scale: float, generator: torch.Generator) -> None:
        noise = torch.randn(rank, self.in_features, generator=generator) * self.in_features**-0.5
        # Float32 whatever the weights are: small steps would be lost in bfloat16.
        self.lora_a[name] = nn.Parameter(noise.to(self.weight.device))
        self.lora_b[name] = nn.Parameter(torch.zeros(self.out_features, rank, device=self.weight.device))
        self.scales[name] = scale

    def whole(self, input: Tensor) -> Tensor:
        name = self.switch.on
        if name in self.fused:
            return multiply(input, self.fused[name], self.bias)
        plain = super().whole(input)
        if name not in self.scales:
            return plain
        a, b = self.lora_a[name], self.lora_b[name]
        # Scaled where it is thin.
        thin = F.linear(input, a.to(input.dtype)) * self.scales[name]
        return plain + F.linear(thin, b.to(input.dtype))

    @torch.no_grad()
    def with_updates(self, names: Collection[str]) -> Tensor:
        update = sum(self.scales[name] * (self.lora_b[name] @ self.lora_a[name]) for name in names)
        return (self.weight.float() + update).to(self.weight.dtype)

    def effective(self, name: str | None) -> Tensor:
        if name is None or name not in self.scales:
            return self.weight
        return self.fused[name] if name in self.fused else self.with_updates([name])

    def merged(self) -> nn.Linear:
        plain = Product(self)
        plain.weight = nn.Parameter(self.with_updates(self.scales), requires_grad=False)
        return plain


def add_lora(model: MsaModel, settings: LoraSettings, *, name: str = READER, seed: int = 0) -> None:
    """Put adapters on a model's layers and switch them on. Raises ValueError for a layer or target that it has not."""
    unknown = set(settings.targets) - set(TARGETS)
    if unknown or not all(0 <= layer < model.num_layers for layer in settings.layers):
        raise ValueError(
            f"no such layer: {sorted(unknown) or settings.layers}; targets are {', '.join(TARGETS)}"
        )
    generator = torch.Generator().manual_seed(seed)
    model.adapters.add(name)
    model.switch.on = name
    for layer in settings.layers:
        for target in settings.targets:
            owner = _owner(model, layer, target)
            base = getattr(owner, target)
            if not isinstance(base, LoraLinear):
                base = LoraLinear(base, model.switch)
                setattr(owner, target, base)
            base.add(name, settings.rank, settings.alpha / settings.rank, generator)


def merge_lora(model: MsaModel) -> None:
    """Add every adapter to the weights it adapts and take it off."""
    for owner, name, module in list(_adapted(model)):
        setattr(owner, name, module.merged())
    model.adapters.clear()
    model.switch.on = None


def adapter_parameters(model: MsaModel, name: str = READER) -> dict[str, nn.Parameter]:
    """The numbers of one adapter, under the names that a file has for them."""
    return {
        full.removesuffix(f".{name}"): parameter
        for full, parameter in model.backbone.named_parameters()
        if full.endswith((f".lora_a.{name}", f".lora_b.{name}"))
    }


def save_lora(
    model: MsaModel,
    settings: LoraSettings,
    path: Path,
    *,
    name: str = READER,
    dtype: torch.dtype = torch.float32,
    about: dict[str, str] | None = None,
) -> None:
    """Write one adapter alone, replacing `path` in one step. about: further metadata of the file."""
    tensors = {
        key: tensor.detach().to(dtype).contiguous() for key, tensor in adapter_parameters(model, name).items()
    }
    with replacing(path) as unfinished:
        save_file(tensors, unfinished, metadata={**(about or {}), "lora": json.dumps(asdict(settings))})


def load_lora(model: MsaModel, path: Path, *, name: str = READER) -> LoraSettings:
    """Put a stored adapter on a model that has none of that name, and switch it on. Raises CheckpointError where it does not
    fit."""
    with safe_open(path, framework="pt") as stored:
        raw = json.loads(stored.metadata()["lora"])
        settings = LoraSettings(**{**raw, "layers": tuple(raw["layers"]), "targets": tuple(raw["targets"])})
        add_lora(model, settings, name=name)
        parameters = adapter_parameters(model, name)
        for key in stored.keys():  # noqa: SIM118 - not a dict
            tensor = stored.get_tensor(key)
            if key not in parameters or parameters[key].shape != tensor.shape:
                raise CheckpointError(f"{path} does not fit this model at {key}: it was made for another one")
            parameters[key].data.copy_(tensor)
    return settings


def load_adapter(model: MsaModel, path: Path, name: str, *, fused: bool = False) -> None:
    """Put a stored adapter on a model that is off until `MsaModel.adapted` switches it on. Raises CheckpointError.

    fused: keep a second copy of the adapted weights with the update in them, which costs memory and saves time.
    """
    load_lora(model, path, name=name)
    model.switch.on = None
    if fused:
        for _, _, module in _adapted(model):
            if name in module.scales:
                module.fused[name] = module.with_updates([name])


def _owner(model: MsaModel, layer: int, name: str) -> Any:
    decoder: Any = model.backbone.model
    block = decoder.layers[layer]
    return block.self_attn if hasattr(block.self_attn, name) else block.mlp


def _adapted(model: MsaModel, targets: Collection[str] = TARGETS) -> Iterator[tuple[Any, str, LoraLinear]]:
    for layer in range(model.num_layers):
        for name in targets:
            owner = _owner(model, layer, name)
            module = getattr(owner, name)
            if isinstance(module, LoraLinear):
                yield owner, name, module
