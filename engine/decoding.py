"""The weights that answers are written with on a CPU: int8 copies, made once from what was loaded.

A token of an answer needs every weight once and little else, so its time is that of reading them. The copies belong to one
adapter, the one that writes; questions that another one answers go without. The output head is rounded too, but the words
that lead by the rounded weights are scored again with the real ones, so rounding it alone never changes which word is the
likeliest.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.model import ENCODER, READER, MsaModel
from engine.products import Int8Weight, Product, int8_weight

LEADING = 64  # words that are scored again


@dataclass(frozen=True)
class Int8Head:
    """The output head [vocab, hidden] in both forms."""

    rounded: Int8Weight
    weight: Tensor
    bias: Tensor | None
    most_rows = 16  # up to which it is the faster one

    def logits(self, hidden: Tensor) -> Tensor:
        """hidden: [questions, hidden] -> [questions, vocab], those of the leading words as the real weights give them."""
        out = self.rounded.multiply(hidden, self.bias)
        leading = out.topk(min(LEADING, out.shape[1]), dim=1).indices  # [questions, words]
        exact = torch.einsum("qwh,qh->qw", self.weight[leading].to(hidden.dtype), hidden).to(out.dtype)
        if self.bias is not None:
            exact = exact + self.bias[leading]
        return out.scatter_(1, leading, exact)


def int8_bytes(model: MsaModel) -> int:
    """What the copies of a model take in memory."""
    products = (module for module in model.backbone.modules() if isinstance(module, Product))
    return model.backbone.lm_head.weight.numel() + sum(product.weight.numel() for product in products)


@torch.no_grad()
def write_with_int8(model: MsaModel) -> None:
    """Write answers with int8 weights: the reader's, or, where a model has none, those of the backbone and its encoder. Does
    nothing where the linear layers are not `Product`s, which are the ones in bfloat16 on a CPU."""
    found = [module for module in model.backbone.modules() if isinstance(module, Product)]
    if not found or model.device.type != "cpu":
        return
    adapter = next((name for name in (READER, ENCODER) if name in model.adapters), None)
    for module in found:
        module.written = (int8_weight(module.effective(adapter)), model.switch)
    head = model.backbone.lm_head
    model.head = Int8Head(int8_weight(head.weight), head.weight, head.bias)
    # A name that the model has no adapter of changes nothing, so it means the backbone.
    known = {name: name if name in model.adapters else None for name in (None, ENCODER, READER)}
    model.writes = frozenset(name for name, meant in known.items() if meant == adapter)
