"""A message between ranks as bytes: what kind, some numbers and names, some tensors. Safetensors, never pickle.

On the wire it is a first frame of fixed size, which begins with the message's length, and, where the message is longer, a
second with the rest. A first frame with the length BUSY carries nothing: the other side is still at work.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

FIRST = 4096  # bytes of the first frame: most questions and answers fit into it
LENGTH = 8
BUSY = 2**63 - 1
LARGEST = 2**34  # a longer message is none of ours


@dataclass(frozen=True)
class Message:
    """kind: what is asked, or "done" or "failed"; facts: what JSON can say; tensors: on the CPU."""

    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    tensors: Mapping[str, Tensor] = field(default_factory=dict)


def pack(message: Message) -> bytes:
    told = {"kind": message.kind, "facts": json.dumps(dict(message.facts))}
    return save({name: tensor.contiguous() for name, tensor in message.tensors.items()}, told)


def unpack(data: bytes) -> Message:
    """Raises ValueError for bytes that are no message."""
    try:
        tensors = load(data)
        size = int.from_bytes(data[:LENGTH], "little")
        told = json.loads(data[LENGTH : LENGTH + size])["__metadata__"]
        return Message(told["kind"], json.loads(told["facts"]), tensors)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise ValueError("what came from another rank is no message of Doppel's") from error


def split(data: bytes) -> tuple[Tensor, Tensor | None]:
    """The first frame [FIRST] uint8, and the rest [bytes] uint8 where there is one."""
    first = bytearray(FIRST)
    first[:LENGTH] = len(data).to_bytes(LENGTH, "little")
    head, rest = data[: FIRST - LENGTH], data[FIRST - LENGTH :]
    first[LENGTH : LENGTH + len(head)] = head
    return torch.frombuffer(first, dtype=torch.uint8), (
        torch.frombuffer(bytearray(rest), dtype=torch.uint8) if rest else None
    )


def busy_frame() -> Tensor:
    return torch.frombuffer(bytearray(BUSY.to_bytes(LENGTH, "little")).ljust(FIRST, b"\0"), dtype=torch.uint8)


def length_of(first: Tensor) -> int:
    """Bytes of the whole message; BUSY for none yet. Raises ValueError for what is no frame."""
    length = int.from_bytes(first[:LENGTH].numpy().tobytes(), "little")
    if length != BUSY and not 0 < length <= LARGEST:
        raise ValueError("what came from another rank is no message of Doppel's")
    return length
