"""Which version of a kernel runs: Triton for CUDA tensors where it is installed, torch everywhere else."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

from torch import Tensor


@cache
def triton_installed() -> bool:
    return find_spec("triton") is not None


def runs_triton(x: Tensor) -> bool:
    return x.is_cuda and triton_installed()
