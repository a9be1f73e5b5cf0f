"""The frontier measures what it says: the bytes a written token reads, and that a model that is not here is told."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from benchmarks import frontier
from engine.checkpoint import load_model, save_model
from engine.decoding import int8_bytes, write_with_int8
from tests.engine.tiny import tiny_model


def test_bytes_of_a_token_are_those_of_the_weights_it_reads(tmp_path: Path) -> None:
    save_model(tiny_model("qwen2", chunk_size=8), tmp_path / "model")
    whole = load_model(tmp_path / "model", dtype=torch.float32)
    halved = load_model(tmp_path / "model", dtype=torch.float32, products=torch.bfloat16)
    head = whole.backbone.lm_head.weight.nbytes
    products = frontier.token_bytes(whole) - head
    assert frontier.token_bytes(halved) == head + products // 2
    write_with_int8(halved)
    least = int8_bytes(halved)
    assert least < frontier.token_bytes(halved) < 1.2 * least  # and the scales
    assert least == (head + products) // 4


def test_a_model_that_is_not_here_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys) -> None:
    monkeypatch.setenv("DOPPEL_HOME", str(tmp_path))
    assert frontier.main(["--models", "1.5b", "--products", "int8"]) == 1
    assert "doppel model pull 1.5b" in capsys.readouterr().err


def test_unknown_products_are_refused(capsys) -> None:
    with pytest.raises(SystemExit):
        frontier.main(["--products", "int3"])
    assert "int3" in capsys.readouterr().err
