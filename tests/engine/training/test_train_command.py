"""The training command: data files, what is wrong with them, a run from checkpoint to checkpoint."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from engine.checkpoint import load_model, save_model
from engine.layout import Layout
from engine.train import main, read_samples
from engine.training.loop import LOG, is_router
from tests.engine.tiny import tiny_model
from tests.engine.words import letters

ROWS = [
    {"documents": {"5": "ann p", "9": "bob q"}, "question": "ann", "rounds": [[5], [9]], "answer": "p"},
    {"documents": {"2": "cat r"}, "question": "cat", "rounds": [[2]], "answer": "r"},
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS) + "\n\n", "utf-8")
    return path


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    model = tiny_model("qwen3", seed=110, vocab=len(letters()))
    model.tokenizer = letters()
    save_model(model, tmp_path / "model")
    return tmp_path / "model"


def test_a_line_is_a_chain_or_one_direct_sample(data: Path) -> None:
    layout = Layout("msa", letters())
    assert [sum(sample.positive) for sample in read_samples(data, layout)] == [1, 1, 1, 1, 1]
    assert [sum(sample.positive) for sample in read_samples(data, layout, without_text=True)] == [2, 1]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        json.dumps({**ROWS[0], "rounds": [[7]]}),
        json.dumps({**ROWS[0], "documents": {"x": "y"}}),
        json.dumps({key: value for key, value in ROWS[0].items() if key != "answer"}),
    ],
)
def test_wrong_lines_are_named(data: Path, line: str) -> None:
    data.write_text(json.dumps(ROWS[1]) + "\n" + line, "utf-8")
    with pytest.raises(ValueError, match="line 2"):
        read_samples(data, Layout("msa", letters()))


@pytest.mark.parametrize("adapters", [True, False])
def test_from_checkpoint_to_checkpoint(
    tmp_path: Path, checkpoint: Path, data: Path, adapters: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = ["--router-steps", "1", "--warm-up-steps", "1", "--main-steps", "1", "--accumulate", "2"]
    options = ["--lora-layers", "2,3"] if adapters else ["--checkpointing"]
    places = ["--data", str(data), "--run", str(tmp_path / "run"), "--out", str(tmp_path / "out")]
    arguments = ["--model", str(checkpoint), *places, *steps, *options, "--main-rate", "1e-3"]
    assert main(arguments) == 0
    assert len((tmp_path / "run" / LOG).read_text("utf-8").splitlines()) == 3
    assert "trained on 5 samples" in capsys.readouterr().out
    before = load_model(checkpoint).backbone.state_dict()
    after = load_model(tmp_path / "out").backbone.state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert before.keys() == after.keys() and all(name in changed for name in before if is_router(name))
    lower = "model.layers.0.mlp.up_proj.weight"
    assert (lower in changed) != adapters
    assert ("model.layers.3.self_attn.v_proj.weight" in changed) or not adapters
    with pytest.raises(SystemExit, match="exists already"):
        main(arguments)


def test_a_checkpoint_without_words_cannot_be_trained(tmp_path: Path, data: Path) -> None:
    save_model(tiny_model("qwen3", seed=111), tmp_path / "bare")
    places = ["--data", str(data), "--run", str(tmp_path / "run"), "--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit, match="no tokenizer"):
        main(["--model", str(tmp_path / "bare"), *places])
