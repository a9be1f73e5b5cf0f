"""The router in closed form from pairs: what a question and the passage that answers it do not share counts little.

    python -m engine.router.fit_pairs --model MODEL --layers 1,4,6,8 --data DIR --sets a=100:2,b --leave-out c
        --work DIR --out FILE

Whitening alone (`closed_form`) makes every direction of the hidden states count alike. Pairs tell two kinds of directions
apart: those in which a question lies near its passage, and those in which it does not, among them what language it is in
and that it is a question. So the states are whitened by the covariance of the differences between a question and the best
chunk of its passage, mixed with that of all states, and the directions are kept in which states vary most for that. No
gradient, no steps: sums over pairs and two eigenvalue problems a layer.

Features of the frozen backbone are computed once and kept in --work; an interrupted extraction goes on with the first
missing set. One question in eight of every set takes no part; they and the sets left out are scored before and after, and
the router is written only if it wins on both.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import normalize

from engine.layout import Layout
from engine.router.closed_form import Moments, RouterSettings, deal, fit_moments, save_router
from engine.router.features import Features, extract, read_pairs
from engine.router.projections import Projections, rows_of
from engine.router.train import held_out, learning, mean_recall

PAIRED = 0.6  # share of the pairs' differences in what is whitened by; flat from 0.3 to 0.9 on sets left out
SHRINKAGE = 0.004  # share of the average variance added to every direction; little moves from 0.001 to 0.01


def fit_pairs(sets: Sequence[Features], *, heads: int, kv_heads: int, head_dim: int) -> Projections:
    """Projections of every layer from the questions of `sets` that may teach, and the passages that answer them."""
    layers, hidden = sets[0].chunks.shape[0], sets[0].chunks.shape[2]
    queries, keys = [], []
    for layer in range(layers):
        chunks, tokens = Moments.empty(hidden), Moments.empty(hidden)
        for features in sets:
            chunks.add(features.chunks[layer])
            tokens.add(features.queries[layer])
        shape = {"heads": heads, "kv_heads": kv_heads, "head_dim": head_dim}
        query, key = fit_moments(chunks, tokens, **shape)
        differences = Moments.empty(hidden)
        for features in sets:
            # Every set counts by the square root of its size: many pairs of one kind are no other kind.
            found = _differences(features, layer, query.view(kv_heads, -1, head_dim, hidden)[:, 0], key)
            differences.add(found, weight=len(found) ** -0.5)
        query, key = _fit_layer(chunks, tokens, differences, **shape)
        queries.append(query)
        keys.append(key)
    return Projections(torch.stack(queries), torch.stack(keys), head_dim)


def _differences(features: Features, layer: int, query: Tensor, key: Tensor) -> Tensor:
    """Question minus the best chunk of each passage that answers it, by the router that knows no pairs. [pairs, hidden].

    query: [kv_heads, dim, hidden], the projection that the heads of a group share; key: [kv_heads·dim, hidden].
    """
    asked = torch.tensor(learning(features))
    rows, owner = rows_of(features.gold_counts, asked)
    documents, questions = features.gold[rows], asked[owner]
    states = features.queries[layer].float()
    asks = normalize(torch.einsum("kdh,qh->qkd", query, states), dim=2)
    chunks = features.chunks[layer].float()
    holds = normalize((chunks @ key.T).view(len(chunks), len(query), -1), dim=2)
    chunk, pair = rows_of(features.chunk_counts, documents)
    score = (holds[chunk] * asks[questions][pair]).sum(dim=(1, 2))
    best = torch.full((len(documents),), -torch.inf).scatter_reduce(0, pair, score, "amax")
    first = torch.full((len(documents),), len(chunk)).scatter_reduce(
        0, pair, torch.where(score == best[pair], torch.arange(len(chunk)), len(chunk)), "amin"
    )
    return states[questions] - chunks[chunk[first]]


def _fit_layer(
    chunks: Moments, tokens: Moments, differences: Moments, *, heads: int, kv_heads: int, head_dim: int
) -> tuple[Tensor, Tensor]:
    hidden = len(chunks.total)
    unit = torch.eye(hidden, dtype=torch.float64)
    common, _ = torch.linalg.qr(torch.stack([chunks.mean, tokens.mean], dim=1))  # [hidden, 2]
    centre = unit - common @ common.T

    def spread(moments: Moments) -> Tensor:
        covariance = centre @ moments.covariance @ centre
        return covariance / covariance.trace()

    everything = (spread(chunks) + spread(tokens)) / 2
    within = PAIRED * spread(differences) + (1 - PAIRED) * everything
    within += SHRINKAGE / (1 - SHRINKAGE) / hidden * unit
    variances, directions = torch.linalg.eigh(within)
    whiten = (directions / variances.sqrt()) @ directions.T
    kept, axes = torch.linalg.eigh(whiten @ everything @ whiten)
    dims = min(kv_heads * head_dim, hidden - common.shape[1])
    strongest = kept.argsort(descending=True)[:dims]
    return deal(axes[:, strongest].T @ whiten @ centre, heads=heads, kv_heads=kv_heads, head_dim=head_dim)


def load_features(options: argparse.Namespace) -> tuple[dict[str, Features], dict[str, int]]:
    """Features of every set, extracted where --work lacks them, and the shape of the backbone's heads."""
    from transformers import AutoConfig

    from engine.convert import read_backbone

    options.work.mkdir(parents=True, exist_ok=True)
    found: dict[str, Features] = {}
    backbone: Any = None
    for name, documents, questions in [*options.sets, *options.leave_out]:
        file = options.work / f"{name}.features.safetensors"
        if not file.exists():
            if backbone is None:
                backbone, tokenizer = read_backbone(options.model, torch.float32)
            pairs = read_pairs(options.data, name, documents, per_document=questions)
            layout = Layout("chat", tokenizer)
            extract(backbone, layout, pairs, options.layers, options.chunk_size, None).save(file)
            print(f"{name}: {len(pairs.documents)} documents, {len(pairs.questions)} questions", flush=True)
        found[name] = Features.load(file)
    folder, name = (
        (options.model.parent, options.model.name) if options.model.is_file() else (options.model, None)
    )
    config = backbone.config if backbone else AutoConfig.from_pretrained(folder, gguf_file=name)
    shape = {
        "heads": int(config.num_attention_heads),
        "kv_heads": int(config.num_key_value_heads),
        "head_dim": int(
            getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        ),
    }
    return found, shape


def judged(
    router: Projections, plain: Projections, learn: Mapping[str, Features], unseen: Mapping[str, Features]
) -> Any:
    """Mean recall @1, @5 and @16 of the router that knows no pairs and of this one, on both kinds of questions."""
    every = lambda found: range(found.questions)  # noqa: E731
    return {
        "held_out": [
            round(mean_recall(which, list(learn.values()), held_out), 4) for which in (plain, router)
        ],
        "left_out": [round(mean_recall(which, list(unseen.values()), every), 4) for which in (plain, router)],
    }


def without_pairs(sets: Sequence[Features], **shape: int) -> Projections:
    """The closed form of the same features (`closed_form`)."""
    fitted = []
    for layer in range(sets[0].chunks.shape[0]):
        chunks, tokens = (Moments.empty(sets[0].chunks.shape[2]) for _ in range(2))
        for features in sets:
            chunks.add(features.chunks[layer])
            tokens.add(features.queries[layer])
        fitted.append(fit_moments(chunks, tokens, **shape))
    queries, keys = zip(*fitted, strict=True)
    return Projections(torch.stack(queries), torch.stack(keys), shape["head_dim"])


def sizes(text: str) -> list[tuple[str, int, int]]:
    """ "a,b=100:2" as [("a", 100, 2), …]: documents of a set, and questions of a document, 100 and 2 where not named."""
    named = [part.partition("=") for part in text.split(",")]
    numbers = [(name, *size.partition(":")[::2]) for name, _, size in named]
    return [(name, int(documents or 100), int(questions or 2)) for name, documents, questions in numbers]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m engine.router.fit_pairs", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--model", type=Path, required=True, help="a model folder or a GGUF file")
    parser.add_argument("--layers", type=lambda text: [int(part) for part in text.split(",")], required=True)
    parser.add_argument("--chunk-size", type=int, default=16)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of NAME.docs.jsonl.gz and NAME.qa.jsonl.gz"
    )
    parser.add_argument(
        "--sets", type=sizes, required=True, help="NAME=DOCUMENTS:QUESTIONS_EACH, comma-separated"
    )
    parser.add_argument("--leave-out", type=sizes, required=True, help="sets to judge by only")
    parser.add_argument("--work", type=Path, required=True, help="what is computed once; kept")
    parser.add_argument("--out", type=Path, required=True, help="appears only if the result wins")
    options = parser.parse_args(argv)
    found, shape = load_features(options)
    learn = {name: found[name] for name, *_ in options.sets}
    unseen = {name: found[name] for name, *_ in options.leave_out}
    plain = without_pairs(list(learn.values()), **shape)
    router = fit_pairs(list(learn.values()), **shape)
    result = judged(router, plain, learn, unseen)
    wins = all(after > before for before, after in result.values())
    print(json.dumps({**result, "kept": wins}))
    if wins:
        settings = RouterSettings(tuple(options.layers), options.chunk_size).msa_config()
        notes = {
            "data": f"pairs of {', '.join(learn)}; judged by {', '.join(unseen)}",
            "result": json.dumps(result),
        }
        projections = {layer: (router.query[i], router.key[i]) for i, layer in enumerate(options.layers)}
        save_router(options.out, projections, settings, notes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
