"""Which version of a kernel runs: Triton for CUDA tensors where it can build its kernels, torch everywhere else."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from importlib.util import find_spec

import torch
from torch import Tensor

log = logging.getLogger(__name__)


@cache
def triton_installed() -> bool:
    return find_spec("triton") is not None


@cache
def triton_works() -> bool:
    """Whether Triton can build and run a kernel here, tried once: it needs a C compiler and Python's headers at run time."""
    if not triton_installed():
        return False
    try:
        build_one()
    except Exception as error:  # a missing compiler, header or driver part: each of another kind
        reason = (str(error).strip().splitlines() or [""])[0]
        log.warning(
            "Triton cannot build its kernels here (%s: %s), so torch computes, slower. It needs a C compiler and "
            "Python's headers (Debian: apt install gcc python3-dev)",
            type(error).__name__,
            reason,
        )
        return False
    return True


def build_one() -> None:
    """Pool three rows with Triton. Raises whatever keeps it from that."""
    from kernels.pool import chunks_of
    from kernels.triton_pool import pool_triton

    card = torch.device("cuda")
    pool_triton(torch.ones(3, 1, 16, device=card), chunks_of(torch.tensor([3]), 2).to(card))


def runs_triton(x: Tensor) -> bool:
    return x.is_cuda and triton_works()


def on_its_device(x: Tensor) -> AbstractContextManager[object]:
    """Around a launch: Triton launches on the current card, whichever the tensors lie on."""
    return torch.cuda.device(x.device) if x.is_cuda else nullcontext()
