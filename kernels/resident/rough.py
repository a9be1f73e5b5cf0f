"""A cheap product of a question with every chunk of int8 keys on a CPU, and by how much it can be wrong.

What multiplies fastest depends on the processor and on how many rows a question has, so the question is rounded to what is
fastest, and what the rounding can hide is bounded: 127 times the sum of its absolute values, as no stored integer is larger.

* The CPU multiplies int8 natively: the high part of the question (`kernels.route_integer`), 8 bits.
* It does not, and rows are few: bfloat16, with the keys widened in registers. As fast as the memory for one row.
* It does not, and rows are many: 7 bits, so that pairs of products, which such a CPU adds in 16 bits, do not saturate.
* Neither is there: float32, with the keys widened piece by piece in a core's cache.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import cache
from typing import Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor

from kernels.route import FLOAT_TILE, ROWS
from kernels.route_integer import LOW, fast_integers, split_queries, token_maxima

MOST_TILE = 65_536  # a whole block: keys are read once, so only their products have to stay in a cache
LEAST_TILE = 64
PRODUCTS = 2**18  # numbers of a tile's products: 1 MiB, a core's cache
COLUMNS = 8  # of a product of integers with a question of few rows
FEW_ROWS = 4  # from five on the 7 bits are faster than bfloat16, which takes the rows one by one
WHOLE = 32  # columns that bfloat16 is multiplied by; of another number it reads on behind the end
SEVEN_BITS = 64  # 2 * 64 * 255 is below 2**15: keys are made unsigned, and two products are added
SLACK = 2.0**-20  # of a score, for rounding
BFLOAT16_SLACK = 2.0**-7  # products come back as bfloat16, twice its step

Choice = Literal["int8", "bfloat16", "7 bits", "float32"]
Product = Callable[
    [Tensor], Tensor
]  # int8 [chunks, width] -> each question's best token's, [questions, chunks]


class Rough(NamedTuple):
    """product: overwritten by the next; tile: chunks of one at most; off: [questions], what any token's product can lack,
    before the chunk's scale, in units; unit: [questions], the worth of one; slack: of a score, beside that."""

    product: Product
    tile: int
    off: Tensor
    unit: Tensor
    slack: float

    def highest(self, values: Tensor, scales: Tensor) -> Tensor:
        """What each chunk scores at most for each question, in its units, [questions, chunks] float32.

        values: int8 [chunks, width]; scales: float32 [chunks].
        """
        return self.product(values).float().add_(self.off[:, None]).mul_(scales)

    def lowest(self, highest: Tensor, scales: Tensor) -> Tensor:
        """What each chunk scores at least, [questions, chunks] float32; of what `highest` gave for these scales."""
        off = self.off[:, None] * scales
        middle = highest - off
        return (middle - middle.abs() * self.slack - off) * self.unit[:, None]

    def limits(self, floor: Tensor) -> Tensor:
        """What `highest` of a chunk has to be for it to score floor [questions] for its question, [questions, 1] float32."""
        return ((floor - floor.abs() * self.slack) / self.unit)[:, None]


def reaching(highest: Tensor, limits: Tensor) -> np.ndarray:
    """The chunks that reach the limits [questions, 1] for a question, [n] int64, ascending. highest: [questions, chunks]."""
    # numpy compares and lists several times faster than torch, whose time was a fifth of the product's.
    reached = highest.numpy() >= limits.numpy()
    return np.flatnonzero(reached[0] if len(reached) == 1 else reached.any(0))


def fastest(rows: int, width: int) -> Choice:
    """What a question of so many rows is multiplied as on this CPU."""
    if fast_integers():
        return "int8"
    if rows <= FEW_ROWS and width % WHOLE == 0 and widens_bfloat16():
        return "bfloat16"
    return "7 bits" if seven_bits_fit() else "float32"


def rough_product(queries: Sequence[Tensor]) -> Rough:
    """queries: float32, per question [tokens, width]."""
    counts = [len(query) for query in queries]
    tile = longest_tile(len(queries))
    choice = fastest(sum(counts), queries[0].shape[1])
    if choice == "int8":
        parts = split_queries(queries)
        most = [float(low.abs().sum(1, dtype=torch.int64).amax()) for low in parts.lows]
        product = in_pieces(of_integers(torch.cat(list(parts.highs)), piece_of(counts)), counts, tile)
        return Rough(product, tile, torch.tensor(most) * 127 / LOW, torch.tensor(parts.steps) * LOW, SLACK)
    largest = torch.stack([query.abs().amax() for query in queries])
    unit = torch.where(largest == 0, 1.0, largest)  # [questions]
    scaled = torch.cat([query / one for query, one in zip(queries, unit, strict=True)])  # [tokens, width]
    slack = SLACK
    if choice == "bfloat16":
        taken, slack = scaled.bfloat16(), BFLOAT16_SLACK
        product = of_bfloat16(taken, counts, tile)
    elif choice == "7 bits":
        taken = (scaled * SEVEN_BITS).round().to(torch.int8)
        product = in_pieces(of_seven_bits(taken), counts, tile)
        scaled, unit = scaled * SEVEN_BITS, unit / SEVEN_BITS
    else:
        taken = scaled
        product = in_pieces(of_floats(taken), counts, tile)
    missing = (scaled.double() - taken.double()).abs().sum(1)  # [tokens]
    # Floats are added up with an error of their own, here and in the full score.
    missing += scaled.shape[1] * 2.0**-22 * scaled.double().abs().sum(1)
    off = torch.stack([part.amax() for part in missing.split(counts)]) * 127
    return Rough(product, tile, (off * (1 + 2 * slack)).float(), unit, slack)


def longest_tile(rows: int) -> int:
    """Chunks of a tile with so many rows of products, a power of two: few shapes of products."""
    fitting = min(MOST_TILE, max(LEAST_TILE, PRODUCTS // rows))
    return 1 << (fitting.bit_length() - 1)


def of_integers(query: Tensor, piece: int) -> Product:
    """query: int8 [tokens, width]; of every token, of `piece` chunks at most."""
    tokens, width = query.shape
    # One room for all: products in new memory would cost more, as the system clears what it hands out.
    room = torch.empty(piece, tokens, dtype=torch.int32)
    # The units multiply by many columns at once, wanted or not. So a few chunks stand in one row, which is one long read,
    # and the question stands once below the other for each, zeros beside it.
    beside = max(1, COLUMNS // tokens)
    columns = torch.block_diag(*[query.T] * beside).contiguous()  # [beside * width, beside * tokens]

    # The keys stand on the left: on the right oneDNN rearranges them first, which costs more than their products.
    def product(values: Tensor) -> Tensor:
        rest = len(values) % beside
        whole, out = len(values) - rest, room[: len(values)]
        if whole:
            rows = values[:whole].reshape(-1, beside * width)
            torch._int_mm(rows, columns, out=out[:whole].view(-1, beside * tokens))
        if rest:
            torch._int_mm(values[whole:], columns[:width, :tokens].contiguous(), out=out[whole:])
        return out.T

    return product


def of_bfloat16(query: Tensor, counts: Sequence[int], tile: int) -> Product:
    # The chunks' own scales come later, in float32; here they would be rounded.
    ones = torch.ones(tile, dtype=torch.bfloat16)
    return lambda values: token_maxima(torch._weight_int8pack_mm(query, values, ones[: len(values)]), counts)


def in_pieces(product: Product, counts: Sequence[int], tile: int) -> Product:
    """product: with every token. Pieces stay in a cache; tiles are longer, as choosing their chunks has a fixed cost."""
    piece = piece_of(counts)
    room = torch.empty(len(counts) * tile)

    def of_tile(values: Tensor) -> Tensor:
        if len(values) <= piece:
            return token_maxima(product(values), counts)
        out = room[: len(counts) * len(values)].view(len(counts), len(values))
        for low in range(0, len(values), piece):
            out[:, low : low + piece] = token_maxima(product(values[low : low + piece]), counts)
        return out

    return of_tile


def piece_of(counts: Sequence[int]) -> int:
    return max(ROWS, longest_tile(sum(counts)))


def of_seven_bits(query: Tensor) -> Product:
    """query: int8 [tokens, width]; of every token."""
    tokens = len(query)
    packed = torch.ops.onednn.qlinear_prepack(query, None)
    ones, zeros = torch.ones(tokens), torch.zeros(tokens, dtype=torch.int64)

    def product(values: Tensor) -> Tensor:
        return torch.ops.onednn.qlinear_pointwise(
            values, 1.0, 0, packed, ones, zeros, None, 1.0, 0, torch.float32, "none", [], ""
        ).T

    return product


def of_floats(query: Tensor) -> Product:
    """query: float32 [tokens, width]; of every token."""
    tokens, width = query.shape
    piece = max(FLOAT_TILE // max(width, tokens) // ROWS, 1) * ROWS
    wide = torch.empty(piece, width)

    def product(values: Tensor) -> Tensor:
        out = torch.empty(tokens, len(values))
        for low in range(0, len(values), piece):
            some = values[low : low + piece]
            torch.mm(query, wide[: len(some)].copy_(some).T, out=out[:, low : low + piece])
        return out

    return product


def is_x86_vectorised() -> bool:
    return torch.backends.cpu.get_cpu_capability() in ("AVX2", "AVX512")


@cache
def widens_bfloat16() -> bool:
    """Whether torch multiplies bfloat16 with int8 by vector instructions here; elsewhere it may do so one by one."""
    return is_x86_vectorised()


@cache
def seven_bits_fit() -> bool:
    """Whether a question in 7 bits is multiplied exactly by oneDNN here.

    Which of the two sides it makes unsigned, and so whether sums saturate, is its own affair: the largest ones get tried.
    """
    # The operation is torch's own affair and may go with another version.
    if not is_x86_vectorised() or not hasattr(torch.ops.onednn, "qlinear_pointwise"):
        return False
    for tokens, rows, sign in itertools.product((5, 40, 64), (1, 1024), (1, -1)):
        query = torch.full((tokens, 192), SEVEN_BITS, dtype=torch.int8)
        query[::2] *= -1
        keys = torch.full((rows, 192), sign * 127, dtype=torch.int8)
        exact = (query.int().sum(1) * sign * 127)[:, None].float()
        if bool((of_seven_bits(query)(keys) != exact).any()):
            return False
    return True
