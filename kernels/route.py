"""Routing: the score of every document for a question, scanned in tiles (spec §4).

* Scores are linear in the heads, so `fold_heads` sums the query heads of each kv group first; then a score is
  one dot product per (token, chunk), and no [heads, tokens, chunks] tensor ever exists.
* A question's score of a document is the max over its tokens and the document's chunks, taken tile by tile. A
  tile may cut a document: the parts meet in the running maximum. Peak memory beyond the result is one tile.
* A batch of questions is one matrix of tokens, so the keys are read once for all of them.
* Quantised keys are multiplied as integers on CPUs that do so exactly (`route_integer`), all else as float32.

Does not know which documents are alive, nor how the scores of several layers are combined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import inf, prod

import torch
from torch import Tensor

from kernels.device import runs_triton
from kernels.quantise import Quantised, dequantise
from kernels.route_integer import fast_integers, integer_scorer, integer_tile, split_queries, token_maxima

FLOAT_TILE = 2**18  # elements of a float32 tile of keys or scores: 1 MiB stays in a core's cache
# Rows of a float32 product come in multiples of this. The last few of another number are added up in another order, so a
# chunk's score would depend, in its last bits, on how many chunks lie beside it.
ROWS = 64


def fold_heads(q: Tensor, kv_heads: int) -> Tensor:
    """(1 / heads) · sum over the heads of each kv group: [tokens, heads, dim] -> [tokens, kv_heads * dim].

    Head h belongs to the group h // (heads / kv_heads). The dot product of a row with a chunk's flattened
    keys is the mean over heads of q_h · k_kv(h). Raises ValueError if the heads do not divide.
    """
    tokens, heads, dim = q.shape
    if heads % kv_heads:
        raise ValueError(f"{heads} query heads cannot be grouped over {kv_heads} kv heads")
    return q.reshape(tokens, kv_heads, heads // kv_heads, dim).sum(2).flatten(1) / heads


def score_documents_batch(queries: Sequence[Tensor], keys: Tensor | Quantised, starts: Tensor) -> Tensor:
    """Scores of several questions in one pass over the keys: [questions, documents] float32, on their device.

    queries: per question [tokens >= 1, kv_heads * dim], finite; keys: [chunks, kv_heads, dim] or
    [chunks, kv_heads * dim], float or quantised (one scale per chunk, the second form, is the fastest on a
    CPU); starts: [documents + 1] int64, document d owns chunks starts[d] … starts[d + 1] - 1, at least one.
    Integers are exact for the stored keys up to the query's rounding to 16 bits. Raises ValueError on a
    misfit.
    """
    check_inputs(queries, keys, starts)
    values = keys.values if isinstance(keys, Quantised) else keys
    queries = [query.to(values.device, torch.float32) for query in queries]
    starts = starts.to(values.device)
    if runs_triton(values):
        from kernels.triton_route import score_documents_triton

        return score_documents_triton(queries, keys, starts)
    return score_documents_torch(queries, keys, starts)


def check_inputs(queries: Sequence[Tensor], keys: Tensor | Quantised, starts: Tensor) -> None:
    check_queries(queries, keys)
    chunks = keys.shape[0]
    rises = bool((starts[1:] > starts[:-1]).all())
    if len(starts) < 1 or starts[0] != 0 or starts[-1] != chunks or not rises:
        raise ValueError(
            f"starts must rise strictly from 0 to {chunks} chunks: every document owns at least one"
        )


def check_queries(queries: Sequence[Tensor], keys: Tensor | Quantised) -> None:
    width = prod(keys.shape[1:])
    if not queries:
        raise ValueError("there is no question to score the documents for")
    for query in queries:
        if query.dim() != 2 or query.shape[0] < 1 or query.shape[1] != width:
            raise ValueError(
                f"a query must be [tokens >= 1, {width}] to fit the keys, not {list(query.shape)}"
            )


def score_documents_torch(queries: Sequence[Tensor], keys: Tensor | Quantised, starts: Tensor) -> Tensor:
    """As `score_documents_batch`, inputs checked, queries float32, everything on one device."""
    out = torch.full((len(queries), len(starts) - 1), -inf, device=starts.device)  # [questions, documents]
    for low, best in scorer_of(queries, isinstance(keys, Quantised) and not keys.values.is_cuda)(keys):
        merge_documents(out, best, starts, low)
    return out


def scorer_of(
    queries: Sequence[Tensor], quantised: bool
) -> Callable[[Tensor | Quantised], Iterator[tuple[int, Tensor]]]:
    """A function from keys to the first chunk of each tile and its chunks' best tokens' scores, [questions, chunks] float32.

    queries: float32; quantised: the keys are, and on a CPU.
    """
    parts = split_queries(queries) if quantised and fast_integers() else None
    widest = max(queries[0].shape[1], sum(len(query) for query in queries))

    def tiles(keys: Tensor | Quantised) -> Iterator[tuple[int, Tensor]]:
        if parts and isinstance(keys, Quantised):
            tile, score = integer_tile(queries), integer_scorer(parts, keys)
        else:
            tile = max(FLOAT_TILE // widest // ROWS, 1) * ROWS
            score = float_scorer(queries, keys, tile)
        for low in range(0, keys.shape[0], tile):
            yield low, score(slice(low, min(low + tile, keys.shape[0])))

    return tiles


def float_scorer(queries: Sequence[Tensor], keys: Tensor | Quantised, tile: int) -> Callable[[slice], Tensor]:
    """A function from a range of at most `tile` chunks to their best token's score, [questions, rows] float32."""
    query = torch.cat(list(queries))  # [tokens, width]
    counts = [len(q) for q in queries]

    def score(rows: slice) -> Tensor:
        some = dequantise(keys[rows]) if isinstance(keys, Quantised) else keys[rows].float()
        products = query @ in_whole_rows(some.flatten(1)).T  # [tokens, padded rows]
        return token_maxima(products[:, : len(some)], counts)

    if not isinstance(keys, Quantised) or keys.bits != 8 or keys.scales.dim() != 1:
        return score
    # One positive scale a chunk changes no maximum: it comes last, and keys are made floats in one pass and one room.
    values, scales = keys.values, keys.scales
    room = values.new_empty(tile + -tile % ROWS, values.shape[1], dtype=torch.float32)

    def score_integers(rows: slice) -> Tensor:
        some = values[rows]
        wide = room[: len(some) + -len(some) % ROWS]
        wide[: len(some)] = some
        wide[len(some) :] = 0
        products = query @ wide.T  # [tokens, padded rows]
        return token_maxima(products[:, : len(some)], counts) * scales[rows]

    return score_integers


def in_whole_rows(tile: Tensor) -> Tensor:
    """tile: [rows, width], with rows of zeros behind it up to a multiple of ROWS."""
    missing = -len(tile) % ROWS
    return torch.cat([tile, tile.new_zeros(missing, tile.shape[1])]) if missing else tile


def merge_documents(out: Tensor, best: Tensor, starts: Tensor, low: int) -> None:
    """Raises out [questions, documents] to the maxima of best [questions, rows], the chunks from `low` on."""
    high = low + best.shape[1]
    first = int(torch.searchsorted(starts, low, right=True)) - 1  # the document that owns chunk `low`
    last = int(torch.searchsorted(starts, high))  # one past the document that owns chunk `high - 1`
    offsets = starts[first : last + 1].clamp(low, high) - low  # [touched documents + 1]
    for question, row in zip(out[:, first:last], best, strict=True):
        maxima = torch.segment_reduce(row, "max", offsets=offsets, unsafe=True)  # [touched documents]
        torch.maximum(question, maxima, out=question)
