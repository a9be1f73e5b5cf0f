"""What the model runs on, and why: an NVIDIA card where torch can use it, else the CPU, never silently."""

from __future__ import annotations

import logging
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.errors import SettingsError

log = logging.getLogger(__name__)

NVIDIA = "0x10de"  # PCI vendor
DISPLAY = "0x03"  # how the PCI class of display controllers begins
PCI = Path("/sys/bus/pci/devices")


@dataclass(frozen=True)
class Device:
    """name: as torch spells it; what: the hardware; problem: why a better one is not used, with the fix; "" if none is."""

    name: str
    what: str
    problem: str = ""


@cache
def best_device() -> Device:
    """The device that models run on. The first call logs a card that lies idle; later ones answer from memory."""
    import torch

    found = (
        _usable_card() if torch.cuda.is_available() else Device("cpu", cpu(), _idle_card(torch.version.cuda))
    )
    if found.problem:
        log.warning("%s", found.problem)
    return found


def spread_over(setting: str) -> list[str]:
    """The devices that the setting `devices` names, rank 0's first: all usable cards, else the CPU. Raises SettingsError."""
    import torch

    cards = torch.cuda.device_count() if best_device().name == "cuda" else 0
    if setting == "all":
        return [f"cuda:{number}" for number in range(cards)] or ["cpu"]
    named = setting.split(",")
    for name in named:
        if name != "cpu" and int(name.removeprefix("cuda:")) >= cards:
            raise SettingsError(
                f"Setting 'devices' names {name}, but {cards or 'none'} of this computer's cards can be used; "
                '`doppel doctor` says why. "all" takes what there is.'
            )
    return named


def _usable_card() -> Device:
    import torch

    name, capability = torch.cuda.get_device_name(0), torch.cuda.get_device_capability(0)
    # Code for an older minor version of the same generation runs as well.
    built_for = [
        int(arch[3:]) for arch in torch.cuda.get_arch_list() if arch[:3] == "sm_" and arch[3:].isdigit()
    ]
    if built_for and not any(code // 10 == capability[0] for code in built_for):
        return Device(
            "cpu",
            cpu(),
            f"{name} (compute capability {capability[0]}.{capability[1]}) is not among the cards this torch "
            f"{torch.__version__} was built for ({', '.join(torch.cuda.get_arch_list())}), so the CPU computes. "
            "A torch that knows it: https://pytorch.org/get-started/locally",
        )
    return Device("cuda", f"{name}, {torch.cuda.get_device_properties(0).total_memory / 2**30:.0f} GiB")


def _idle_card(built_for_cuda: str | None) -> str:
    """Why an NVIDIA card in this machine is not used, and what to do; "" where there is no card."""
    card = nvidia_card()
    if not card:
        return ""
    if built_for_cuda is None:
        import torch

        return (
            f"{card} is not used: the installed torch {torch.__version__} is a build for CPUs. "
            f"Install the one for NVIDIA cards: pip install --force-reinstall torch=={torch.__version__.split('+')[0]} "
            "(on Windows with --index-url https://download.pytorch.org/whl/cu130)"
        )
    reason = _cuda_error()
    if shutil.which("nvidia-smi") is None:
        return (
            f"{card} is not used: NVIDIA's driver is not installed, or not visible in this container ({reason}). "
            f"Install a driver for CUDA {built_for_cuda}; a container needs --gpus all"
        )
    return (
        f"{card} is not used: {reason}. Bring NVIDIA's driver up to CUDA {built_for_cuda} or newer (nvidia-smi shows "
        "what it supports) and restart; CUDA_VISIBLE_DEVICES must not hide the card"
    )


def _cuda_error() -> str:
    import torch

    try:
        torch.cuda.init()
    except (RuntimeError, AssertionError) as error:
        return str(error).strip().splitlines()[0].rstrip(".")
    return "torch finds no card"


def nvidia_card() -> str:
    """The name of an NVIDIA card in this machine, whether or not anything can use it; "" for none."""
    if shutil.which("nvidia-smi"):
        try:
            listed = subprocess.run(
                ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"],
                capture_output=True,
                text=True,
                timeout=20,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return "An NVIDIA card"
        if listed.returncode == 0 and listed.stdout.strip():
            return listed.stdout.splitlines()[0].strip()
    try:
        for device in PCI.iterdir():
            vendor, kind = ((device / name).read_text().strip() for name in ("vendor", "class"))
            if vendor == NVIDIA and kind.startswith(DISPLAY):
                return "An NVIDIA card"
    except OSError:
        pass
    return ""


def cpu() -> str:
    """The CPU: threads torch uses, and whether it multiplies bfloat16 natively."""
    import torch

    from engine.products import native_bfloat16

    native = "bfloat16 products" if native_bfloat16() else "float32 products"
    return f"CPU, {torch.get_num_threads()} threads, {native}"
