"""How much of a text compressed memory still says: the rare words of a chunk that are read out of its K̄ and V̄.

    python -m benchmarks.content --data DIR [--set squad11_train_part] [--documents 600] [--model DIR] [--json]

A ridge regression from what a bank holds of a chunk to the weighted mean of its tokens' embeddings is fitted on most of
the documents, its strength is chosen on some and it is judged on others. A chunk's rare tokens are those that at most
one document of SELDOM holds; printed is the share of them that is among the TOP best of the whole vocabulary by cosine.
"embeddings" is the true mean instead of the fitted one. "copy head" fits nothing to tokens: it correlates V̄ of the first
layers with the codes that tokens have there by the model's own weights (`engine.copying`).
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks.datasets import load_set
from benchmarks.quality import load_answerer
from engine.copying import CONTENT_LAYERS

SELDOM = 7
TOP = 200
STRENGTHS = (1e0, 1e1, 1e2, 1e3, 1e4)
CHOOSE, JUDGE = 0.1, 0.2  # shares of the documents
BLOCK = 256  # chunks compared with the vocabulary at once


@dataclass(frozen=True)
class Chunks:
    """contents: by name [chunks, numbers]; tokens: of each chunk; document: of each chunk, ascending."""

    contents: dict[str, Tensor]
    tokens: list[list[int]]
    document: Tensor

    @property
    def judged(self) -> Tensor:
        """The chunks that nothing is fitted on, [chunks] bool."""
        return self.document >= int(self.document[-1] * (1 - JUDGE))

    def tokens_of(self, rows: Tensor) -> list[list[int]]:
        """rows: [chunks] bool."""
        return [self.tokens[row] for row in rows.nonzero()[:, 0].tolist()]


def rare_tokens(documents: Sequence[Sequence[int]], vocabulary: int) -> Tensor:
    """Weights of tokens, [vocabulary]: log of one over the share of documents that hold one, 0 for common ones."""
    held = Counter(token for document in documents for token in set(document))
    weights = torch.zeros(vocabulary)
    for token, count in held.items():
        if count * SELDOM <= len(documents):
            weights[token] = math.log(len(documents) / count)
    return weights


def shares_read(chunks: Chunks, weights: Tensor, embeddings: Tensor) -> dict[str, float]:
    """The share of rare tokens read out of each content. embeddings: [vocabulary, hidden]."""
    bags = torch.stack([_mean(embeddings, weights, tokens) for tokens in chunks.tokens])  # [chunks, hidden]
    judge = chunks.judged
    learn = chunks.document < int(chunks.document[-1] * (1 - CHOOSE - JUDGE))
    choose = ~(learn | judge)
    directions = F.normalize(embeddings, dim=1).T
    middle = bags[learn].mean(dim=0)

    def share(said: Tensor, rows: Tensor) -> float:
        return share_of(said, chunks.tokens_of(rows), weights, directions)

    shares = {"embeddings": share(bags[judge], judge)}
    for name, content in chunks.contents.items():
        content = (content - content[learn].mean(dim=0)) / content[learn].std(dim=0).mean()
        fits = [_ridge(content[learn], bags[learn] - middle, strength) for strength in STRENGTHS]
        best = max(fits, key=lambda fit: share(content[choose] @ fit + middle, choose))
        shares[name] = share(content[judge] @ best + middle, judge)
    return shares


def share_of(said: Tensor, tokens: Sequence[Sequence[int]], weights: Tensor, directions: Tensor) -> float:
    """The mean share of the chunks' rare tokens among the TOP best.

    said: [chunks, numbers]; tokens: of each chunk; directions: [numbers, vocabulary], what says a token most.
    """
    count = min(TOP, directions.shape[1])
    best = torch.cat([(block @ directions).topk(count, dim=1).indices for block in said.split(BLOCK)])
    shares = []
    for chunk, found in zip(tokens, best.tolist(), strict=True):
        rare = {token for token in chunk if weights[token]}
        shares += [len(rare.intersection(found)) / len(rare)] if rare else []
    return round(sum(shares) / max(1, len(shares)), 4)


def _mean(embeddings: Tensor, weights: Tensor, tokens: Sequence[int]) -> Tensor:
    ids = torch.tensor(tokens)
    return (embeddings[ids] * weights[ids, None]).mean(dim=0)


def _ridge(inputs: Tensor, targets: Tensor, strength: float) -> Tensor:
    """[numbers, hidden]; inputs and targets are centred."""
    square = inputs.T @ inputs + strength * torch.eye(inputs.shape[1])
    return torch.linalg.solve(square, inputs.T @ targets)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.content", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", default="squad11_train_part")
    parser.add_argument("--documents", type=int, default=600)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    answerer = load_answerer(options.model)
    found = load_set(options.data, options.set, answerer.count_tokens).passages
    passages = found[:: max(1, len(found) // options.documents)][: options.documents]
    encodings = answerer.encode([(number, passage.text) for number, passage in enumerate(passages, start=1)])
    texts = [answerer.layout.document(number, p.text) for number, p in enumerate(passages, start=1)]
    size = answerer.model.config.chunk_size
    contents = {
        f"{kind} of layer {layer}": torch.cat([getattr(e, kind)[slot].flatten(1) for e in encodings]).float()
        for slot, layer in enumerate(answerer.model.config.router_layers)
        for kind in ("key", "value")
    }
    contents["all of these"] = torch.cat(list(contents.values()), dim=1)
    chunks = Chunks(
        contents,
        [text[at : at + size] for text in texts for at in range(0, len(text), size)],
        torch.cat([torch.full((e.chunks,), row) for row, e in enumerate(encodings)]),
    )
    table: Any = answerer.model.backbone.get_input_embeddings()
    embeddings = table.weight.detach().float()
    weights = rare_tokens(texts, len(embeddings))
    shares = shares_read(chunks, weights, embeddings)
    head = answerer.model.copy_head
    if head is not None:
        head.know(answerer.model)
        first = torch.cat([contents[f"value of layer {layer}"] for layer in CONTENT_LAYERS], dim=1)
        rows = chunks.judged
        said = (first - head.middle)[rows]
        shares["copy head"] = share_of(said, chunks.tokens_of(rows), weights, head.codes.T)
    if options.json:
        print(json.dumps(shares, indent=1))
    else:
        for name, share in shares.items():
            print(f"{name:<18} {share:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
