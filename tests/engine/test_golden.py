"""The checker of golden vectors: on the public implementation's, where a folder of them is at hand, and on vectors that
the naive implementation makes here.

The folder is named by DOPPEL_GOLDEN or lies beside the repository as `shared/golden`. `test_exact` needs no such folder.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from engine.checkpoint import save_model
from engine.verify import main, verify
from tests.engine.naive import Naive
from tests.engine.tiny import PREFIX, prompt, tiny_model, tokens

_NAMED = os.environ.get("DOPPEL_GOLDEN")
_FOLDER = Path(_NAMED or Path(__file__).parents[3] / "shared" / "golden")


def test_every_golden_tensor() -> None:
    present = (_FOLDER / "golden.json").is_file()
    assert present or not _NAMED, f"DOPPEL_GOLDEN names {_FOLDER}, which holds no golden.json"
    for folder in [_FOLDER] if present else []:
        checks, unchecked = verify(folder)
        assert checks and not unchecked
        assert [check for check in checks if not check.passed] == []


@pytest.fixture
def naive_folder(tmp_path: Path) -> Path:
    """A golden folder with one stage 1 case, computed by the naive implementation."""
    folder = tmp_path / "golden"
    model = tiny_model("qwen3", seed=1, aux_loss_method="INFONCE")
    documents = tokens(1, 8, 3, 13)
    asked = prompt(1, 3)
    pooled = Naive(model).run(PREFIX, documents, list(asked.ids), list(asked.routes)).pooled
    save_model(model, folder)
    (folder / "golden.json").write_text(json.dumps({"about": "naive"}), "utf-8")
    parts = [PREFIX, *documents]
    owners = [-2] * len(PREFIX) + [at + 1 for at, ids in enumerate(documents) for _ in ids]
    case: dict[str, Tensor] = {
        "in.input_ids": torch.tensor([[token for part in parts for token in part]]),
        "in.doc_ids": torch.tensor([owners]),
        "in.position_ids": torch.cat([torch.arange(len(part)) for part in parts])[None],
        "doc_num_chunks": torch.tensor([2, 1, 4]),
    }
    for layer, tensors in pooled.items():
        for name, tensor in zip(("pooled_k", "pooled_v", "router_k"), tensors, strict=True):
            case[f"{name}.{layer}"] = tensor.float().transpose(0, 1)[None].contiguous()
    save_file(case, folder / "stage1_all.safetensors")
    return folder


def test_naive_folder_passes(
    naive_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checks, unchecked = verify(naive_folder)
    assert len(checks) == 7 and not unchecked
    assert all(check.passed for check in checks)
    monkeypatch.setattr("sys.argv", ["verify", str(naive_folder), "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out)["failed"] == 0


def test_checker_sees_a_small_error_and_an_unknown_tensor(
    naive_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from safetensors.torch import load_file

    case = load_file(naive_folder / "stage1_all.safetensors")
    case["pooled_k.3"][0, 1, 2, 3] += 3e-4
    case["router_k.2"] = case["router_k.2"][:, :, 1:].contiguous()
    case["doc_num_chunks"][1] = 2
    case["something.new"] = torch.ones(1)
    save_file(case, naive_folder / "stage1_all.safetensors")
    checks, unchecked = verify(naive_folder)
    assert {check.tensor for check in checks if not check.passed} == {
        "pooled_k.3",
        "router_k.2",
        "doc_num_chunks",
    }
    assert unchecked == ["stage1_all: something.new"]
    monkeypatch.setattr("sys.argv", ["verify", str(naive_folder)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
