"""What a token costs in the bank, in each format, and the machine an archive of a given size needs.

Computed from the tensors of a really packed segment, not from formulas.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from storage.bank.segment import Shape, pack

CHUNKS = 64  # of the packed documents
DOCUMENT_CHUNKS = 8


@dataclass(frozen=True)
class Model:
    name: str
    layers: int
    kv_heads: int
    head_dim: int
    chunk_size: int


@dataclass(frozen=True)
class Random:
    router_key: torch.Tensor
    key: torch.Tensor
    value: torch.Tensor
    tokens: int


MODELS = (
    Model("default (3 layers, 3 × 64, chunks of 16)", 3, 3, 64, 16),
    Model("MSA-4B (18 layers, 8 × 128, chunks of 64)", 18, 8, 128, 64),
)
FORMATS = ((8, 8), (8, 4), (4, 8), (4, 4))
SIZES = (1_000_000, 10_000_000, 100_000_000, 300_000_000)


def bytes_per_token(model: Model, key_bits: int, content_bits: int) -> tuple[float, float]:
    """(routing keys, content) with scales, ids and digests counted as content."""
    shape = Shape(model.layers, model.kv_heads, model.head_dim, key_bits, content_bits)
    x = torch.randn(model.layers, DOCUMENT_CHUNKS, model.kv_heads, model.head_dim)
    documents = CHUNKS // DOCUMENT_CHUNKS
    tensors = pack(shape, range(documents), [Random(x, x, x, 0)] * documents)
    keys = sum(t.nbytes for name, t in tensors.items() if name.startswith("route."))
    rest = sum(t.nbytes for name, t in tensors.items() if not name.startswith("route.")) + 8 * documents
    tokens = CHUNKS * model.chunk_size
    return keys / tokens, rest / tokens


def sizes_table() -> str:
    """Markdown: bytes per token, and GB of keys (memory) + content (disk or host memory) per archive size."""
    heads = " | ".join(f"{size // 1_000_000}M tokens" for size in SIZES)
    lines = [
        f"| model | keys, content | bytes per token: keys + content | {heads} |",
        "|---|---|---|" + "---|" * len(SIZES),
    ]
    for model in MODELS:
        bf16 = model.layers * model.kv_heads * model.head_dim * 2 / model.chunk_size
        rows = [("bf16, bf16 (the paper)", bf16, 2 * bf16)]
        rows += [(f"int{k}, int{c}", *bytes_per_token(model, k, c)) for k, c in FORMATS]
        for name, keys, content in rows:
            gigabytes = " | ".join(f"{keys * n / 1e9:.3g} + {content * n / 1e9:.3g} GB" for n in SIZES)
            lines.append(f"| {model.name} | {name} | {keys:.1f} + {content:.1f} | {gigabytes} |")
    return "\n".join(lines)
