"""Where the next block lies: on the device with most room, then in pinned host memory, then wherever the caller maps it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch

from kernels.resident.block import CPU, Block


@dataclass(frozen=True)
class Place:
    """bytes: what blocks may take there; None is no limit. pinned: host memory that devices read from directly."""

    device: torch.device
    bytes: int | None = None
    pinned: bool = False


HOST = (Place(CPU),)


def choose(places: Sequence[Place], blocks: Iterable[Block], needed: int) -> Place | None:
    """The place with most room among the devices, else the first host place with room; None where nothing has any.

    needed: bytes that a full block takes.
    """
    used: dict[torch.device, int] = {}
    for block in blocks:
        used[block.device] = used.get(block.device, 0) + max(
            block.nbytes, block.format.chunk_bytes * block.limit
        )

    def room(place: Place) -> float:
        return float("inf") if place.bytes is None else place.bytes - used.get(place.device, 0)

    devices = [place for place in places if place.device.type != "cpu" and room(place) >= needed]
    if devices:
        return max(devices, key=room)
    return next((place for place in places if place.device.type == "cpu" and room(place) >= needed), None)
