"""Routing over several ranks: how it scales here, and what of a question's time its messages take.

    python -m benchmarks.parallel [--tokens 1000000,10000000] [--ranks 1,2] [--shape default] [--questions 9] [--json]
    python -m benchmarks.parallel --model-only

Random vectors are dealt evenly to rank 0 and to real rank processes on this machine's CPUs, one thread each; a question
asks every router layer for its 16 best documents, and fetches their content from whoever has them. `route_s` is the
median of whole questions; `messages_s` the same over a memory of a few documents, where nearly all is messages; `share`
their ratio. On one machine ranks share its memory's bandwidth: two do no better than the memory does. Behind that, from
1 to 64 ranks by the formulas of `engine.planning.costs`, which `doppel plan` uses, for 300 million tokens of MSA-4B on
A800s.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import normalize

from app.health import Health
from app.ranks.holders import Holder, OwnHolder
from app.ranks.ranks import Ranks
from benchmarks.tables import table
from engine.parallel.memory import ParallelMemory
from engine.planning import costs
from engine.planning.hardware import DEVICES
from engine.planning.shapes import HALF_B, MSA_4B, ModelShape
from storage.bank.segment import Shape

SHAPES = {"default": HALF_B, "msa-4b": MSA_4B}
BATCH = 4096  # chunks handed out at once
DOCUMENT = 4  # chunks of each document
FEW = 64  # documents of the memory that measures messages
START_SECONDS = 120.0
MODEL_RANKS = (1, 2, 4, 8, 16, 32, 64)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tokens", type=numbers, default=[1_000_000, 10_000_000])
    parser.add_argument("--ranks", type=numbers, default=[1, 2])
    parser.add_argument("--shape", choices=SHAPES, default="default")
    parser.add_argument("--questions", type=int, default=9)
    parser.add_argument("--model-only", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    os.environ["OMP_NUM_THREADS"] = "1"
    rows: list[dict[str, Any]] = []
    if not options.model_only:
        for tokens in options.tokens:
            for ranks in options.ranks:
                rows.append(measured(SHAPES[options.shape], tokens, ranks, options.questions))
                print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    modelled = [modelled_for(ranks) for ranks in MODEL_RANKS]
    if options.json:
        print(json.dumps({"measured": rows, "modelled": modelled}))
    else:
        print("\n\n".join(table(part) for part in (rows, modelled) if part))
    return 0


def numbers(text: str) -> list[int]:
    return [int(float(part)) for part in text.split(",")]


def measured(model: ModelShape, tokens: int, ranks: int, questions: int) -> dict[str, Any]:
    shape = Shape(len(model.router_layers), model.kv_heads, model.head_dim)
    documents = max(int(costs.chunks(model, tokens)) // DOCUMENT, FEW)
    with crew(ranks) as holders:
        messages_s = median(dealt(shape, holders, FEW), model, questions)
        memory = dealt(shape, holders, documents)
        route_s = median(memory, model, questions)
    return {
        "model": model.name,
        "tokens": tokens,
        "documents": documents,
        "ranks": ranks,
        "route_s": round(route_s, 5),
        "messages_s": round(messages_s, 5) if ranks > 1 else 0.0,
        "share": round(messages_s / route_s, 3) if ranks > 1 else 0.0,
    }


@contextmanager
def crew(count: int) -> Iterator[list[Holder]]:
    """Rank 0 in this process, and the others in processes of their own."""
    ranks = Ranks(["cpu"] * count, Health())
    ranks.start()
    try:
        until = time.monotonic() + START_SECONDS
        while len(ranks.joined) < count - 1:
            if time.monotonic() > until:
                raise SystemExit("the ranks did not come up in time: is the machine busy?")
            time.sleep(0.05)
        yield [OwnHolder("rank 0", 1.0), *ranks.joined]
    finally:
        ranks.stop()


def dealt(shape: Shape, holders: Sequence[Holder], documents: int) -> ParallelMemory:
    """So many random documents, an even share for each rank."""
    parts = []
    for number, (holder, ids) in enumerate(
        zip(holders, np.array_split(np.arange(1, documents + 1), len(holders)), strict=True)
    ):
        holder.take(shape)
        for version, some in enumerate(np.array_split(ids, max(1, len(ids) * DOCUMENT // BATCH)), start=1):
            holder.change(version, np.empty(0, np.int64), random_documents(shape, some, number), version)
        parts.append(holder.part(version, ids))
    return ParallelMemory(parts, None, shape, failed)


def failed(part: object, error: Exception) -> None:
    raise SystemExit(f"a rank failed while it was measured: {error}")


def random_documents(shape: Shape, ids: np.ndarray, seed: int) -> dict[str, Tensor]:
    """As a segment's tensors: random integers, which cost what real ones do."""
    generator = torch.Generator().manual_seed(seed + int(ids[0]))
    chunks, width = DOCUMENT * len(ids), shape.kv_heads * shape.head_dim
    tensors = {
        "documents": torch.from_numpy(ids.astype(np.int64)),
        "starts": torch.arange(0, chunks + 1, DOCUMENT),
    }
    for name in shape.rows():
        if name.endswith(".scale"):
            tensors[name] = torch.full(
                (chunks,) if name.startswith("route") else (chunks, shape.kv_heads), 1e-3
            )
        else:
            size = (chunks, width) if name.startswith("route") else (chunks, shape.kv_heads, shape.head_dim)
            tensors[name] = torch.randint(-127, 128, size, dtype=torch.int8, generator=generator)
    return tensors


def median(memory: ParallelMemory, model: ModelShape, questions: int) -> float:
    """Seconds of a question: all router layers, candidates and content."""
    times = []
    for number in range(questions + 1):
        generator = torch.Generator().manual_seed(number)
        query = normalize(
            torch.randn(costs.rows(model), model.heads, model.head_dim, generator=generator), dim=-1
        )
        began = time.perf_counter()
        for slot in range(len(model.router_layers)):
            found = memory.best(slot, [query], model.top_k).document_ids[0]
            memory.fetch(slot, found.sort().values)
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


def modelled_for(ranks: int) -> dict[str, Any]:
    """300 million tokens of MSA-4B over so many A800s, two in each machine."""
    model, device = MSA_4B, DEVICES["a800"]
    keys = costs.key_bytes(model, costs.chunks(model, 300e6)) / ranks
    on_device = min(keys, costs.key_room(model, device))
    scan = costs.scan_seconds(model, device, on_device, device.bandwidth)
    scan += costs.scan_seconds(model, device, keys - on_device, device.host_link)
    messages = costs.communication_seconds(model, ranks, "machine" if ranks <= 2 else "network")
    return {
        "ranks": ranks,
        "keys_gb_each": round(keys / 1e9, 1),
        "on_the_device": f"{on_device / keys:.0%}",
        "scan_ms": round(1000 * scan, 2),
        "messages_ms": round(1000 * messages, 2),
        "share": round(messages / (messages + scan), 2),
    }


if __name__ == "__main__":
    sys.exit(main())
