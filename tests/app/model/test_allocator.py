"""Memory that many threads and many lengths of text would hold: bounded before the first product."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import torch

from app.model.allocator import PRODUCTS_KEPT

# Products of ever other lengths, as texts are, by threads in turn, as answers are; what the process holds for them, in MB.
LENGTHS = """
import psutil, threading, torch
from app.model.allocator import bound_memory, hand_back
{bound}
torch.set_num_threads(1)
weight = torch.zeros(896, 896, dtype=torch.bfloat16)
me = psutil.Process()
def multiply(lengths):
    for length in lengths:
        torch.nn.functional.linear(torch.zeros(length, 896, dtype=torch.bfloat16), weight)
multiply([1200])
before = me.memory_info().rss
ended = threading.Event()
def answer(done):
    multiply(range(200, 200 + {lengths}))
    done.set()
    ended.wait()
for _ in range({threads}):
    done = threading.Event()
    threading.Thread(target=answer, args=(done,), daemon=True).start()
    done.wait()
hand_back()
print((me.memory_info().rss - before) / 1e6)
"""


def grown(bound: str, *, lengths: int, threads: int) -> float:
    program = LENGTHS.format(bound=bound, lengths=lengths, threads=threads)
    # Tests before this one may have bounded this process, whose environment the other one would have as well.
    unbounded = {name: value for name, value in os.environ.items() if name not in PRODUCTS_KEPT}
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, env=unbounded
    )
    return float(done.stdout)


@pytest.mark.skipif(
    not torch.cpu.get_capabilities().get("avx512_bf16"),
    reason="products in bfloat16 need a CPU that has them",
)
@pytest.mark.parametrize(("lengths", "threads"), [(800, 1), (120, 24)])
def test_neither_lengths_of_text_nor_threads_pile_up(lengths: int, threads: int) -> None:
    unbounded = grown("", lengths=lengths, threads=threads)
    if unbounded < 80:
        pytest.skip("products on this CPU leave little behind")
    assert grown("bound_memory()", lengths=lengths, threads=threads) < 0.6 * unbounded
