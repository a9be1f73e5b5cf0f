"""A graph of launches on a machine without a card: the operations of a run, done again on the very same tensors.

As on a card, nothing of the host's code runs again, and what an operation is given beside tensors stays as it was. So what
depended on the host would repeat the recorded token.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

aten = torch.ops.aten
WAITS = {aten._local_scalar_dense.default, aten.item.default, aten.nonzero.default, aten.is_nonzero.default}


class Tape(TorchDispatchMode):
    def __init__(self) -> None:
        super().__init__()
        self.done: list[tuple[Any, Any, Any, Any]] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in WAITS:
            raise RuntimeError(f"{func} waits for the device")
        out = func(*args, **(kwargs or {}))
        self.done.append((func, args, kwargs or {}, out))
        return out

    def replay(self) -> None:
        for func, args, kwargs, out in self.done:
            given = {memory(x) for x in tree_leaves((args, kwargs)) if isinstance(x, Tensor)}
            again = func(*args, **kwargs)
            for old, new in zip(tree_leaves(out), tree_leaves(again), strict=True):
                # A view, or what was changed in place, shows the new numbers already.
                if isinstance(old, Tensor) and memory(old) not in given:
                    old.copy_(new)


def memory(tensor: Tensor) -> int:
    """Where the numbers of a tensor lie, also of one that only says that it is on a card."""
    return getattr(tensor, "host", tensor).untyped_storage().data_ptr()


class Graph:
    """Stands in for `torch.cuda.CUDAGraph`."""

    recording = False

    def capture_begin(self, capture_error_mode: str) -> None:
        assert capture_error_mode == "thread_local"
        self.tape = Tape()
        self.tape.__enter__()
        self.recording = True

    def capture_end(self) -> None:
        self.tape.__exit__(None, None, None)
        self.recording = False

    def replay(self) -> None:
        self.tape.replay()


def taped(forward: Callable[[], Tensor], device: torch.device) -> Callable[[], Tensor]:
    """Stands in for `engine.steps.recorded`."""
    forward()
    tape = Tape()
    with tape:
        out = forward()

    def replay() -> Tensor:
        tape.replay()
        return out

    return replay
