"""Matrix products in bfloat16 between activations in float32: for CPUs that multiply bfloat16 natively.

Only the linear layers of the decoder change, in which nearly all work lies. What they add to is kept in float32, and so are
norms, attention, routing and the output head. Checkpoints hold bfloat16 weights anyway, so what is rounded is what goes in
and comes out of each product.
"""

from __future__ import annotations

import re

import torch.nn.functional as F
from torch import Tensor, nn

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
_NAMES = re.compile(rf"model\.layers\.\d+\.(self_attn|mlp)\.({'|'.join(TARGETS)})\.(weight|bias)")


def is_product(name: str) -> bool:
    """Whether a tensor of a checkpoint belongs to the decoder's linear layers; routers do not."""
    return _NAMES.fullmatch(name) is not None


def multiply(input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """input·weightᵀ + bias in the weights' type, returned in the input's. input: [..., in], weight: [out, in]."""
    return F.linear(input.to(weight.dtype), weight, bias).to(input.dtype)


class Product(nn.Linear):
    """A linear layer whose weights may have another type than its input."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__(base.in_features, base.out_features, bias=base.bias is not None, device="meta")
        self.weight, self.bias = base.weight, base.bias

    def forward(self, input: Tensor) -> Tensor:
        return multiply(input, self.weight, self.bias)


def use_products(backbone: nn.Module) -> None:
    """Let the decoder's linear layers take inputs of any type, whatever type their weights have."""
    for name, module in list(backbone.named_modules()):
        if isinstance(module, nn.Linear) and is_product(f"{name}.weight"):
            backbone.set_submodule(name, Product(module))
