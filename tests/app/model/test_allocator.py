"""Memory that many threads and many lengths of text would hold: bounded before the first product."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

# Products of ever other lengths, as texts are; what the process holds for them, in MB.
LENGTHS = """
import random, psutil, torch
from app.model.allocator import bound_memory, hand_back
{bound}
torch.set_num_threads(1)
weight = torch.zeros(896, 896, dtype=torch.bfloat16)
me = psutil.Process()
with torch.inference_mode():
    torch.nn.functional.linear(torch.zeros(1200, 896, dtype=torch.bfloat16), weight)
    before = me.memory_info().rss
    for length in range(200, 1000):
        torch.nn.functional.linear(torch.zeros(length, 896, dtype=torch.bfloat16), weight)
hand_back()
print((me.memory_info().rss - before) / 1e6)
"""


def grown(bound: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", LENGTHS.format(bound=bound)], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


@pytest.mark.skipif(
    not torch.cpu.get_capabilities().get("avx512_bf16"),
    reason="products in bfloat16 need a CPU that has them",
)
def test_lengths_of_text_do_not_pile_up() -> None:
    unbounded = grown("")
    if unbounded < 200:
        pytest.skip("products on this CPU leave little behind")
    assert grown("bound_memory()") < unbounded / 2
