"""How the decoder's linear layers multiply: in another type than what flows between them, and by what a step writes.

Only these layers change, in which nearly all work lies. What they add to is kept in float32, and so are norms, attention and
routing. The word embedding and the output head stay as they are stored, mapped from the file, and are widened where they are
used, which changes no result.

* **bfloat16**, in which checkpoints hold their weights anyway, so that on a CPU these stay mapped from the file. One that
  multiplies it natively rounds what goes in and comes out of each product; any other one widens a weight where it is used,
  which costs little beside the product and changes no result.
* **int8 weights** while an answer is written: a token waits for all weights to be read, and these are half of bfloat16's
  bytes, a quarter of float32's. One scale a row, symmetric; inputs and sums as in bfloat16. Texts are read, encoded and
  routed without them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import PreTrainedModel

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
VOCABULARY = ("model.embed_tokens.weight", "lm_head.weight")
_NAMES = re.compile(rf"model\.layers\.\d+\.(self_attn|mlp)\.({'|'.join(TARGETS)})\.(weight|bias)")
MOST_ROWS = (
    4  # tokens of a step up to which int8 weights are faster than bfloat16's products (`benchmarks.decode`)
)
SLICE = 8192  # rows of weights that are rounded at once


@dataclass
class Switch:
    """What takes part in a model's forward: the adapter that is on, None for the backbone as it is, and whether a token of
    an answer is being written with the weights that are made for it."""

    on: str | None = None
    writing: bool = False


@dataclass(frozen=True)
class Int8Weight:
    """values: int8 [out, in]; scales: bfloat16 [out]; a row is values · scale."""

    values: Tensor
    scales: Tensor

    @property
    def nbytes(self) -> int:
        return self.values.nbytes + self.scales.nbytes

    def multiply(self, input: Tensor, bias: Tensor | None) -> Tensor:
        """input: [..., in] float -> [..., out] in its type."""
        rows = input.reshape(-1, input.shape[-1]).to(torch.bfloat16)
        out = torch._weight_int8pack_mm(rows, self.values, self.scales).to(input.dtype)
        out = out.view(*input.shape[:-1], -1)
        return out if bias is None else out + bias.to(out.dtype)


def int8_weight(weight: Tensor) -> Int8Weight:
    """weight: [out, in] float, rounded to 127 steps on either side of zero, row by row."""
    values = torch.empty(weight.shape, dtype=torch.int8)
    scales = torch.empty(len(weight), dtype=torch.bfloat16)
    for low in range(0, len(weight), SLICE):
        part = weight[low : low + SLICE].float()
        # The scale is rounded before it is divided by, so its rounding costs nothing.
        scale = (part.abs().amax(dim=1) / 127).to(torch.bfloat16)
        steps = part / torch.where(scale > 0, scale, 1).float()[:, None]
        values[low : low + SLICE] = steps.round_().clamp_(-127, 127).to(torch.int8)
        scales[low : low + SLICE] = scale
    return Int8Weight(values, scales)


def is_product(name: str) -> bool:
    """Whether a tensor of a checkpoint belongs to the decoder's linear layers; routers do not."""
    return _NAMES.fullmatch(name) is not None


@cache
def native_bfloat16() -> bool:
    """Whether this CPU multiplies bfloat16; where it does not, torch takes many times as long for it as for float32."""
    can = torch.cpu.get_capabilities()
    return bool(can.get("avx512_bf16") or can.get("amx_bf16"))


def multiply(input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """input·weightᵀ + bias, returned in the input's type. input: [..., in], weight: [out, in].

    In the weights' type, or, on a CPU that does not multiply bfloat16, in the input's.
    """
    dtype = weight.dtype if input.is_cuda or native_bfloat16() else input.dtype
    out = F.linear(input.to(dtype), weight.to(dtype), None if bias is None else bias.to(dtype))
    return out.to(input.dtype)


class Product(nn.Linear):
    """A linear layer whose weights may have another type than its input, and may be int8 while an answer is written."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__(base.in_features, base.out_features, bias=base.bias is not None, device="meta")
        self.weight, self.bias = base.weight, base.bias
        self.written: tuple[Int8Weight, Switch] | None = None  # see `engine.decoding`

    def forward(self, input: Tensor) -> Tensor:
        if self.written is not None:
            int8, switch = self.written
            if switch.writing and input.numel() <= MOST_ROWS * self.in_features:
                return int8.multiply(input, self.bias)
        return self.whole(input)

    def whole(self, input: Tensor) -> Tensor:
        """The product with the weights as they were loaded."""
        return multiply(input, self.weight, self.bias)

    def effective(self, name: str | None) -> Tensor:
        """The weights with this adapter's update in them, [out, in]."""
        return self.weight


class StoredEmbedding(nn.Embedding):
    """Vectors of words in the type that flows, from weights of the type they are stored in."""

    def __init__(self, base: nn.Embedding, dtype: torch.dtype) -> None:
        super().__init__(base.num_embeddings, base.embedding_dim, device="meta")
        self.weight, self.dtype = base.weight, dtype

    def forward(self, input: Tensor) -> Tensor:
        return super().forward(input).to(self.dtype)


class StoredHead(nn.Linear):
    """The output head over stored weights, a slice of words at a time: all of them widened would be a second copy."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__(base.in_features, base.out_features, bias=base.bias is not None, device="meta")
        self.weight, self.bias = base.weight, base.bias

    def forward(self, input: Tensor) -> Tensor:
        if self.weight.dtype == input.dtype:
            return super().forward(input)
        parts = [F.linear(input, part.to(input.dtype)) for part in self.weight.split(SLICE)]
        out = torch.cat(parts, dim=-1)
        return out if self.bias is None else out + self.bias.to(out.dtype)


def use_products(backbone: PreTrainedModel, dtype: torch.dtype) -> None:
    """Let the decoder's linear layers take inputs of any type, whatever type their weights have; dtype: what flows between
    them."""
    decoder: Any = backbone.model
    decoder.embed_tokens = StoredEmbedding(decoder.embed_tokens, dtype)
    backbone.lm_head = StoredHead(backbone.lm_head)
    for name, module in list(backbone.named_modules()):
        if isinstance(module, nn.Linear) and is_product(f"{name}.weight"):
            backbone.set_submodule(name, Product(module))
