"""The best documents of keys on a CPU, exactly, with a rough product for all chunks and an exact one for few.

* A rough product (`rough`) gives a score that is off by at most a known amount. So one cheap product is made with every
  chunk, and what cannot reach the k-th best document found so far is dropped without a look at whose chunk it is.
* How high the bar is at first is told by the rough products themselves: in a tile k documents score at least so much. A
  tile leaves a handful of chunks then, which wait for those of other tiles, as scoring some in full has a fixed cost.
* What is left is scored as `score_documents_batch` scores it, to the last bit, so which chunks these are changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from kernels.quantise import Quantised
from kernels.resident.block import Keys, View
from kernels.resident.candidates import NOTHING, distinct, pack, unpack
from kernels.resident.rough import reaching, rough_product
from kernels.route import check_queries, scorer_of

GROWTH = 8  # of a tile over the one that told the bar, for it to tell a higher one
# Chunks that are scored at once are filled up to one of these numbers, as products of a new shape are prepared anew.
EXACT = [256 * 8**n for n in range(10)]
WAITING = 2048  # chunks that are scored in full together

Scorer = Callable[[Quantised], Iterator[tuple[int, Tensor]]]  # `kernels.route.scorer_of`


def prunable(keys: Keys, queries: Sequence[Tensor]) -> bool:
    """Whether these keys are scored here, roughly first: int8 with one scale a chunk, on the CPU that asks."""
    return (
        isinstance(keys, Quantised)
        and keys.bits == 8
        and keys.scales.dim() == 1
        and keys.values.device.type == queries[0].device.type == "cpu"
    )


def best_pruned(views: Sequence[View], slot: int, queries: Sequence[Tensor], k: int) -> Tensor:
    """As `best.best_documents`, of views whose keys are `prunable`: [questions, at most k] int64, best first."""
    found = torch.empty(len(queries), 0, dtype=torch.int64)
    if not views:
        return found
    queries = [query.detach().float() for query in queries]
    rough, exact = rough_product(queries), scorer_of(queries, quantised=True)
    waiting: list[tuple[View, np.ndarray]] = []
    count = 0  # of the chunks that wait; counting them at each tile would cost the square of the tiles
    floor, told = floors(found, k), 0
    limits = rough.limits(floor)
    for view in views:
        keys = integers(view, slot)
        check_queries(queries, keys)
        for low in range(0, len(keys.values), rough.tile):
            values, scales = keys.values[low : low + rough.tile], keys.scales[low : low + rough.tile]
            highest = rough.highest(values, scales)  # [questions, chunks of the tile]
            if len(values) >= GROWTH * told:
                floor = floor.maximum(floors_of_tile(rough.lowest(highest, scales), view, low, k))
                limits, told = rough.limits(floor), len(values)
            near = reaching(highest, limits)  # [n] of the tile
            if len(near):
                waiting.append((view, near + low))
                count += len(near)
            if count >= WAITING:
                found, waiting, count = with_near(found, near_of(waiting, slot), exact, k), [], 0
                floor = floor.maximum(floors(found, k))
                limits = rough.limits(floor)
    return with_near(found, near_of(waiting, slot), exact, k)


def floors_of_tile(lowest: Tensor, view: View, low: int, k: int) -> Tensor:
    """The score that k documents of these chunks reach, per question [questions] float32; -inf where there are fewer.

    lowest: [questions, chunks] float32, what the view's chunks from `low` on score at least.
    """
    first = int(torch.searchsorted(view.starts, low, right=True)) - 1  # the document that owns chunk `low`
    last = int(torch.searchsorted(view.starts, low + lowest.shape[1]))  # one past the last one's
    if not 0 < k <= last - first:
        return torch.full((len(lowest),), -torch.inf)
    offsets = (view.starts[first : last + 1] - low).clamp(0, lowest.shape[1])  # [documents + 1]
    best = torch.stack([torch.segment_reduce(row, "max", offsets=offsets, unsafe=True) for row in lowest])
    return best.masked_fill(~view.alive[first:last], -torch.inf).topk(k, dim=1).values[:, -1]


def integers(view: View, slot: int) -> Quantised:
    keys = view.keys[slot]
    assert isinstance(keys, Quantised)
    return keys


class Near(NamedTuple):
    """Chunks that may be among the best. values: int8 [n, width]; scales: float32 [n]; ids: int64 [n], -1 where the document
    is dead. In numpy, which begins sooner than torch: that is what counts for a handful of chunks of each block."""

    values: np.ndarray
    scales: np.ndarray
    ids: np.ndarray


def near_of(waiting: Sequence[tuple[View, np.ndarray]], slot: int) -> list[Near]:
    """waiting: chunks [n] int64 of views."""
    found = []
    for view, chunks in waiting:
        keys = integers(view, slot)
        rows = np.searchsorted(view.starts.numpy(), chunks, side="right") - 1
        ids = np.where(view.alive.numpy()[rows], view.ids.numpy()[rows], -1)
        found.append(Near(keys.values.numpy()[chunks], keys.scales.numpy()[chunks], ids))
    return found


def with_near(found: Tensor, waiting: Sequence[Near], exact: Scorer, k: int) -> Tensor:
    """`found`, and what these chunks add to it, scored in full: [questions, at most k] int64, best first."""
    if not waiting:
        return found
    count = sum(len(some.ids) for some in waiting)
    # Filled up with dead ones to a number that has been seen before.
    more = next(number for number in EXACT if number >= count) - count
    width = waiting[0].values.shape[1]
    filling = Near(np.zeros((more, width), np.int8), np.zeros(more, np.float32), np.full(more, -1))
    values, scales, ids = (
        torch.from_numpy(np.concatenate(column)) for column in zip(*waiting, filling, strict=True)
    )
    keys = Quantised(values, scales, 8, width)
    scores = torch.cat([scores for _, scores in exact(keys)], dim=1)  # [questions, n]
    better = pack(scores, ids).masked_fill(ids < 0, NOTHING)
    both = distinct(torch.cat([found, better], dim=1))
    return both.topk(min(k, both.shape[1]), dim=1).values


def floors(found: Tensor, k: int) -> Tensor:
    """The score that a document has to reach, per question [questions] float32."""
    if not 0 < k <= found.shape[1]:
        return torch.full((len(found),), -torch.inf)
    return unpack(found[:, k - 1]).scores
