"""Triton is tried once; where it cannot build a kernel, torch computes and the log says what is missing."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import torch

from kernels import device


@pytest.fixture(autouse=True)
def untried() -> Iterator[None]:
    device.triton_works.cache_clear()
    yield
    device.triton_works.cache_clear()


class OnCard:
    is_cuda = True


def test_without_a_compiler_torch_computes_and_it_is_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried = []

    def build() -> None:
        tried.append(1)
        raise RuntimeError("Failed to find C compiler. Please specify via CC environment variable.\nmore")

    monkeypatch.setattr(device, "triton_installed", lambda: True)
    monkeypatch.setattr(device, "build_one", build)
    with caplog.at_level(logging.WARNING):
        assert [device.runs_triton(OnCard()) for _ in range(3)] == [False] * 3  # type: ignore[arg-type]
    assert tried == [1]
    (record,) = caplog.records
    assert "C compiler" in record.getMessage() and "more" not in record.getMessage()


def test_where_it_builds_triton_runs_on_the_card_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "triton_installed", lambda: True)
    monkeypatch.setattr(device, "build_one", lambda: None)
    assert device.runs_triton(OnCard())  # type: ignore[arg-type]
    assert not device.runs_triton(torch.zeros(1))


@pytest.mark.skipif(torch.cuda.is_available(), reason="here it should work")
def test_the_trial_is_a_real_one() -> None:
    assert not device.triton_works()
