"""The best documents of keys on a CPU, exactly, with a rough product for all chunks and an exact one for few.

* A rough product (`rough`) gives a score that is off by at most a known amount. So one cheap product is made with every
  chunk, and what cannot reach the k-th best document found so far is dropped without a look at whose chunk it is.
* The first tiles are short, since nothing is known before them; a later one leaves a handful of chunks. Blocks hand on what
  they found, so a second block begins with a high bar.
* What is left is scored as `score_documents_batch` scores it, to the last bit, so which chunks these are changes nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from kernels.quantise import Quantised
from kernels.resident.block import Keys, View
from kernels.resident.candidates import NOTHING, distinct, pack, unpack
from kernels.resident.rough import rough_product
from kernels.route import check_queries, scorer_of

FIRST_TILE = 2048  # chunks
GROWTH = 8  # of a tile over the one before it, until they are longest
LEAST_EXACT = (
    64  # chunks scored at once; numbers are rounded up, as products of a new shape are prepared anew
)
WAITING = 1024  # chunks that are scored in full together

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
    most = rough.tile
    tile = min(FIRST_TILE, most)
    waiting: list[tuple[View, Tensor]] = []
    count = 0  # of the chunks that wait; counting them at each tile would cost the square of the tiles
    floor = floors(found, k)
    for view in views:
        keys, low = integers(view, slot), 0
        check_queries(queries, keys)
        while low < len(keys.values):
            stop = min(low + tile, len(keys.values))
            near = rough.reaching(keys.values[low:stop], keys.scales[low:stop], floor)  # [n] of the tile
            if len(near):
                waiting.append((view, near + low))
                count += len(near)
            low = stop
            if tile < most or count >= WAITING:
                found, waiting, count = with_near(found, near_of(waiting, slot), exact, k), [], 0
                floor, tile = floors(found, k), min(GROWTH * tile, most)
    return with_near(found, near_of(waiting, slot), exact, k)


def integers(view: View, slot: int) -> Quantised:
    keys = view.keys[slot]
    assert isinstance(keys, Quantised)
    return keys


class Near(NamedTuple):
    """Chunks that may be among the best. values: int8 [n, width]; scales: [n]; ids: [n] int64, -1 where the document is
    dead."""

    values: Tensor
    scales: Tensor
    ids: Tensor


def near_of(waiting: Sequence[tuple[View, Tensor]], slot: int) -> list[Near]:
    """waiting: chunks [n] int64 of views, those of one view next to each other."""
    found = []
    for view, some in itertools.groupby(waiting, key=lambda pair: pair[0]):
        chunks = torch.cat([chunks for _, chunks in some])
        rows = torch.searchsorted(view.starts, chunks, right=True) - 1
        keys, ids = integers(view, slot), torch.where(view.alive[rows], view.ids[rows], -1)
        found.append(Near(keys.values[chunks], keys.scales[chunks], ids))
    return found


def with_near(found: Tensor, waiting: Sequence[Near], exact: Scorer, k: int) -> Tensor:
    """`found`, and what these chunks add to it, scored in full: [questions, at most k] int64, best first."""
    if not waiting:
        return found
    values, scales, ids = (torch.cat(columns) for columns in zip(*waiting, strict=True))
    # Filled up with dead ones to a number that has been seen before.
    more = max(LEAST_EXACT, 1 << (len(ids) - 1).bit_length()) - len(ids)
    values, scales = (
        torch.cat([values, values[:1].expand(more, -1)]),
        torch.cat([scales, scales.new_zeros(more)]),
    )
    ids = torch.cat([ids, ids.new_full((more,), -1)])
    keys = Quantised(values, scales, 8, values.shape[1])
    scores = torch.cat([scores for _, scores in exact(keys)], dim=1)  # [questions, n]
    better = pack(scores, ids).masked_fill(ids < 0, NOTHING)
    both = distinct(torch.cat([found, better], dim=1))
    return both.topk(min(k, both.shape[1]), dim=1).values


def floors(found: Tensor, k: int) -> Tensor:
    """The score that a document has to reach, per question [questions] float32."""
    if not 0 < k <= found.shape[1]:
        return torch.full((len(found),), -torch.inf)
    return unpack(found[:, k - 1]).scores
