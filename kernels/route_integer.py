"""Integer products of a question with quantised keys on a CPU, the keys read as they are stored.

* A query is split into two int8 parts, high and low, 16 bits together, with one step per question: the result
  is that of float32 up to 2**-16 of the query's largest element per dimension. Both parts ride in one
  product, which costs little, because a scan is bound by reading the keys.
* Products are int32. Columns are cut into slabs narrow enough that high * 254 + low cannot overflow.
* With one scale per chunk (a positive factor of all its scores) the max over tokens is taken on the integers
  and only the maxima are scaled; with one per head each head's product is scaled and summed.
* int4 keys are not shifted down: 16 times a nibble (the other one wraps away) fits int8, and the 16 goes into
  the step.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from kernels.quantise import Quantised

PARTS = 2  # int8 parts of a query
LOW = 254  # steps of the low part in one of the high part: its rounding error fills [-127, 127]
SINGLE_TILE = 2**22  # bytes of keys per step of a single row
WIDEST = (2**31 - 1) // (127 * (127 * LOW + 127))  # columns whose products cannot overflow int32: 522


class Slab(NamedTuple):
    query: Tensor  # int8 [PARTS * tokens, columns]
    operand: int  # which operand of a tile: 0, or 1 for the high nibbles
    columns: slice  # in it
    group: int  # the column of the scales


class Parts(NamedTuple):
    """Queries as integers. highs, lows: per question int8 [tokens, width]; steps: per question, see `split_query`."""

    highs: Sequence[Tensor]
    lows: Sequence[Tensor]
    steps: Sequence[float]

    @property
    def counts(self) -> list[int]:
        """Tokens of each question."""
        return [len(high) for high in self.highs]


@cache
def fast_integers() -> bool:
    """Whether this CPU multiplies int8 matrices fast and exactly; otherwise keys are better made floats.

    Without VNNI, oneDNN adds pairs of products in 16 bits, which saturate: wrong by as much as the score itself.
    Which instructions it picks depends on more than the CPU, so the largest products there are get tried.
    """
    if not any("vnni" in name for name, present in torch.cpu.get_capabilities().items() if present):
        return False
    for tokens, rows, sign in itertools.product((1, PARTS, 64), (1, 1024), (1, -1)):
        query = torch.full((tokens, 192), 127, dtype=torch.int8)
        keys = torch.full((rows, 192), sign * 127, dtype=torch.int8)
        either_way = torch._int_mm(query, keys.T), torch._int_mm(keys, query.T.contiguous())
        if any(bool((products != sign * 127 * 127 * 192).any()) for products in either_way):
            return False
    return True


def integer_tile(queries: Sequence[Tensor]) -> int:
    """Rows of keys per step: many for few tokens, as each step has a fixed cost; some MiB of products otherwise.

    A single row reads the keys twice, so a step is what a cache holds of them.
    """
    if sum(len(query) for query in queries) == 1:
        return max(64, SINGLE_TILE // queries[0].shape[1])
    return min(65536, max(64, 2**19 // (PARTS * sum(len(query) for query in queries))))


def split_query(query: Tensor) -> tuple[Tensor, Tensor, float]:
    """float32 [tokens, width] -> int8 high, low of that shape, step: query ≈ (high * 254 + low) * step."""
    unit = float(query.abs().amax()) / 127 or 1.0
    scaled = query / unit
    high = scaled.round()
    low = ((scaled - high) * LOW).round()
    return high.to(torch.int8), low.to(torch.int8), unit / LOW


def split_queries(queries: Sequence[Tensor]) -> Parts:
    """queries: float32, per question [tokens, width]."""
    highs, lows, steps = zip(*(split_query(query) for query in queries), strict=True)
    return Parts(highs, lows, steps)


def cut_slabs(query: Tensor, groups: int, bits: int) -> list[Slab]:
    """query: int8 [PARTS * tokens, width], with `groups` scales per chunk."""
    dim = query.shape[1] // groups
    operands = 8 // bits
    part = dim // operands  # columns of one group in one operand
    slabs = []
    for group in range(groups):
        for operand in range(operands):
            for low in range(0, part, WIDEST):
                width = min(WIDEST, part - low)
                source = group * dim + operand * part + low
                columns = slice(group * part + low, group * part + low + width)
                slabs.append(Slab(query[:, source : source + width].contiguous(), operand, columns, group))
    return slabs


def integer_scorer(parts: Parts, keys: Quantised) -> Callable[[slice], Tensor]:
    """A function from a range of chunks to their best token's score, [questions, rows] float32.

    keys: [chunks, …, dim] with as many values per chunk as the queries are wide.
    """
    counts = parts.counts
    values = keys.values.flatten(1)  # [chunks, width] or, packed, [chunks, width / 2]
    scales = keys.scales[..., None].flatten(1)  # [chunks, groups]
    groups = scales.shape[1]
    slabs = cut_slabs(torch.cat([*parts.highs, *parts.lows]), groups, keys.bits)
    step = torch.tensor(parts.steps)[:, None] / (1 if keys.bits == 8 else 16)  # [questions, 1]

    def score(rows: slice) -> Tensor:
        tile = values[rows]
        operands = [tile] if keys.bits == 8 else [tile * 16, tile & -16]  # int8 [rows, columns] each
        total: Tensor | None = None  # [tokens, rows]
        for slab in slabs:
            operand = operands[slab.operand][:, slab.columns]  # [rows, columns]
            high, low = products(slab.query, operand)  # int32 [tokens, rows] each
            part = low.add_(high, alpha=LOW)
            if groups > 1:
                part = part.float().mul_(scales[rows, slab.group])
            elif len(slabs) > 1:
                part = part.float()
            total = part if total is None else total.add_(part)
        assert total is not None
        best = token_maxima(total, counts).float().mul_(step)  # [questions, rows]
        return best.mul_(scales[rows, 0]) if groups == 1 else best

    return score


def products(query: Tensor, operand: Tensor) -> tuple[Tensor, Tensor]:
    """query: int8 [PARTS * tokens, columns], operand: int8 [rows, columns] -> int32 [tokens, rows] of either part.

    The parts of a single row are multiplied one after the other: products of one vector take the keys as they lie, those of
    two rearrange them first, which costs more than reading them again from the cache.
    """
    tokens = len(query) // PARTS
    if tokens == 1:
        return torch._int_mm(query[:1], operand.T), torch._int_mm(query[1:], operand.T)
    product = torch._int_mm(query, operand.T)
    return product[:tokens], product[tokens:]


def token_maxima(scores: Tensor, counts: Sequence[int]) -> Tensor:
    """scores: [tokens, rows], `counts` tokens per question -> [questions, rows]."""
    if max(counts) == 1:
        return scores
    if len(set(counts)) == 1:
        return scores.unflatten(0, (len(counts), counts[0])).amax(1)
    return torch.stack([part.amax(0) for part in scores.split(list(counts))])
