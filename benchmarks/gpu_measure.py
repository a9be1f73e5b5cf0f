"""What a card does by itself, and what Doppel does on it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from benchmarks.parallel import dealt, random_documents
from engine.arriving import Courier
from engine.encode import encode_documents
from engine.memory import Encoding, RamMemory
from engine.planning import costs
from engine.planning.shapes import MSA_4B, shape_in
from engine.session import Prompt, Session, encode_prefix, open_session
from engine.steps import Writer, records_on
from kernels.resident.best import best_documents
from kernels.resident.placing import HOST, Place
from storage.bank.segment import Shape
from storage.bank.shard import Shard

DOCUMENT = 4  # chunks of a random document
READ = 2**30  # bytes that are read to measure reading
SIZE = 8192  # of the square matrices that are multiplied
PASSAGES, PASSAGE = 48, 168
PROMPT = 2048


def seconds(work: Callable[[], object], device: torch.device, times: int = 5) -> float:
    """The median of some runs, after one that is not counted."""
    found = []
    for _ in range(times + 1):
        began = time.perf_counter()
        work()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        found.append(time.perf_counter() - began)
    return statistics.median(found[1:])


def card(device: torch.device) -> dict[str, Any]:
    """The card, how fast it reads its memory (GB/s) and multiplies (TFLOP/s, bf16)."""
    on_card = device.type == "cuda"
    read, size = (READ, SIZE) if on_card else (READ // 64, SIZE // 16)
    data = torch.ones(read // 8, dtype=torch.int64, device=device)
    a = torch.randn(size, size, device=device, dtype=torch.bfloat16)
    reading, multiplying = seconds(data.sum, device), seconds(lambda: a @ a, device)
    about = torch.cuda.get_device_properties(device) if on_card else None
    return {
        "card": about.name if about else "cpu",
        "memory_gb": round(about.total_memory / 1e9, 1) if about else 0,
        "torch": torch.__version__,
        "reads_gb_s": round(read / reading / 1e9, 1),
        "tflops": round(2 * size**3 / multiplying / 1e12, 1),
    }


def routing_row(device: torch.device, own: dict[str, Any], tokens: int, rows: int) -> dict[str, Any]:
    """Routing a question over one router layer of MSA-4B's shape, times its 18; None where it does not fit."""
    row: dict[str, Any] = {"tokens": tokens, "rows": rows, "seconds": None, "share": None}
    shape = Shape(1, MSA_4B.kv_heads, MSA_4B.head_dim)
    chunks = int(costs.chunks(MSA_4B, tokens))
    if device.type == "cuda" and chunks * 1028 * 1.2 > torch.cuda.mem_get_info(device)[0]:
        return row
    places = (Place(device),) if device.type == "cuda" else HOST
    shard = Shard(shape, places)
    fill(shard, chunks // DOCUMENT)
    query = torch.randn(rows, MSA_4B.width, device=device) / MSA_4B.width**0.5
    views = shard.at(1 << 40).keys.views
    took = seconds(lambda: best_documents(views, 0, [query], MSA_4B.top_k).cpu(), device)
    layers = len(MSA_4B.router_layers)
    reached = costs.key_bytes(MSA_4B, chunks) / layers / took / 1e9
    return {**row, "seconds": round(took * layers, 5), "share": round(reached / own["reads_gb_s"], 3)}


def fill(shard: Shard, documents: int) -> None:
    import numpy as np

    ids = np.arange(1, documents + 1)
    for version, some in enumerate(np.array_split(ids, max(1, documents // 4096)), start=1):
        none = torch.empty(0, dtype=torch.int64)
        shard.change(version, none, random_documents(shard.shape, some, 0), version)


def model_rows(folder: Path, device: torch.device, own: dict[str, Any], steps: int) -> list[dict[str, Any]]:
    """Tokens a second of encoding, of reading a prompt and of writing, and their share of what the card can do."""
    from engine.checkpoint import load_model

    dtype = torch.bfloat16 if device.type == "cuda" else None
    model, shape = load_model(folder, device=device, dtype=dtype), shape_in(folder)
    generator = torch.Generator().manual_seed(0)

    def tokens(count: int) -> list[int]:
        return torch.randint(10, shape.vocabulary - 10, (count,), generator=generator).tolist()

    documents = [tokens(PASSAGE) for _ in range(PASSAGES if device.type == "cuda" else 2)]
    encoding = seconds(lambda: encode_documents(model, documents), device) / sum(map(len, documents))
    memory = RamMemory(list[Encoding](), model.config)
    prefix = encode_prefix(model, tokens(4))
    length = PROMPT if device.type == "cuda" else 32
    prompt = Prompt(tokens(length), [False] * length)
    reading = seconds(lambda: open_session(model, memory, [prompt], prefix), device) / length
    writing, recorded, off = written(lambda: open_session(model, memory, [prompt], prefix), steps, device)
    peak, wide = own["tflops"] * 1e12, own["reads_gb_s"] * 1e9
    element = 2 if dtype else 4
    encoded = 2 * shape.layer_parameters * (shape.router_layers[-1] + 1)
    least = (shape.parameters - shape.router_parameters) * element / wide
    return [
        row("encoding", encoding, encoded / peak),
        row("reading a prompt", reading, 2 * shape.parameters / peak),
        row("writing, launch by launch", writing[False], least),
        row(
            f"writing in recorded steps, logits off by {off:.1e}" if recorded else "writing, not recorded",
            writing[True],
            least,
        ),
    ]


def written(
    opened: Callable[[], Session], steps: int, device: torch.device
) -> tuple[dict[bool, float], bool, float]:
    """Seconds a token by whether steps are recorded where they can be, whether they were, and how far the logits are apart
    (of their largest) once both have fed the same tokens."""
    took, logits = {}, {}
    recorded = False
    for records in (False, True):
        session = opened()
        writer = Writer(session, records=records and records_on(device))

        def write(session: Session = session, writer: Writer = writer) -> None:
            for at in range(steps):
                int(session.logits[0].argmax())  # as an answer does, which waits for each token
                writer.feed([10 + at])

        took[records] = seconds(write, device, times=3) / steps
        logits[records] = session.logits.float().cpu()
        recorded = writer.recording
    off = (logits[True] - logits[False]).abs().max() / logits[False].abs().max()
    return took, recorded, float(off)


def content_row(device: torch.device) -> dict[str, Any]:
    """Milliseconds of the products of a layer and of bringing the content that it reads, of MSA-4B's shape: one after the
    other, and beside each other as a question does it; and whether the same arrived."""
    chunks = MSA_4B.top_k * DOCUMENT
    content = [torch.randn(chunks, MSA_4B.kv_heads, MSA_4B.head_dim) for _ in range(2)]
    size = SIZE // 4 if device.type == "cuda" else 64
    a = torch.randn(size, size, device=device, dtype=torch.bfloat16)
    courier = Courier(device)

    def after() -> list[torch.Tensor]:
        brought = [part.to(device, torch.bfloat16) for part in content]
        a @ a
        return brought

    def beside() -> list[torch.Tensor]:
        under_way = [courier.bring(part, torch.bfloat16) for part in content]
        a @ a
        return [part.here() for part in under_way]

    same = all(torch.equal(one, other) for one, other in zip(after(), beside(), strict=True))
    took = [round(1000 * seconds(work, device), 3) for work in (after, beside)]
    return {"chunks": chunks, "after_ms": took[0], "beside_ms": took[1], "same": same}


def row(what: str, took: float, least: float) -> dict[str, Any]:
    """took: seconds a token; least: what the card's own speed would allow."""
    return {"what": what, "tokens_per_s": round(1 / took, 1), "share": round(least / took, 3)}


def spread_row(tokens: int) -> dict[str, Any]:
    """The same question over all cards, each a rank: seconds of one router layer, times MSA-4B's."""
    from app.health import Health
    from app.ranks.holders import Holder, OwnHolder
    from app.ranks.places import places_on
    from app.ranks.ranks import Ranks

    cards = [f"cuda:{number}" for number in range(torch.cuda.device_count())]
    ranks = Ranks(cards, Health())
    ranks.start()
    try:
        until = time.monotonic() + 120
        while len(ranks.joined) < len(cards) - 1 and time.monotonic() < until:
            time.sleep(0.05)
        shape = Shape(1, MSA_4B.kv_heads, MSA_4B.head_dim)
        holders: list[Holder] = [OwnHolder("rank 0", 1.0, places_on(cards[0])), *ranks.joined]
        documents = int(costs.chunks(MSA_4B, tokens)) // DOCUMENT
        memory = dealt(shape, holders, documents)
        query = torch.randn(40, MSA_4B.heads, MSA_4B.head_dim)
        took = seconds(lambda: memory.best(0, [query], MSA_4B.top_k), torch.device(cards[0]))
    finally:
        ranks.stop()
    return {"ranks": len(holders), "tokens": tokens, "seconds": round(took * len(MSA_4B.router_layers), 5)}
