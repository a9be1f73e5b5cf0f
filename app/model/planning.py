"""`doppel plan` behind its command line: models and devices by name, or what is on this computer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import psutil

from app.errors import DoppelError
from app.model import store
from app.model.catalogue import full_name
from app.settings import Settings
from engine.config import ConfigError
from engine.planning import costs
from engine.planning.hardware import CPU, DeviceSpec, device_called, parse_devices
from engine.planning.plan import Plan, machines_that_would, make_plan
from engine.planning.shapes import KNOWN, ModelShape, shape_in

COUNT = re.compile(r"(\d+(?:[._]\d+)*)\s*([kmbg]?)", re.IGNORECASE)
UNITS = {"": 1, "k": 1e3, "m": 1e6, "b": 1e9, "g": 1e9}
GPU_RAM = 512e9  # of a machine with GPUs, where nothing else is said


@dataclass(frozen=True)
class Planned:
    """instead: the fewest such machines on whose devices all keys fit, where they do not; None where no number would do."""

    plan: Plan
    instead: int | None
    assumptions: dict[str, float]


def planned(
    settings: Settings,
    model: str | None,
    tokens: str,
    devices: str | None,
    *,
    machines: int = 1,
    ram_gb: float | None = None,
    passage: float = costs.PASSAGE_TOKENS,
    key_bits: int = 8,
) -> Planned:
    """The plan for names as a person writes them: "MSA-4B", "300M", "2xa800". Raises DoppelError saying what is known."""
    if key_bits not in (4, 8):
        raise DoppelError(f"Routing keys have 8 or 4 bits, not {key_bits}.")
    shape = shape_called(settings, model)
    specs = devices_called(devices)
    ram = ram_gb * 1e9 if ram_gb is not None else default_ram(devices, specs)
    count = tokens_called(tokens)
    try:
        plan = make_plan(shape, count, specs, ram=ram, machines=machines, passage=passage, key_bits=key_bits)
    except ValueError as error:
        raise DoppelError(f"This cannot be planned: {error}.") from None
    instead = machines_that_would(shape, count, specs, ram=ram, passage=passage, key_bits=key_bits)
    return Planned(plan, instead, costs.ASSUMPTIONS)


def tokens_called(text: str) -> float:
    """300M, 3B, 1_000_000, 2.5m."""
    match = COUNT.fullmatch(text.strip())
    if not match:
        raise DoppelError(f"{text!r} is no number of tokens. Write 300M, 3B or 1000000.")
    try:
        count = float(match[1].replace("_", "")) * UNITS[match[2].lower()]
    except ValueError:
        raise DoppelError(f"{text!r} is no number of tokens. Write 300M, 3B or 1000000.") from None
    if count < 1:
        raise DoppelError("A plan needs at least one token.")
    return count


def shape_called(settings: Settings, model: str | None) -> ModelShape:
    """A known model by its name, any other by its folder; by default the one that answers here."""
    name = model or store.answering(settings)
    known = KNOWN.get(full_name(name.rpartition("/")[2]).lower())
    if known is not None:
        return known
    folder = Path(name).expanduser()
    folder = folder if folder.is_dir() else store.model_folder(settings, name)
    try:
        return shape_in(folder)
    except OSError:
        names = ", ".join(shape.name for shape in KNOWN.values())
        raise DoppelError(
            f"{name!r} is neither a known model ({names}) nor a model folder with a config.json."
        ) from None
    except (ConfigError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise DoppelError(f"{folder} holds no model that can be planned: {error}") from None


def devices_called(devices: str | None) -> tuple[DeviceSpec, ...]:
    """Devices by name; by default those of this machine."""
    if devices is not None:
        try:
            return parse_devices(devices)
        except ValueError as error:
            raise DoppelError(f"{error}.") from None
    return devices_here()


def devices_here() -> tuple[DeviceSpec, ...]:
    import torch

    if not torch.cuda.is_available():
        return (CPU,)
    properties = [torch.cuda.get_device_properties(at) for at in range(torch.cuda.device_count())]
    return tuple(device_called(p.name, float(p.total_memory)) for p in properties)


def default_ram(devices: str | None, specs: tuple[DeviceSpec, ...]) -> float:
    here = devices is None or not specs[0].gpu
    return float(psutil.virtual_memory().total) if here else GPU_RAM
