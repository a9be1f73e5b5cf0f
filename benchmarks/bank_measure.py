"""What a bank costs: routing, opening, changing, memory. Run in a process of its own, so that its memory is the bank's.

Next to routing, on the same keys in the same run:
(a) every head: as the public implementation scores. All query heads and tokens against bf16 keys, a slice of chunks at
    a time, [heads, tokens, chunks] scores reduced afterwards: mean over heads, mean or max over tokens, max over a
    document's chunks. Measured on one router layer, times the number of layers. Getting the keys into bf16 is not
    counted. same_16: how many of the layer's best 16 documents are also (a)'s; exact_16: how many are the best of both
    lists by scores in float64, since bf16 rounds near ties.
(b) reading once: a sum over the bytes of all routing keys, the least any scan can do.

What a question's tokens are reduced by is the checkpoint's: the mean in the default model, which the engine takes before
it scores (`collapse_queries`), the max in the published one, which needs every token scored. The first is the result,
the second stands behind it with `max_` before its names.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import torch
from torch import Tensor
from torch.nn.functional import normalize

from benchmarks.bank_archive import BANK, Base, Words, synthesise
from engine.config import MsaConfig
from engine.scoring import collapse_queries
from kernels.quantise import Quantised, dequantise
from storage.archive import Archive
from storage.bank.snapshot import Snapshot
from storage.records import Draft

TOP = 16
SLICE = 16_384  # chunks per step of (a)
DEEP = 64  # documents of (a) that are scored again in float64: its rounding moves some by a few places


@dataclass(frozen=True)
class Effort:
    questions: int = 7
    question_tokens: int = 32
    changes: int = 7


def measure(directory: Path, base: Base, *, chunks: int, words: int, effort: Effort) -> dict[str, Any]:
    layers, _, kv_heads, head_dim = base.key.shape
    questions = [question(base, effort.question_tokens, seed) for seed in range(effort.questions)]
    cold = evict(directory)
    begun = time.perf_counter()
    archive = Archive.open(directory)
    bank = archive.banks.open(BANK, layers, kv_heads, head_dim)
    first = route(bank.snapshot(), questions[0], base.query_reduce)
    open_s = time.perf_counter() - begun
    assert len(first) == layers
    snapshot = bank.snapshot()
    read_once_s = median(lambda _: read_once(snapshot), range(5))
    routing = time_routing(snapshot, questions, base.query_reduce, read_once_s)
    rss = psutil.Process().memory_info().rss
    if base.query_reduce != "max":
        every_token = time_routing(snapshot, questions, "max", read_once_s)
        routing |= {f"max_{name}": value for name, value in every_token.items()}
    changes = time_changes(archive, base, chunks, words, effort.changes)
    info = archive.banks.active()
    assert info is not None
    archive.close()
    return {
        "tokens": info.documents * chunks * base.chunk_size,
        "documents": info.documents,
        "segments": info.segments,
        "bank_gb": round(info.bytes / 1e9, 3),
        "database_gb": round((directory / "doppel.db").stat().st_size / 1e9, 3),
        "query_reduce": base.query_reduce,
        "read_once_s": round(read_once_s, 5),
        **routing,
        "rss_gb": round(rss / 1e9, 3),
        "open_s": round(open_s, 3),
        "opened_cold": cold,
        **changes,
    }


def question(base: Base, tokens: int, seed: int) -> list[Tensor]:
    """Routing queries per router layer, [tokens, heads, head_dim], near stored keys."""
    generator = torch.Generator().manual_seed(10_000 + seed)
    _, stored, kv_heads, head_dim = base.router_key.shape
    rows = torch.randint(stored, (tokens,), generator=generator)
    keys = base.router_key[:, rows].repeat_interleave(base.heads // kv_heads, dim=2)
    noise = torch.randn(keys.shape, generator=generator) / head_dim**0.5
    return list(normalize(keys + noise, dim=-1))


def time_routing(
    snapshot: Snapshot, questions: Sequence[list[Tensor]], reduce: str, read_once_s: float
) -> dict[str, float]:
    route_s = median(lambda q: route(snapshot, q, reduce), questions)
    every_head_s, scores = every_head(snapshot, questions[0][0], reduce)
    ours = route(snapshot, questions[0], reduce)[0].tolist()
    ranked = snapshot.document_ids[scores.topk(min(DEEP, len(scores))).indices].tolist()
    theirs, exact = ranked[: len(ours)], exactly_best(snapshot, questions[0][0], reduce, {*ours, *ranked})
    return {
        "route_s": round(route_s, 5),
        "every_head_s": round(every_head_s, 4),
        "vs_every_head": round(every_head_s / route_s, 1),
        "vs_read_once": round(route_s / read_once_s, 2),
        "same_16": len(set(ours) & set(theirs)),
        "exact_16": len(set(ours) & set(exact[: len(ours)])),
    }


def route(snapshot: Snapshot, queries: Sequence[Tensor], reduce: str) -> list[Tensor]:
    """The best documents in each router layer, the question's tokens taken together as the engine does."""
    config = MsaConfig(router_layers=tuple(range(len(queries))), query_reduce=reduce)
    chosen = []
    for slot, query in enumerate(queries):
        chosen.append(snapshot.best(slot, [collapse_queries(query, config)], TOP).document_ids[0])
    return chosen


def read_once(snapshot: Snapshot) -> int:
    total = 0
    for view in snapshot.views:
        for keys in view.keys:
            assert isinstance(keys, Quantised)
            flat = keys.values.flatten()
            total += int(flat[: len(flat) // 8 * 8].view(torch.int64).sum())
            total += int(keys.scales.sum())
    return total


def every_head(snapshot: Snapshot, query: Tensor, reduce: str) -> tuple[float, Tensor]:
    """Seconds for all layers, measured on the first, and that layer's scores [documents]; query [tokens, heads, dim]."""
    shape = snapshot.shape
    q = query.to(torch.bfloat16).transpose(0, 1)  # [heads, tokens, dim]
    group = q.shape[0] // shape.kv_heads
    seconds, parts = 0.0, [torch.empty(0)]
    for view in snapshot.views:
        if not len(view.ids):
            continue
        starts = view.starts
        best = torch.empty(int(starts[-1]), dtype=torch.bfloat16)
        for low in range(0, len(best), SLICE):
            stored = view.keys[0]
            assert isinstance(stored, Quantised)
            keys = dequantise(stored[low : low + SLICE]).to(torch.bfloat16)
            keys = keys.unflatten(1, (shape.kv_heads, shape.head_dim)).transpose(0, 1).contiguous()
            begun = time.perf_counter()
            expanded = keys.repeat_interleave(group, dim=0)  # [heads, chunks, dim]
            scores = (q @ expanded.transpose(1, 2)).mean(0)  # [tokens, chunks] of [heads, tokens, chunks]
            best[low : low + SLICE] = scores.mean(0) if reduce == "mean" else scores.amax(0)
            seconds += time.perf_counter() - begun
        begun = time.perf_counter()
        parts.append(torch.segment_reduce(best.float(), "max", offsets=starts))
        seconds += time.perf_counter() - begun
    return seconds * shape.layers, torch.cat(parts)[snapshot._columns[1]]


def exactly_best(snapshot: Snapshot, query: Tensor, reduce: str, candidates: set[int]) -> list[int]:
    """These documents by their scores in float64 in the first layer, best first; query [tokens, heads, dim]."""
    kv_heads = snapshot.shape.kv_heads
    # The mean of a group's products is the product of its mean.
    q = query.double().unflatten(1, (kv_heads, -1)).mean(2)  # [tokens, kv heads, dim]
    q = q.mean(0, keepdim=True) if reduce == "mean" else q
    scores: dict[int, float] = {}
    for view in snapshot.views:
        stored = view.keys[0]
        assert isinstance(stored, Quantised)
        for place in torch.isin(view.ids, torch.tensor(sorted(candidates))).nonzero()[:, 0].tolist():
            chunks = stored[int(view.starts[place]) : int(view.starts[place + 1])]
            keys = dequantise(chunks, torch.float64)  # [chunks, kv heads * dim]
            score = float((q.flatten(1) @ keys.T / kv_heads).amax())
            scores[int(view.ids[place])] = max(score, scores.get(int(view.ids[place]), -torch.inf))
    return sorted(scores, key=scores.__getitem__, reverse=True)


def time_changes(archive: Archive, base: Base, chunks: int, words: int, rounds: int) -> dict[str, float]:
    """Milliseconds to add, edit, forget one document, and for the first question after a change, without encoding."""
    layers, _, kv_heads, head_dim = base.key.shape
    bank = archive.banks.open(BANK, layers, kv_heads, head_dim)
    texts, query = Words(), question(base, 1, 0)
    times: dict[str, list[float]] = {"add_ms": [], "edit_ms": [], "forget_ms": [], "see_ms": []}
    tokens = chunks * base.chunk_size

    def timed(name: str, work: Callable[[], object]) -> None:
        begun = time.perf_counter()
        work()
        times[name].append(1000 * (time.perf_counter() - begun))

    existing = bank.snapshot().document_ids[: 10 * rounds : 10].tolist()
    for index, old in enumerate(existing):
        first, second = synthesise(base, 2, chunks, 900_000 + index)
        (id,) = archive.commits.reserve_ids(1)
        draft = Draft(id, 0, texts.text(words), f"new {id}", title="New", tokens=tokens)
        text = texts.text(words)
        add = partial(archive.commits.commit_documents, None, add=[draft], encodings=[first], bank=BANK)
        timed("add_ms", add)
        timed("see_ms", lambda: bank.snapshot().best(0, query[:1], TOP))
        timed(
            "edit_ms",
            partial(archive.documents.edit, old, text, f"edited {old}", tokens, second, BANK),
        )
        timed("forget_ms", partial(archive.forgetting.forget, [old]))
    return {name: round(statistics.median(values), 2) for name, values in times.items()}


def median(work: Callable[[Any], object], inputs: Sequence[Any]) -> float:
    work(inputs[0])
    times = []
    for x in inputs:
        begun = time.perf_counter()
        work(x)
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def evict(directory: Path) -> bool:
    """Asks the system to drop the archive's files from its cache, so that opening reads the disk; False if it cannot."""
    if not hasattr(os, "posix_fadvise"):
        return False
    for path in directory.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return True
