"""Where a backbone routes best: recall of closed-form routers against bytes of routing keys per token.

    python -m benchmarks.router_frontier --model DIR --data DIR --sets a,b --work DIR
        [--layers 22,23,24] [--documents 128] [--json]

Per set, the first shard's documents and questions are searched; the statistics of the router come from the others. Chunk
sizes are multiples of the smallest, whose features are computed once and kept in --work. Rows: every single layer and every
pair, per chunk size, for int8 keys with one float32 scale per head. Documents are cut at 192 tokens.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.backbone import head_dim
from engine.layout import Layout
from engine.router.closed_form import Moments, fit_moments
from engine.router.features import Features, extract, read_pairs
from engine.router.projections import DEPTHS, Projections, recalls, scores

SMALLEST = 16
SIZES = (16, 32, 64)


def merge_chunks(features: Features, factor: int) -> Features:
    """The same documents in chunks `factor` times as long. The last chunk of a document counts as full: an
    approximation where it is short."""
    if factor == 1:
        return features
    counts = (features.chunk_counts + factor - 1) // factor
    merged = [
        torch.stack([part.float().mean(dim=1) for part in document.split(factor, dim=1)], dim=1)
        for document in features.chunks.split(features.chunk_counts.tolist(), dim=1)
    ]
    return replace(features, chunks=torch.cat(merged, dim=1).half(), chunk_counts=counts)


def closed_form(sets: Sequence[Features], heads: int, kv_heads: int, dim: int) -> Projections:
    """The closed-form router of all layers, from the features of some sets."""
    layers = range(len(sets[0].chunks))
    fitted = [
        fit_moments(
            Moments.of(torch.cat([s.chunks[layer] for s in sets])),
            Moments.of(torch.cat([s.queries[layer] for s in sets])),
            heads=heads,
            kv_heads=kv_heads,
            head_dim=dim,
        )
        for layer in layers
    ]
    return Projections(torch.stack([q for q, _ in fitted]), torch.stack([k for _, k in fitted]), dim)


def layer_scores(router: Projections, features: Features) -> list[Tensor]:
    """Per layer [questions, documents]."""
    every = torch.arange(features.questions), torch.arange(features.documents)
    found = []
    for layer in range(len(features.chunks)):
        rows = slice(layer, layer + 1)
        alone = Projections(router.query[rows], router.key[rows], router.head_dim)
        part = replace(features, chunks=features.chunks[rows], queries=features.queries[rows])
        found.append(scores(alone, part, *every))
    return found


def frontier(
    sets: Sequence[Features], layers: Sequence[int], heads: int, kv_heads: int, dim: int, most: int = 2
) -> list[dict[str, Any]]:
    """Rows of the table, up to `most` layers together. The closed form sees no pairs, so its own sets may judge it."""
    rows = []
    for size in SIZES:
        merged = [merge_chunks(features, size // SMALLEST) for features in sets]
        router = closed_form(merged, heads, kv_heads, dim)
        searched = [(features, layer_scores(router, features)) for features in merged]
        for count in range(1, most + 1):
            for chosen in combinations(range(len(layers)), count):
                found = [
                    recalls(
                        torch.stack([per_layer[at] for at in chosen]).sum(dim=0),
                        features,
                        torch.arange(features.questions),
                    )
                    for features, per_layer in searched
                ]
                mean = torch.tensor(found).mean(dim=0).tolist()
                rows.append(
                    {
                        "layers": [layers[at] for at in chosen],
                        "chunk_size": size,
                        "bytes_per_token": round(count * kv_heads * (dim + 4) / size, 1),
                        "recall": {str(k): round(value, 4) for k, value in zip(DEPTHS, mean, strict=True)},
                    }
                )
    return rows


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.router_frontier", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--model", type=Path, required=True, help="the backbone: a model folder or a GGUF file"
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", type=lambda text: text.split(","), required=True)
    parser.add_argument("--layers", help="default: all")
    parser.add_argument("--most", type=int, default=2, help="layers that route together")
    parser.add_argument("--documents", type=int, default=128, help="of each set")
    parser.add_argument("--work", type=Path, required=True, help="keeps the features")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    from engine.convert import read_backbone

    backbone, tokenizer = read_backbone(options.model, torch.float32)
    config: Any = backbone.config
    depth = int(config.num_hidden_layers)
    layers = [int(n) for n in options.layers.split(",")] if options.layers else list(range(depth))
    options.work.mkdir(parents=True, exist_ok=True)
    sets: list[Features] = []
    for name in options.sets:
        file = options.work / f"{name}.{'-'.join(map(str, layers))}.safetensors"
        if not file.exists():
            pairs = read_pairs(options.data, name, options.documents)
            extract(backbone, Layout("chat", tokenizer), pairs, layers, SMALLEST, None).save(file)
        sets.append(Features.load(file))
    heads, kv_heads = int(config.num_attention_heads), int(config.num_key_value_heads)
    rows = frontier(sets, layers, heads, kv_heads, head_dim(backbone), options.most)
    if options.json:
        print(json.dumps(rows, indent=1))
    else:
        for row in sorted(rows, key=lambda row: row["bytes_per_token"]):
            recall = " / ".join(f"{value:.3f}" for value in row["recall"].values())
            print(
                f"{row['bytes_per_token']:6.1f} B  P={row['chunk_size']:<3} layers {row['layers']}  {recall}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
