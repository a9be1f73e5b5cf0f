"""The speed benchmark compares like with like: the same weights, and every figure there."""

from __future__ import annotations

import json
import time
from pathlib import Path

import psutil
import pytest
import torch

from benchmarks.engine import main, measure, others, transformers_twin
from engine.checkpoint import save_model
from tests.engine.tiny import FAMILIES, largest_gap, plain_logits, tiny_model, tokens


@pytest.mark.parametrize("family", FAMILIES)
def test_twin_shares_weights_and_gives_the_same_logits(family: str) -> None:
    model = tiny_model(family, seed=90)
    twin = transformers_twin(model)
    ours = model.backbone.model.layers[1].mlp.up_proj.weight
    assert twin.model.layers[1].mlp.up_proj.weight.data_ptr() == ours.data_ptr()
    assert not any(parameter.is_meta for parameter in twin.parameters())
    ids = torch.tensor(tokens(90, 30)[0])
    with torch.inference_mode():
        assert largest_gap(twin(ids[None]).logits[0], plain_logits(model, ids)) < 1e-4


def test_every_figure_is_measured() -> None:
    result = measure(tiny_model("llama", seed=91), prompt=20, tokens=4, documents=2, repetitions=1)
    assert result["same_first_token"] in (True, False)
    for name in ("prefill", "decode", "encode"):
        assert result[name]["ratio"] > 0
        assert all(value > 0 for key, value in result[name].items() if key.endswith("tokens/s"))
    assert "engine with memory tokens/s" in result["decode"]


def test_command_prints_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    save_model(tiny_model("qwen3", seed=92), tmp_path / "model")
    arguments = ["--model", str(tmp_path / "model"), "--prompt", "12", "--tokens", "3", "--repetitions", "1"]
    monkeypatch.setattr("sys.argv", ["engine", *arguments, "--json"])
    main()
    result = json.loads(capsys.readouterr().out)
    assert result["model"] == "qwen3" and result["dtype"] == "torch.float32" and result["new_tokens"] == 3


def test_others_compute_until_the_end() -> None:
    before = set(psutil.Process().children())
    with others(2):
        running = set(psutil.Process().children()) - before
        assert len(running) == 2
        deadline = time.monotonic() + 30
        while not all(process.cpu_times().user > 0.2 for process in running):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert not any(process.is_running() for process in running)
