"""The rough products of routing on this CPU: `python -m benchmarks.bank_products [--threads 2] [--chunks N] [--width 192]`.

For a question of one row and of 40, milliseconds with all keys and times reading them once, the best of some runs; `used` is
the one that `kernels.resident.rough` takes here. What this CPU cannot make is left out, and torch's own product of int8 is
tried with an eighth of the keys, since without native instructions it takes seconds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import torch
from torch import Tensor

from benchmarks.tables import table
from kernels.resident import rough
from kernels.route_integer import fast_integers

ROWS = (1, 40)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bank_products", description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--chunks", type=int, default=1 << 18)
    parser.add_argument("--width", type=int, default=192)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    draw = torch.Generator().manual_seed(0)
    keys = torch.randint(-127, 128, (options.chunks, options.width), dtype=torch.int8, generator=draw)
    read = best_of(lambda: keys.view(torch.int64).sum())
    rows: list[dict[str, Any]] = []
    for tokens in ROWS:
        query = torch.randint(
            -rough.SEVEN_BITS, rough.SEVEN_BITS + 1, (tokens, options.width), generator=draw
        )
        used = rough.fastest(tokens, options.width)
        for name, product, part in products(query, tokens):
            some = keys[: len(keys) // part]
            taken = part * best_of(partial(over, product, some, tokens))
            rows.append(
                {
                    "rows": tokens,
                    "product": name,
                    "ms": round(1000 * taken, 1),
                    "times_reading": round(taken / read, 1),
                    "used": "yes" if name == used else "",
                }
            )
    print(table(rows))
    return 0


def products(query: Tensor, tokens: int) -> Iterator[tuple[rough.Choice, rough.Product, int]]:
    """Name, product, and which part of the keys it is tried with."""
    counts, tile = [tokens], rough.longest_tile(tokens)
    small = query.to(torch.int8)
    yield "int8", rough.of_integers(small, tile), 1 if fast_integers() else 8
    if rough.widens_bfloat16() and query.shape[1] % rough.WHOLE == 0:
        yield "bfloat16", rough.of_bfloat16(query.bfloat16(), counts, tile), 1
    if rough.seven_bits_fit():
        yield "7 bits", rough.of_seven_bits(small), 1
    yield "float32", rough.of_floats(query.float()), 1


def over(product: rough.Product, keys: Tensor, tokens: int) -> None:
    tile = rough.longest_tile(tokens)
    for low in range(0, len(keys), tile):
        product(keys[low : low + tile])


def best_of(work: Callable[[], object], runs: int = 5) -> float:
    """Seconds."""
    work()
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


if __name__ == "__main__":
    raise SystemExit(main())
