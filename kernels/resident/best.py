"""The best documents of many blocks for a batch of questions.

Each block gives its own best, chosen where its keys lie; only these meet. Blocks that a CPU scans by integers come one after
another and hand on what they found, which spares the later ones most of their work (`pruned`). No table of all documents
exists, and nothing here waits for a device: the caller waits once, when it reads the result.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from kernels.device import runs_triton
from kernels.quantise import Quantised
from kernels.resident.block import Keys, View
from kernels.resident.candidates import NOTHING, merge, pack
from kernels.resident.pruned import best_pruned, prunable
from kernels.route import score_documents_batch

MOST = 64  # documents of a question that one pass of the kernel chooses; more are chosen by torch


def best_documents(views: Sequence[View], slot: int, queries: Sequence[Tensor], k: int) -> Tensor:
    """queries: per question [tokens >= 1, width] float, heads folded -> candidates [questions, at most k] int64, best first.

    On the device of the first block; `candidates.unpack` makes scores and ids of it. A document must be alive in one row of
    one view only.
    """
    home = views[0].device if views else queries[0].device
    views = [view for view in views if len(view.ids)]
    scanned = [view for view in views if prunable(view.keys[slot], queries)]
    parts = [best_pruned(scanned, slot, queries, k).to(home)]
    for view in views:
        if not prunable(view.keys[slot], queries):
            parts.append(best_of_view(view, slot, queries, k).to(home, non_blocking=True))
    return merge(parts, k)


def best_of_view(view: View, slot: int, queries: Sequence[Tensor], k: int) -> Tensor:
    keys = view.keys[slot]
    if view.device.type == "cpu":
        return best_torch(staged(keys, queries[0].device), view.starts, view.ids, view.alive, queries, k)
    values = keys.values if isinstance(keys, Quantised) else keys
    if isinstance(keys, Quantised) and keys.bits == 8 and k <= MOST and runs_triton(values):
        from kernels.resident.triton_best import best_triton

        return best_triton(keys, view.device_rows, view.device_ids, view.device_alive, queries, k)
    return best_torch(keys, view.starts, view.device_ids, view.device_alive, queries, k)


def staged(keys: Keys, device: torch.device) -> Keys:
    """Keys that lie in pinned host memory, brought to the device that asks; others as they are, for the CPU to scan."""
    values = keys.values if isinstance(keys, Quantised) else keys
    if device.type == "cpu" or not values.is_pinned():
        return keys
    if not isinstance(keys, Quantised):
        return keys.to(device, non_blocking=True)
    scales = keys.scales.to(device, non_blocking=True)
    return Quantised(values.to(device, non_blocking=True), scales, keys.bits, keys.dim)


def best_torch(
    keys: Keys, starts: Tensor, ids: Tensor, alive: Tensor, queries: Sequence[Tensor], k: int
) -> Tensor:
    """[questions, at most k] int64, best first. What the Triton version is compared with."""
    scores = score_documents_batch(queries, keys, starts)  # [questions, rows]
    ids, alive = ids.to(scores.device), alive.to(scores.device)
    found = pack(scores, ids).masked_fill(~alive, NOTHING)
    return found.topk(min(k, found.shape[1]), dim=1).values
