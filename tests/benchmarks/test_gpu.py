"""The command for cards, tried where there is none, and the cost model of many ranks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from benchmarks import gpu, gpu_measure, parallel
from benchmarks.gpu_checks import kernel_checks
from engine.session import open_session
from tests.engine.tiny import prefix_of, prompt, ram, tiny_model, tokens


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a card")
def test_without_a_card_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert gpu.main([]) == 0
    assert "no NVIDIA card" in capsys.readouterr().out


def test_the_whole_command_runs_and_keeps_its_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOPPEL_HOME", str(tmp_path))  # no model there
    file = tmp_path / "gpu.json"
    assert gpu.main(["--device", "cpu", "--tokens", "20000", "--json", str(file)]) == 0
    found = json.loads(file.read_text())
    assert [row["rows"] for row in found["routing"]] == [1, 40] and not found["wrong"]
    assert found["content"]["same"]
    assert "doppel model pull" in capsys.readouterr().out


def test_a_kernel_that_is_off_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.gpu_checks.pool_chunks", lambda x, *_: torch.zeros(80, 8, 128))
    monkeypatch.setattr("benchmarks.gpu_checks.quantise", lambda *_: 1 / 0)
    rows = {row["kernel"]: row for row in kernel_checks(torch.device("cpu"))}
    assert not rows["pool"]["passed"] and rows["quantise"]["off"] == "ZeroDivisionError"
    assert rows["route, 1 row"]["passed"]


@pytest.mark.parametrize("records", [False, True])
def test_writing_is_measured_with_and_without_recorded_steps(
    records: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny_model()
    memory, prefix = ram(model, tokens(1, 9, 5)), prefix_of(model)
    if records:  # as on a card
        monkeypatch.setattr(gpu_measure, "records_on", lambda device: True)
    took, recorded, off = gpu_measure.written(
        lambda: open_session(model, memory, [prompt(1, 5)], prefix), 4, torch.device("cpu")
    )
    assert recorded == records and off < 1e-5 and all(one > 0 for one in took.values())


def test_more_ranks_scan_less_and_talk_more() -> None:
    rows = [parallel.modelled_for(ranks) for ranks in (2, 4, 8, 64)]
    assert [row["scan_ms"] for row in rows] == sorted((row["scan_ms"] for row in rows), reverse=True)
    assert [row["messages_ms"] for row in rows] == sorted(row["messages_ms"] for row in rows)
