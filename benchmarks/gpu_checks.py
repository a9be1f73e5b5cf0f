"""Every kernel that has a version for cards, on the card, against the torch version that defines it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from kernels.decode import attend_newest, attend_newest_torch
from kernels.pool import chunks_of, pool_chunks, pool_torch
from kernels.quantise import quantise, quantise_torch
from kernels.resident.best import best_documents, best_torch
from kernels.resident.block import Block, KeyFormat
from kernels.resident.candidates import unpack
from kernels.route import score_documents_batch, score_documents_torch

NEAR = 2e-3  # of the largest value: sums in another order, products of rounded parts


def kernel_checks(device: torch.device) -> list[dict[str, Any]]:
    """One row for each kernel: the largest difference relative to the largest value, and whether it is near enough."""
    checks: dict[str, Callable[[torch.device], tuple[Tensor, Tensor]]] = {
        "pool": pooled,
        "quantise": quantised,
        "route, 1 row": lambda device: routed(device, 1),
        "route, 40 rows": lambda device: routed(device, 40),
        "best of a block": best,
        "attention of a new token": lambda device: newest(device, None),
        "attention of a new token, recorded": lambda device: newest(device, 2999),
    }
    rows = []
    for name, check in checks.items():
        try:
            ours, theirs = (x.double().cpu() for x in check(device))
            off = float((ours - theirs).abs().max() / theirs.abs().max().clamp(min=1e-9))
            rows.append({"kernel": name, "off": f"{off:.1e}", "passed": off <= NEAR})
        except Exception as error:  # a kernel that cannot be built is a finding, not the end of the run
            rows.append({"kernel": name, "off": type(error).__name__, "passed": False})
    return rows


def pooled(device: torch.device) -> tuple[Tensor, Tensor]:
    x = torch.randn(5000, 8, 128, device=device)
    lengths = torch.tensor([1, 63, 64, 65, 4807], device=device)
    return pool_chunks(x, lengths, 64), pool_torch(x, chunks_of(lengths, 64).to(x.device))


def quantised(device: torch.device) -> tuple[Tensor, Tensor]:
    x = torch.randn(3000, 1024, device=device)
    ours, theirs = quantise(x), quantise_torch(x, 8)
    return ours.values * ours.scales[:, None], theirs.values * theirs.scales[:, None]


def routed(device: torch.device, rows: int) -> tuple[Tensor, Tensor]:
    keys, starts, query = example(device, rows)
    return score_documents_batch([query], keys, starts), score_documents_torch([query], keys, starts)


def best(device: torch.device) -> tuple[Tensor, Tensor]:
    keys, starts, query = example(device, 40)
    block = Block(KeyFormat(1, 1024), device)
    ids = torch.arange(1, len(starts))
    block.append(ids, starts.diff().cpu(), [keys])
    view = block.view()
    ours = best_documents([view], 0, [query], 16)
    theirs = best_torch(
        keys, starts, ids.to(device), torch.ones(len(ids), dtype=torch.bool, device=device), [query], 16
    )
    return unpack(ours)[0], unpack(theirs)[0]


def newest(device: torch.device, place: int | None) -> tuple[Tensor, Tensor]:
    """place: of the newest key in a longer buffer, as a recorded step attends."""
    query = torch.randn(32, 128, device=device)
    key, value = torch.randn(2, 8, 5000, 128, device=device)
    at = None if place is None else torch.tensor([place], device=device)
    return attend_newest(query, key, value, at), attend_newest_torch(query, key, value, at)


def example(device: torch.device, rows: int) -> tuple[Any, Tensor, Tensor]:
    """Keys of 2,000 documents of 1 to 7 chunks, their starts, a query."""
    counts = torch.arange(2000) % 7 + 1
    starts = torch.cat([torch.zeros(1, dtype=torch.int64), counts.cumsum(0)]).to(device)
    keys = torch.nn.functional.normalize(torch.randn(int(counts.sum()), 1024, device=device), dim=1)
    return quantise_torch(keys, 8), starts, torch.randn(rows, 1024, device=device) / 32
