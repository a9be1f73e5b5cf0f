"""Devices by name: what their makers say of them. `engine.planning.costs` says how much of that is reached."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class DeviceSpec:
    """memory: bytes; bandwidth: of that memory, bytes/s; products: bf16, operations/s (two per multiply-add); integers:
    int8, the same; host_link: to the machine's memory, bytes/s. A CPU's memory is the machine's."""

    name: str
    memory: float
    bandwidth: float
    products: float
    integers: float
    host_link: float
    gpu: bool = True


CPU = DeviceSpec("cpu", 0, 40e9, 0.5e12, 1e12, 40e9, gpu=False)
"""Two cores of a present machine, with AMX or AVX-512 products."""

DEVICES = {
    spec.name: spec
    for spec in (
        # PCIe generation 4 (32 GB/s raw) for A800 and A100, 5 for H100 and H200.
        DeviceSpec("a800", 80e9, 2.039e12, 312e12, 624e12, 25e9),
        DeviceSpec("a100", 80e9, 2.039e12, 312e12, 624e12, 25e9),
        DeviceSpec("a100-40", 40e9, 1.555e12, 312e12, 624e12, 25e9),
        DeviceSpec("h100", 80e9, 3.35e12, 989e12, 1979e12, 50e9),
        DeviceSpec("h200", 141e9, 4.8e12, 989e12, 1979e12, 50e9),
        DeviceSpec("l40s", 48e9, 0.864e12, 362e12, 733e12, 25e9),
        DeviceSpec("rtx4090", 24e9, 1.008e12, 165e12, 660e12, 25e9),
        DeviceSpec("rtx3090", 24e9, 0.936e12, 71e12, 284e12, 25e9),
        CPU,
    )
}

COUNTED = re.compile(r"(?:(\d+)\s*[x×*]\s*)?([a-z][\w-]*)")
MOST_DEVICES = 64


def parse_devices(text: str) -> tuple[DeviceSpec, ...]:
    """The devices of one machine: "2xa800", "a100,h100", "cpu". Raises ValueError saying what is known."""
    found: list[DeviceSpec] = []
    for part in text.lower().split(","):
        match = COUNTED.fullmatch(part.strip())
        if not match or match[2] not in DEVICES:
            raise ValueError(
                f"{part.strip()!r} is no known device. Known: {', '.join(DEVICES)}; several: 2xa800"
            )
        count = int(match[1] or 1)
        if not 1 <= count <= MOST_DEVICES:
            raise ValueError(f"{part.strip()!r}: a machine has between 1 and {MOST_DEVICES} devices")
        found += [DEVICES[match[2]]] * count
    if len({spec.gpu for spec in found}) > 1 or (not found[0].gpu and len(found) > 1):
        raise ValueError(
            "a machine is planned with GPUs, or with its CPU alone: the CPU need not be named beside them"
        )
    return tuple(found)


def device_called(name: str, memory: float) -> DeviceSpec:
    """The spec that fits a card by the name its driver gives ("NVIDIA A800-SXM4-80GB"), with the memory it really has; an
    unknown one is taken for an RTX 3090, which promises little."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    fitting = next((spec for spec in DEVICES.values() if spec.gpu and spec.name in plain), DEVICES["rtx3090"])
    return DeviceSpec(name, memory, fitting.bandwidth, fitting.products, fitting.integers, fitting.host_link)
