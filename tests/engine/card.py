"""A card that is not there: tensors that say they lie on one, compute on the CPU, and refuse what a real one refuses.

Enough to run the engine's own paths with `device="cuda"` and see any product of tensors on different devices fail. What
another stream makes is not there yet: it holds NaN until the stream that computes waits for an event behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

CARD = torch.device("cuda", 0)
aten = torch.ops.aten
# What takes tensors from two devices on a real card too: copies between them, and indices of a tensor from the host.
ACROSS = {aten.copy_.default, aten.index.Tensor, aten.index_put_.default, aten.index_put.default}

TO_PYTHON = {Tensor.tolist, Tensor.item, Tensor.__int__, Tensor.__float__, Tensor.__bool__, Tensor.__repr__}


class OnCard(Tensor):
    """host: the data, on the CPU."""

    host: Tensor

    @staticmethod
    def __new__(cls, host: Tensor) -> OnCard:
        made = Tensor._make_wrapper_subclass(
            cls,
            host.shape,
            strides=host.stride(),
            storage_offset=host.storage_offset(),
            dtype=host.dtype,
            device=CARD,
        )
        made.host = host
        return made  # type: ignore[no-any-return]

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in TO_PYTHON:
            return func(args[0].host)
        # Indexing asks for the card's own guard before it dispatches.
        if func in (Tensor.__setitem__, Tensor.__getitem__):
            if not isinstance(args[0], OnCard) and any(isinstance(x, OnCard) for x in tree_leaves(args[1])):
                raise RuntimeError("a tensor in host memory was indexed with one on the card")
            result = func(*tree_map(bare, args))
            return OnCard(result) if isinstance(args[0], OnCard) and result is not None else result
        if func is Tensor.copy_ and isinstance(args[0], OnCard):  # guarded likewise
            args[0].host.copy_(bare(args[1]))
            return args[0]
        if func is Tensor.__invert__:  # so does the operator, unlike the function
            return torch.bitwise_not(args[0])
        with torch._C.DisableTorchFunctionSubclass():
            return func(*args, **(kwargs or {}))

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return run(func, args, kwargs or {})


class Stream:
    """made: tensors that were made in it since it was entered; under_way: all, with what they are to hold. A stand-in for
    `torch.cuda.Stream`."""

    def __init__(self, device: torch.device | None = None) -> None:
        self.made: list[OnCard] = []
        self.under_way: list[tuple[OnCard, Tensor]] = []

    def wait_event(self, event: Event) -> None:
        self.wait_stream(event.behind)

    def wait_stream(self, other: Stream) -> None:
        for tensor, content in other.under_way:
            tensor.host.copy_(content)


class Event:
    """Stands in for `torch.cuda.Event`."""

    def __init__(self) -> None:
        self.behind = Stream()

    def record(self, stream: Stream) -> None:
        self.behind = stream


COMPUTES = Stream()
inside: list[Stream] = []  # the streams that are entered


@contextmanager
def entered(stream: Stream) -> Iterator[None]:
    inside.append(stream)
    try:
        yield
    finally:
        inside.pop()
        stream.under_way += [(tensor, tensor.host.clone()) for tensor in stream.made]
        for tensor in stream.made:
            tensor.host.fill_(torch.nan)
        stream.made = []


STREAMS = {
    "Stream": Stream,
    "Event": Event,
    "stream": entered,
    "current_stream": lambda device=None: inside[-1] if inside else COMPUTES,
}


class Card(TorchDispatchMode):
    """While it is entered, `device="cuda"` makes such tensors, and streams are such ones."""

    def __enter__(self) -> Card:
        self._real = {name: getattr(torch.cuda, name) for name in STREAMS}
        self._pin, self._keep = Tensor.pin_memory, Tensor.record_stream
        for name, stand_in in STREAMS.items():
            setattr(torch.cuda, name, stand_in)
        Tensor.pin_memory = Tensor.clone  # type: ignore[method-assign, assignment]
        Tensor.record_stream = lambda tensor, stream: None  # type: ignore[method-assign]
        self._initialise = torch.cuda._lazy_init
        if not torch.cuda.is_available():
            # Factories ask for CUDA before they ask this mode.
            torch.cuda._lazy_init = lambda: None  # type: ignore[assignment]
        # torch.tensor makes its data in host memory and then asks this mode to bring it over.
        torch._C._set_only_lift_cpu_tensors(True)
        super().__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        super().__exit__(*raised)
        torch._C._set_only_lift_cpu_tensors(False)
        torch.cuda._lazy_init = self._initialise
        for name, real in self._real.items():
            setattr(torch.cuda, name, real)
        Tensor.pin_memory, Tensor.record_stream = self._pin, self._keep  # type: ignore[method-assign]

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return run(func, args, kwargs or {})


def run(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    tensors = [x for x in tree_leaves((args, kwargs)) if isinstance(x, Tensor)]
    on_card = any(isinstance(x, OnCard) for x in tensors)
    on_host = any(not isinstance(x, OnCard) and x.dim() for x in tensors)
    if on_card and on_host and func not in ACROSS:
        raise RuntimeError(f"{func} got tensors on two devices")
    if func is aten.index.Tensor and not isinstance(args[0], OnCard) and on_card:
        raise RuntimeError("a tensor in host memory was indexed with one on the card")
    if func is aten._fused_sdp_choice.default:
        return 0  # composed of plain products
    # In inference mode composed operations arrive whole, with the device among their arguments.
    targets = [x for x in tree_leaves((args, kwargs)) if isinstance(x, torch.device)]
    result = func(*tree_map(bare, args), **tree_map(bare, kwargs))
    if func._schema.is_mutable and args and isinstance(args[0], Tensor) and isinstance(result, Tensor):
        return args[0]
    lies_on_card = targets[0].type == "cuda" if targets else bool(tensors) and isinstance(tensors[0], OnCard)
    if lies_on_card:
        return tree_map(lambda x: brought(x) if type(x) is Tensor else x, result)
    return result


def brought(host: Tensor) -> OnCard:
    tensor = OnCard(host)
    if inside:
        inside[-1].made.append(tensor)
    return tensor


def bare(x: Any) -> Any:
    """What the CPU is to compute with."""
    if isinstance(x, torch.device):
        return torch.device("cpu")
    return x.host if isinstance(x, OnCard) else x


def on_card(module: nn.Module) -> None:
    """Brings all parameters and buffers of a model there, in place."""
    for part in module.modules():
        for tensors in (part._parameters, part._buffers):
            for name, tensor in list(tensors.items()):
                if tensor is not None:
                    tensors[name] = OnCard(tensor.detach())  # type: ignore[assignment]
