"""The router in closed form: routing projections from statistics of hidden states, without any training.

Hidden states are anisotropic: every chunk mean and every question token points mostly along one common direction, so
plain dot products rank at random. Two linear steps repair that, and both fold into the projections (no bias):

* the mean direction of the chunks and that of the question tokens are projected out, which centres both sides (they
  differ: states after `input_layernorm` have nearly one length, so removing a mean's direction removes the mean);
* the rest is whitened by the covariance of chunks and question tokens together, slightly shrunk, and its strongest
  dims are dealt to the kv heads through a random rotation, so that each head's cosine carries an equal share and
  their mean approximates the cosine of all dims.

All query heads of a kv group get the same projection: a closed form has nothing to tell them apart. What it does not
know is which question belongs to which document; `engine.router.train` learns that, starting from here.

    python -m engine.router.closed_form fit --model DIR --texts FILE… --out FILE
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from engine.backbone import head_dim
from engine.files import replacing
from engine.layout import Layout
from engine.router.hidden_states import attention_inputs
from kernels.pool import pool_chunks

# Share of the average variance added to every direction; flat between 0.02 and 0.1 on held-out pairs (docs/router.md).
SHRINKAGE = 0.05
# Where the default model routes best, as shares of its depth: layers 0, 1 and 24 of 30.
DEPTHS = (0.0, 0.03, 0.8)
CHUNK_SIZE = 16
LIMIT = 100  # documents and questions of a file


@dataclass
class Moments:
    """Count, sum and second moment of a stream of vectors, so that no stream has to be held.

    total: [hidden] float64, outer: [hidden, hidden] float64.
    """

    count: float
    total: Tensor
    outer: Tensor

    @classmethod
    def empty(cls, hidden: int) -> Moments:
        return cls(
            0, torch.zeros(hidden, dtype=torch.float64), torch.zeros(hidden, hidden, dtype=torch.float64)
        )

    @classmethod
    def of(cls, x: Tensor) -> Moments:
        moments = cls.empty(x.shape[1])
        moments.add(x)
        return moments

    def add(self, x: Tensor, weight: float = 1.0) -> None:
        """x: [n, hidden], any float dtype; weight: of each row."""
        x = x.double()
        self.count += weight * len(x)
        self.total += weight * x.sum(dim=0)
        self.outer += weight * (x.T @ x)

    @property
    def mean(self) -> Tensor:
        return self.total / self.count

    @property
    def covariance(self) -> Tensor:
        return self.outer / self.count - torch.outer(self.mean, self.mean)


def fit_moments(
    chunks: Moments,
    tokens: Moments,
    *,
    heads: int,
    kv_heads: int,
    head_dim: int,
    shrinkage: float = SHRINKAGE,
) -> tuple[Tensor, Tensor]:
    """Projections of one layer from the moments of both sides.

    chunks: of [n, hidden] chunk means of the attention input of documents; tokens: of [m, hidden] attention inputs of
    question tokens. Returns router_q_proj [heads·head_dim, hidden] and router_k_proj [kv_heads·head_dim, hidden], float32,
    for cosines per head and the mean over question tokens. Raises ValueError where either side is empty.
    """
    if not chunks.count or not tokens.count:
        raise ValueError("a router needs both documents and questions: give texts with at least one sentence")
    hidden = len(chunks.total)
    common, _ = torch.linalg.qr(torch.stack([chunks.mean, tokens.mean], dim=1))  # [hidden, 2]
    centre = torch.eye(hidden, dtype=torch.float64) - common @ common.T
    covariance = sum(centre @ (m.covariance / m.covariance.trace()) @ centre for m in (chunks, tokens))
    assert isinstance(covariance, Tensor)
    covariance += shrinkage / (1 - shrinkage) * covariance.trace() / hidden * torch.eye(hidden)

    dims = min(kv_heads * head_dim, hidden - common.shape[1])
    variances, directions = torch.linalg.eigh(covariance)
    strongest = variances.argsort(descending=True)[:dims]
    whitened = (directions[:, strongest] / variances[strongest].sqrt()).T @ centre  # [dims, hidden]
    return deal(whitened, heads=heads, kv_heads=kv_heads, head_dim=head_dim)


def deal(directions: Tensor, *, heads: int, kv_heads: int, head_dim: int) -> tuple[Tensor, Tensor]:
    """Deal directions to the heads through a random rotation. directions: [dims, hidden]; returns router_q_proj and
    router_k_proj."""
    dims, hidden = directions.shape
    key = torch.zeros(kv_heads * head_dim, hidden, dtype=torch.float64)
    key[_places(dims, kv_heads, head_dim)] = _rotation(dims) @ directions
    query = key.view(kv_heads, head_dim, hidden).repeat_interleave(heads // kv_heads, dim=0)
    return query.reshape(heads * head_dim, hidden).float(), key.float()


def _places(dims: int, kv_heads: int, head_dim: int) -> Tensor:
    """Rows of a [kv_heads·head_dim] projection that `dims` directions fill, dealt evenly over the heads."""
    rows = (
        torch.arange(kv_heads * head_dim).view(kv_heads, head_dim).T.flatten()
    )  # dim 0 of each head, dim 1 of each, …
    return rows[:dims]


def _rotation(dims: int) -> Tensor:
    """A fixed random rotation, [dims, dims] float64."""
    noise = torch.randn(dims, dims, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    rotation, _ = torch.linalg.qr(noise)
    return rotation


@dataclass(frozen=True)
class RouterSettings:
    """What a fit decides besides the projections; the defaults are the shipped default model's (docs/router.md)."""

    layers: tuple[int, ...]
    chunk_size: int
    top_k: int = 16

    def msa_config(self) -> dict[str, Any]:
        """Fields of `MsaConfig` for a checkpoint that carries this router."""
        return {
            "router_layers": list(self.layers),
            "chunk_size": self.chunk_size,
            "top_k": self.top_k,
            "query_reduce": "pool",
            "layout": "chat",
            "writes_document_ids": False,
        }


def save_router(
    path: Path,
    projections: Mapping[int, tuple[Tensor, Tensor]],
    msa_config: Mapping[str, Any],
    about: Mapping[str, str],
) -> None:
    """Write projections per layer as float16 under the checkpoint's own tensor names, replacing `path` in one step.

    projections: layer -> (router_q_proj, router_k_proj). about: free metadata (data, command).
    """
    tensors: dict[str, Tensor] = {}
    for layer, (query, key) in projections.items():
        tensors[f"model.layers.{layer}.self_attn.router_q_proj.0.weight"] = query.half().contiguous()
        tensors[f"model.layers.{layer}.self_attn.router_k_proj.0.weight"] = key.half().contiguous()
    with replacing(path) as unfinished:
        save_file(tensors, unfinished, metadata={"msa_config": json.dumps(dict(msa_config)), **about})


def fit_router(
    backbone: Any,
    layout: Layout,
    documents: Sequence[str],
    questions: Sequence[str],
    settings: RouterSettings,
    *,
    document_tokens: int = 192,
) -> dict[int, tuple[Tensor, Tensor]]:
    """Closed-form projections of every router layer of a transformers causal LM.

    Documents are cut after `document_tokens` tokens. Without questions, sentences of the documents stand in for them:
    on held-out pairs they do as well. Returns layer -> (router_q_proj, router_k_proj).
    """
    config = backbone.config
    heads, kv_heads = int(config.num_attention_heads), int(config.num_key_value_heads)
    dim = head_dim(backbone)
    prefix = layout.prefix
    asked = questions or list(sentences(documents))
    chunks = [Moments.empty(config.hidden_size) for _ in settings.layers]
    tokens = [Moments.empty(config.hidden_size) for _ in settings.layers]
    encoded = [layout.document(0, text)[:document_tokens] for text in documents]
    for index, states in attention_inputs(backbone, encoded, settings.layers):
        lengths = torch.tensor([len(encoded[index])])
        for moments, x in zip(chunks, states, strict=True):
            moments.add(pool_chunks(x[:, None], lengths, settings.chunk_size)[:, 0])
    for _, states in attention_inputs(
        backbone, [prefix + layout.tokens(q)[:64] for q in asked], settings.layers
    ):
        for moments, x in zip(tokens, states, strict=True):
            moments.add(x[len(prefix) :])
    return {
        layer: fit_moments(c, t, heads=heads, kv_heads=kv_heads, head_dim=dim)
        for layer, c, t in zip(settings.layers, chunks, tokens, strict=True)
    }


def sentences(documents: Iterable[str]) -> Iterator[str]:
    """One sentence of question length from each document that has one."""
    for text in documents:
        fitting = [s for s in re.split(r"(?<=[.!?])\s+|\n+", text) if 20 < len(s) < 200]
        if fitting:
            yield fitting[len(fitting) // 2]


def read_texts(path: Path, limit: int) -> tuple[list[str], list[str]]:
    """Up to `limit` documents and questions of one file, spread evenly over it.

    `.jsonl` and `.jsonl.gz`: objects with "text" (and "title") are documents, with "question" questions; any other file
    is plain text whose paragraphs are documents. Raises OSError or ValueError naming the file.
    """
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        content = raw.decode("utf-8")
        if ".jsonl" not in path.suffixes:
            return spread([p.strip() for p in re.split(r"\n\s*\n", content) if p.strip()], limit), []
        rows = [json.loads(line) for line in content.split("\n") if line.strip()]
    except (gzip.BadGzipFile, EOFError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} is not readable UTF-8 text or JSON lines: {error}") from error
    documents = [document_text(row.get("title", ""), row["text"]) for row in rows if row.get("text")]
    questions = [row["question"] for row in rows if row.get("question")]
    return spread(documents, limit), spread(questions, limit)


def document_text(title: str, text: str) -> str:
    """A document's text with its title on the first line, unless it starts with it already."""
    return text if not title or text.startswith(title) else f"{title}\n{text}"


def spread(items: Sequence[str], limit: int) -> list[str]:
    """At most `limit` items at even distances."""
    step = max(1, -(-len(items) // limit))
    return list(islice(items, 0, None, step))


def fit_files(
    model: Path,
    texts: Sequence[Path],
    out: Path,
    *,
    layers: Sequence[int] | None = None,
    chunk_size: int = CHUNK_SIZE,
    limit: int = LIMIT,
) -> str:
    """Fit a router to files of texts and write it to `out`; returns a line that says what it was fitted to.

    model: a folder in transformers' format, or a GGUF file; layers: by default at the default model's relative depths;
    limit: documents and questions of each file. Raises CheckpointError, OSError, ValueError.
    """
    from engine.convert import read_backbone

    backbone, tokenizer = read_backbone(model, torch.float32)
    depth = int(backbone.config.num_hidden_layers)
    chosen = tuple(sorted(set(layers or (round(share * depth) for share in DEPTHS))))
    documents: list[str] = []
    questions: list[str] = []
    for path in texts:
        found, asked = read_texts(path, limit)
        documents += found
        questions += asked
    settings = RouterSettings(chosen, chunk_size)
    projections = fit_router(backbone, Layout("chat", tokenizer), documents, questions, settings)
    names = [path.name for path in texts]
    routed = ",".join(map(str, chosen))
    about = {
        "data": f"{len(documents)} documents, {len(questions)} questions: {', '.join(names)}",
        "command": f"python -m engine.router.closed_form fit --model MODEL --texts {' '.join(names)}"
        f" --layers {routed} --chunk-size {chunk_size} --limit {limit}",
    }
    save_router(out, projections, settings.msa_config(), about)
    return f"layers {routed}, {about['data']}"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m engine.router.closed_form", description=__doc__.splitlines()[0]
    )
    commands = parser.add_subparsers(dest="command", required=True)
    fit = commands.add_parser(
        "fit", help="make a router in closed form for any Llama or Qwen family backbone"
    )
    fit.add_argument(
        "--model", type=Path, required=True, help="a model folder in transformers' format, or a GGUF file"
    )
    fit.add_argument("--texts", type=Path, nargs="+", required=True, help=".txt, .jsonl or .jsonl.gz")
    fit.add_argument("--out", type=Path, required=True)
    fit.add_argument(
        "--layers", help="router layers, e.g. 23,24,28; by default at the default model's relative depths"
    )
    fit.add_argument("--chunk-size", type=int, default=CHUNK_SIZE)
    fit.add_argument("--limit", type=int, default=LIMIT, help="documents and questions of each file")
    options = parser.parse_args(argv)
    layers = [int(part) for part in options.layers.split(",")] if options.layers else None
    fitted = fit_files(
        options.model,
        options.texts,
        options.out,
        layers=layers,
        chunk_size=options.chunk_size,
        limit=options.limit,
    )
    print(f"{options.out}: {fitted}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
