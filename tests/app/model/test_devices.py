"""A card that torch cannot use is named once, with the reason and the fix; without a card nothing is said."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from app.model import devices


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A machine without a card, whatever the real one has."""
    monkeypatch.setattr(devices, "PCI", tmp_path)
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    devices.best_device.cache_clear()
    yield monkeypatch
    devices.best_device.cache_clear()  # what was found here is no machine of the tests that follow


def plug_in(tmp_path: Path, vendor: str = "0x10de", kind: str = "0x030200") -> None:
    card = tmp_path / "0000:65:00.0"
    card.mkdir(exist_ok=True)
    (card / "vendor").write_text(vendor + "\n")
    (card / "class").write_text(kind + "\n")


def test_without_a_card_the_cpu_computes_and_nothing_is_said(
    machine: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    plug_in(tmp_path, vendor="0x8086")
    assert devices.best_device().name == "cpu" and not devices.best_device().problem
    plug_in(tmp_path, kind="0x040300")  # the sound chip of a card that is hidden
    assert not devices.nvidia_card() and not caplog.records


def test_a_cpu_build_beside_a_card_is_said_once(
    machine: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    plug_in(tmp_path)
    machine.setattr(torch.version, "cuda", None)
    with caplog.at_level(logging.WARNING):
        found = {devices.best_device() for _ in range(3)}
    (device,) = found
    assert device.name == "cpu" and "build for CPUs" in device.problem and "pip install" in device.problem
    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    ("smi", "fix"), [(None, "driver is not installed"), ("/bin/false", "nvidia-smi shows")]
)
def test_a_driver_that_does_not_fit_is_named(
    machine: pytest.MonkeyPatch, tmp_path: Path, smi: str | None, fix: str
) -> None:
    plug_in(tmp_path)
    machine.setattr(torch.version, "cuda", "13.0")
    machine.setattr("shutil.which", lambda name: smi)
    machine.setattr(
        "subprocess.run", lambda *_, **__: pytest.fail("no card listed") if smi is None else _failed()
    )

    def fails() -> None:
        raise RuntimeError("The NVIDIA driver on your system is too old (found version 11020).\nSee …")

    machine.setattr(torch.cuda, "init", fails)
    problem = devices.best_device().problem
    assert fix in problem and "too old (found version 11020)" in problem and "13.0" in problem


def _failed() -> object:
    import subprocess

    return subprocess.CompletedProcess([], 9, "", "")


def test_a_card_torch_was_not_built_for_is_left_to_the_cpu(machine: pytest.MonkeyPatch) -> None:
    machine.setattr(torch.cuda, "is_available", lambda: True)
    machine.setattr(torch.cuda, "get_device_name", lambda index: "Tesla K80")
    machine.setattr(torch.cuda, "get_device_capability", lambda index: (3, 7))
    machine.setattr(torch.cuda, "get_arch_list", lambda: ["sm_80", "sm_90", "compute_90"])
    device = devices.best_device()
    assert device.name == "cpu" and "Tesla K80" in device.problem
    machine.setattr(torch.cuda, "get_device_capability", lambda index: (8, 6))
    machine.setattr(
        torch.cuda, "get_device_properties", lambda index: type("Card", (), {"total_memory": 24 * 2**30})()
    )
    devices.best_device.cache_clear()
    assert devices.best_device() == devices.Device("cuda", "Tesla K80, 24 GiB")
