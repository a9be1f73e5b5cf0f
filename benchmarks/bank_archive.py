"""A synthetic archive of any size: documents of perturbed chunks, texts of random words.

The chunks come from really encoded documents if a model is given (paragraphs of the sample archive), else they are
random directions, which `Base.origin` says. Either way each is perturbed, so that no two are the same. Everything is
stored as the product stores it, one commit per segment. An archive that is too small is continued, not begun anew.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import normalize

from engine.checkpoint import load_model
from engine.encode import encode_documents
from engine.layout import Layout
from storage.archive import Archive
from storage.records import Draft

BANK = "synthetic"
BATCH_CHUNKS = 65_536  # per segment: about 120 MB in the default shape
# Of a segment at most, made up in float32: less than a segment's 256 MB once they are stored.
BATCH_NUMBERS = 1 << 28
NOISE = 0.3  # of a chunk's own size
SAMPLE = Path(__file__).parent.parent / "app" / "sample" / "archive"
VOCABULARY = 50_000


@dataclass(frozen=True)
class Base:
    """Chunks to draw from: [layers, chunks, kv_heads, head_dim] float32, and where they come from."""

    router_key: Tensor
    key: Tensor
    value: Tensor
    heads: int
    chunk_size: int
    origin: str
    query_reduce: str = "mean"  # over a question's tokens; the default model's


@dataclass(frozen=True)
class Synthetic:
    router_key: Tensor
    key: Tensor
    value: Tensor
    tokens: int


def random_base(layers: int, kv_heads: int, head_dim: int, heads: int, chunk_size: int) -> Base:
    generator = torch.Generator().manual_seed(0)
    router_key, key, value = torch.randn(3, layers, 2048, kv_heads, head_dim, generator=generator)
    return Base(
        normalize(router_key, dim=-1), key, value, heads, chunk_size, "random directions, no model was given"
    )


def encoded_base(model_folder: Path) -> Base:
    model = load_model(model_folder)
    layout = Layout(model.config.layout, model.tokenizer)
    texts = [
        p for f in sorted(SAMPLE.rglob("*.md")) for p in f.read_text("utf-8").split("\n\n") if len(p) > 200
    ]
    encodings = encode_documents(model, [layout.document(i, text) for i, text in enumerate(texts[:64], 1)])
    router_key, key, value = (
        torch.cat([getattr(e, name).float() for e in encodings], dim=1)
        for name in ("router_key", "key", "value")
    )
    origin = f"chunks of {len(encodings)} really encoded documents of the sample archive, perturbed"
    # Pooled questions are one row to the bank, too.
    reduce = "max" if model.config.query_reduce == "max" else "mean"
    return Base(router_key, key, value, model.heads, model.config.chunk_size, origin, reduce)


def synthesise(base: Base, documents: int, chunks: int, seed: int) -> list[Synthetic]:
    """So many documents of `chunks` chunks each."""
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randint(base.key.shape[1], (documents * chunks,), generator=generator)
    # One block of noise, shifted by a random number of rows: drawing it anew would take most of the time.
    noise = torch.randn(4096, *base.key.shape[2:], generator=generator) * NOISE

    def perturb(x: Tensor) -> Tensor:
        """x: [layers, stored, kv_heads, head_dim] -> [layers, documents * chunks, kv_heads, head_dim]."""
        shift = int(torch.randint(4096, (), generator=generator))
        size = x.pow(2).mean(-1, keepdim=True).sqrt()
        drawn = x[:, rows]
        for low in range(0, len(rows), 4096):
            part = rows[low : low + 4096]
            drawn[:, low : low + 4096].addcmul_(noise.roll(shift, 0)[: len(part)], size[:, part])
        return drawn

    routing = perturb(base.router_key)
    routing.div_(routing.norm(dim=-1, keepdim=True))
    router_key, key, value = (
        x.unflatten(1, (documents, chunks)).unbind(1)
        for x in (routing, perturb(base.key), perturb(base.value))
    )
    tokens = chunks * base.chunk_size
    return [Synthetic(r, k, v, tokens) for r, k, v in zip(router_key, key, value, strict=True)]


class Words:
    """Texts of random words, frequent and rare ones as in language."""

    def __init__(self, seed: int = 0) -> None:
        spelling = random.Random(0)
        letters = "abcdefghijklmnoprstuvwz"
        self._words = [
            "".join(spelling.choices(letters, k=spelling.randint(3, 9))) for _ in range(VOCABULARY)
        ]
        weights = np.cumsum(1 / np.arange(1, VOCABULARY + 1))
        self._cumulated = weights / weights[-1]
        self._random = np.random.default_rng(seed)

    def text(self, words: int) -> str:
        chosen = np.searchsorted(self._cumulated, self._random.random(words))
        return " ".join(map(self._words.__getitem__, chosen.tolist()))


def build(
    directory: Path,
    base: Base,
    tokens: int,
    *,
    chunks: int,
    words: int,
    key_bits: int,
    content_bits: int,
    report: Callable[[int, float], None],
) -> None:
    """Fills a new or a smaller archive up to at least so many tokens. Reports after each segment the tokens that are left
    and the seconds that storing (not making up) took so far."""
    layers, _, kv_heads, head_dim = base.key.shape
    per_document = chunks * base.chunk_size
    stored = 0.0
    with Archive.open(directory) as archive:
        archive.banks.open(BANK, layers, kv_heads, head_dim, key_bits=key_bits, content_bits=content_bits)
        have = archive.documents.count()
        left = -(-tokens // per_document) - have
        texts, seed = Words(have), have
        while left > 0:
            batch = min(BATCH_CHUNKS, BATCH_NUMBERS // (3 * layers * kv_heads * head_dim))
            count = min(left, max(1, batch // chunks))
            encodings = synthesise(base, count, chunks, seed)
            ids = archive.commits.reserve_ids(count)
            drafts = [
                Draft(id, 0, texts.text(words), f"{id:x}", title=f"Note {id}", tokens=per_document)
                for id in ids
            ]
            begun = time.perf_counter()
            archive.commits.commit_documents(None, add=drafts, encodings=encodings, bank=BANK)
            stored += time.perf_counter() - begun
            left, seed = left - count, seed + count
            report(left * per_document, stored)
