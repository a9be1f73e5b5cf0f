"""Low-rank adapters on chosen linear layers: trained alone, stored as one small file, merged into the weights to be used.

An adapted layer stays a linear layer under its own names, so a checkpoint of a merged model differs from the original only
in its numbers. Adapters that are not merged can be switched: a reader is on while an answer is read and off while documents
are encoded and routed to, so that a bank stays valid whatever its reader is.
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

from engine.checkpoint import CheckpointError
from engine.model import MsaModel, Switch

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


@dataclass(frozen=True)
class LoraSettings:
    """layers: decoder layers to adapt; targets: which of their linear layers; the update is alpha / rank · B·A."""

    layers: tuple[int, ...]
    rank: int = 8
    alpha: float = 16.0
    targets: tuple[str, ...] = ("q_proj", "v_proj")


class LoraLinear(nn.Linear):
    """A linear layer with frozen weights and a trained low-rank update, zero at first."""

    def __init__(
        self, base: nn.Linear, rank: int, scale: float, generator: torch.Generator, switch: Switch
    ) -> None:
        super().__init__(base.in_features, base.out_features, bias=base.bias is not None, device="meta")
        self.weight, self.bias = base.weight, base.bias
        self.scale = scale
        self.switch = switch
        noise = torch.randn(rank, base.in_features, generator=generator) * base.in_features**-0.5
        # Float32 whatever the weights are: small steps would be lost in bfloat16.
        self.lora_a = nn.Parameter(noise.to(base.weight.device))
        self.lora_b = nn.Parameter(torch.zeros(base.out_features, rank, device=base.weight.device))

    def forward(self, input: Tensor) -> Tensor:
        if not self.switch.on:
            return super().forward(input)
        low = F.linear(input.to(self.lora_a.dtype), self.lora_a)
        return super().forward(input) + (F.linear(low, self.lora_b) * self.scale).to(self.weight.dtype)

    @torch.no_grad()
    def merged(self) -> nn.Linear:
        plain = nn.Linear(self.in_features, self.out_features, bias=self.bias is not None, device="meta")
        update = self.scale * (self.lora_b @ self.lora_a)
        plain.weight = nn.Parameter((self.weight.float() + update).to(self.weight.dtype), requires_grad=False)
        plain.bias = self.bias
        return plain


def add_lora(model: MsaModel, settings: LoraSettings, *, seed: int = 0) -> None:
    """Put adapters on a model's layers. Raises ValueError for a layer or target that it has not."""
    unknown = set(settings.targets) - set(TARGETS)
    if unknown or not all(0 <= layer < model.num_layers for layer in settings.layers):
        raise ValueError(
            f"no such layer: {sorted(unknown) or settings.layers}; targets are {', '.join(TARGETS)}"
        )
    generator = torch.Generator().manual_seed(seed)
    model.adapter = Switch()
    for layer in settings.layers:
        for name in settings.targets:
            owner = _owner(model, layer, name)
            base = getattr(owner, name)
            scale = settings.alpha / settings.rank
            setattr(owner, name, LoraLinear(base, settings.rank, scale, generator, model.adapter))


def merge_lora(model: MsaModel) -> None:
    """Add every adapter to the weights it adapts and take it off."""
    for owner, name, module in list(_adapted(model)):
        setattr(owner, name, module.merged())
    model.adapter = None


def save_lora(
    model: MsaModel,
    settings: LoraSettings,
    path: Path,
    *,
    dtype: torch.dtype = torch.float32,
    about: dict[str, str] | None = None,
) -> None:
    """Write the adapters alone, replacing `path` in one step. about: further metadata of the file."""
    tensors = {
        name: tensor.detach().to(dtype).contiguous()
        for name, tensor in model.backbone.state_dict().items()
        if name.endswith((".lora_a", ".lora_b"))
    }
    unfinished = path.with_name(path.name + ".part")
    save_file(tensors, unfinished, metadata={**(about or {}), "lora": json.dumps(asdict(settings))})
    unfinished.replace(path)


def load_lora(model: MsaModel, path: Path) -> LoraSettings:
    """Put stored adapters on a model that has none yet. Raises CheckpointError where they do not fit."""
    with safe_open(path, framework="pt") as stored:
        raw = json.loads(stored.metadata()["lora"])
        settings = LoraSettings(**{**raw, "layers": tuple(raw["layers"]), "targets": tuple(raw["targets"])})
        add_lora(model, settings)
        parameters = dict(model.backbone.named_parameters())
        for name in stored.keys():  # noqa: SIM118 - not a dict
            tensor = stored.get_tensor(name)
            if name not in parameters or parameters[name].shape != tensor.shape:
                raise CheckpointError(
                    f"{path} does not fit this model at {name}: it was made for another one"
                )
            parameters[name].data.copy_(tensor)
    return settings


def load_reader(model: MsaModel, path: Path) -> None:
    """Put a reader on a model: adapters that are off but in sessions opened with them. Raises CheckpointError."""
    load_lora(model, path)
    assert model.adapter is not None
    model.adapter.on = False


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
