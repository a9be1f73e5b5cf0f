"""Checkpoints: round trips, what is wrong with a folder, plain backbones against transformers, conversion."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, PreTrainedModel

from engine.backbone import ATTENTION_NAME
from engine.checkpoint import CheckpointError, fingerprint, load_model, save_model, weight_files
from engine.config import ConfigError, MsaConfig, parse_config
from engine.convert import convert, read_backbone
from engine.model import MsaModel
from engine.session import open_session
from tests.engine.tiny import FAMILIES, largest_gap, plain_logits, prefix_of, prompt, ram, tiny_model, tokens
from tests.engine.words import letters


def answer(model: MsaModel) -> torch.Tensor:
    return open_session(model, ram(model, tokens(1, 9, 4, 6)), [prompt(1, 5)], prefix_of(model)).logits


def same_answer(left: MsaModel, right: MsaModel) -> bool:
    """Equal weights may lie differently in memory, and on some processors that decides the order of a sum."""
    return largest_gap(answer(left), answer(right)) < 1e-4


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("family", FAMILIES)
def test_round_trip_to_the_last_bit(tmp_path: Path, family: str, tied: bool) -> None:
    window = None if family == "llama" else 6
    model = tiny_model(family, seed=70, tied=tied, window=window, query_reduce="mean", layout="chat")
    save_model(model, tmp_path / "model")
    again = load_model(tmp_path / "model")
    assert again.config == model.config
    stored = set(load_file(tmp_path / "model" / "model.safetensors"))
    assert ("lm_head.weight" in stored) == (not tied)
    left, right = model.backbone.state_dict(), again.backbone.state_dict()
    assert left.keys() == right.keys()
    assert all(torch.equal(left[name], right[name]) for name in left)
    assert same_answer(model, again)


def test_bfloat16_stays_and_may_be_widened(tmp_path: Path) -> None:
    model = tiny_model("qwen3", seed=71, dtype=torch.bfloat16)
    save_model(model, tmp_path / "model")
    again = load_model(tmp_path / "model")
    assert again.dtype == torch.bfloat16 and same_answer(model, again)
    wide = load_model(tmp_path / "model", dtype=torch.float32)
    assert wide.dtype == torch.float32
    assert largest_gap(answer(wide), answer(again)) < 0.5
    # The temperature is a float32 scalar of its own in either.
    assert {m.backbone.temperature.dtype for m in (again, wide)} == {torch.float32}


def test_sharded_with_index(tmp_path: Path) -> None:
    model = tiny_model("qwen3", seed=72)
    save_model(model, tmp_path / "model", shard_bytes=40_000)
    files = weight_files(tmp_path / "model")
    assert len(files) > 3 and max(file.stat().st_size for file in files) < 60_000
    assert same_answer(load_model(tmp_path / "model"), model)
    files[1].unlink()
    with pytest.raises(CheckpointError, match=files[1].name):
        load_model(tmp_path / "model")


def test_tokenizer_and_switches_travel_along(tmp_path: Path) -> None:
    model = tiny_model("qwen3", seed=73, public_injection=True, writes_document_ids=False)
    model.tokenizer = letters()
    save_model(model, tmp_path / "model")
    again = load_model(tmp_path / "model", overrides={"public_routing": True})
    assert again.config.public_injection and again.config.public_routing
    assert not again.config.writes_document_ids
    assert again.tokenizer is not None
    assert again.tokenizer("a<|im_end|>")["input_ids"] == letters()("a<|im_end|>")["input_ids"]


def test_published_config_is_read() -> None:
    """The shape of the published checkpoint's config.json, with transformers 4's flat rope_theta."""
    raw = {
        "model_type": "msa",
        "hidden_size": 2560,
        "num_hidden_layers": 36,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "head_dim": 128,
        "intermediate_size": 9728,
        "rope_theta": 5000000,
        "sliding_window": False,
        "tie_word_embeddings": True,
        "msa_config": {
            "router_layer_idx": ",".join(map(str, range(18, 36))),
            "top_k_docs": 16,
            "pooling_kernel_size": 64,
            "lmloss_weigth": 1.0,
            "auxloss_weight": 0.1,
            "aux_loss_method": "INFONCE_DECOUPLE",
            "something_else": 7,
        },
    }
    backbone, msa = parse_config(raw)
    assert msa is not None and msa.router_layers == tuple(range(18, 36))
    assert (msa.top_k, msa.chunk_size, msa.aux_weight, msa.extra) == (16, 64, 0.1, {"something_else": 7})
    assert backbone.rope_parameters["rope_theta"] == 5000000
    assert parse_config({**raw, "msa_config": {"router_layer_idx": "all"}})[1] == MsaConfig(tuple(range(36)))


@pytest.mark.parametrize(
    "change",
    [
        {"model_type": "gpt2"},
        {"msa_config": {"router_layer_idx": "2,7"}},
        {"msa_config": {"router_layer_idx": ""}},
        {"msa_config": {"head_reduce_method": "median"}},
        {"msa_config": {"query_reduce_method": "sum"}},
        {"msa_config": {"decouple_pooling_mode": "max"}},
        {"torch_dtype": "int4"},
    ],
)
def test_config_that_the_engine_does_not_compute(tmp_path: Path, change: dict[str, Any]) -> None:
    save_model(tiny_model("qwen3", seed=74), tmp_path / "model")
    file = tmp_path / "model" / "config.json"
    raw = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**raw, **change}), "utf-8")
    with pytest.raises(ConfigError):
        load_model(tmp_path / "model")


def test_folders_that_are_no_whole_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"config\.json"):
        load_model(tmp_path / "nowhere")
    save_model(tiny_model("qwen3", seed=75), tmp_path / "model")
    weights = tmp_path / "model" / "model.safetensors"
    whole = weights.read_bytes()
    for cut in (len(whole) // 2, 100, 4, 0):
        weights.write_bytes(whole[:cut])
        with pytest.raises(CheckpointError, match="damaged"):
            load_model(tmp_path / "model")
    state = load_file_of(whole, tmp_path)
    lacking = {name: tensor for name, tensor in state.items() if "router_k_proj" not in name}
    save_file(lacking, weights)
    with pytest.raises(CheckpointError, match=r"lacks the tensors .*router_k_proj"):
        load_model(tmp_path / "model")
    save_file({**state, "model.norm.weight": torch.ones(7)}, weights)
    with pytest.raises(CheckpointError, match=r"model\.norm\.weight has shape \[7\]"):
        load_model(tmp_path / "model")
    save_file({**state, "foreign.weight": torch.ones(7)}, weights)
    assert load_model(tmp_path / "model").num_layers == 4
    weights.unlink()
    with pytest.raises(CheckpointError, match="fetch the model again"):
        load_model(tmp_path / "model")
    (tmp_path / "model" / "model.safetensors.index.json").write_text("{", "utf-8")
    with pytest.raises(CheckpointError, match="damaged"):
        load_model(tmp_path / "model")
    (tmp_path / "model" / "config.json").write_text("{", "utf-8")
    with pytest.raises(CheckpointError, match="not JSON"):
        load_model(tmp_path / "model")


def load_file_of(content: bytes, folder: Path) -> dict[str, torch.Tensor]:
    copy = folder / "copy.safetensors"
    copy.write_bytes(content)
    return load_file(copy)


def test_saving_never_overwrites_and_leaves_nothing_half_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny_model("qwen3", seed=76)
    save_model(model, tmp_path / "model")
    before = fingerprint(tmp_path / "model")
    with pytest.raises(CheckpointError, match="exists already"):
        save_model(tiny_model("qwen3", seed=77), tmp_path / "model")
    assert fingerprint(tmp_path / "model") == before

    def full_disk(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("engine.checkpoint.dump_config", full_disk)
    with pytest.raises(OSError, match="no space"):
        save_model(model, tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_fingerprint_follows_config_and_weights(tmp_path: Path) -> None:
    save_model(tiny_model("qwen3", seed=78), tmp_path / "a")
    save_model(tiny_model("qwen3", seed=78), tmp_path / "b")
    save_model(tiny_model("qwen3", seed=79), tmp_path / "c")
    save_model(tiny_model("qwen3", seed=78, top_k=3), tmp_path / "d")
    marks = [fingerprint(tmp_path / name) for name in "abcd"]
    assert marks[0] == marks[1] == load_model(tmp_path / "a").fingerprint
    assert len(set(marks)) == 3


def plain_folder(folder: Path, family: str, window: int | None) -> PreTrainedModel:
    """A plain transformers model on disk, with its own attention."""
    ours = tiny_model(family, seed=80, window=window, decouple_router=False).backbone
    config = ours.config
    config._attn_implementation = "eager"
    theirs = AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()
    state = {k: v for k, v in ours.state_dict().items() if k != "temperature"}
    theirs.load_state_dict(state)
    theirs.save_pretrained(folder)
    return theirs


@pytest.mark.parametrize("window", [None, 7])
@pytest.mark.parametrize("family", FAMILIES)
def test_plain_backbone_gives_transformers_logits(tmp_path: Path, family: str, window: int | None) -> None:
    theirs = plain_folder(tmp_path / "plain", family, window)
    backbone, _ = read_backbone(tmp_path / "plain")
    model = MsaModel(backbone, MsaConfig((2, 3), decouple_router=False))
    ids = torch.tensor(tokens(80, 40)[0])
    with torch.inference_mode():
        want = theirs(ids[None]).logits[0]
        assert largest_gap(plain_logits(model, ids), want) < 1e-4
        if window is not None and family != "llama":
            assert model.window(0) == window
            # The window matters here: without it the logits are others.
            model.window = lambda layer: None  # type: ignore[method-assign]
            assert largest_gap(plain_logits(model, ids), want) > 1e-2


def router_file(path: Path, model: MsaModel, layers: tuple[int, ...]) -> None:
    state = model.backbone.state_dict()
    named = {
        name: state[name].half()
        for layer in layers
        for name in state
        if f"layers.{layer}.self_attn.router_" in name
    }
    about = {"router_layers": list(layers), "chunk_size": 4, "top_k": 2, "layout": "chat"}
    save_file(named, path, metadata={"msa_config": json.dumps(about)})


@pytest.mark.parametrize("family", FAMILIES)
def test_plain_folder_is_converted(tmp_path: Path, family: str) -> None:
    theirs = plain_folder(tmp_path / "plain", family, None)
    donor = tiny_model(family, seed=81)
    router_file(tmp_path / "router.safetensors", donor, (2, 3))
    with pytest.raises(CheckpointError, match="model convert"):
        load_model(tmp_path / "plain")
    model = convert(*read_backbone(tmp_path / "plain"), tmp_path / "router.safetensors")
    save_model(model, tmp_path / "msa")
    again = load_model(tmp_path / "msa")
    assert again.config.router_layers == (2, 3) and again.config.layout == "chat"
    assert same_answer(again, model)
    ids = torch.tensor(tokens(81, 20)[0])
    with torch.inference_mode():
        assert largest_gap(plain_logits(again, ids), theirs(ids[None]).logits[0]) < 1e-4
    with safe_open(tmp_path / "msa" / "model.safetensors", framework="pt") as stored:
        name = "model.layers.3.self_attn.router_q_proj.0.weight"
        want = donor.backbone.state_dict()[name].half().float()
        assert torch.equal(stored.get_tensor(name), want)


def test_router_of_another_width_and_foreign_models_are_refused(tmp_path: Path) -> None:
    plain_folder(tmp_path / "plain", "llama", None)
    router_file(tmp_path / "router.safetensors", tiny_model("llama", hidden=48), (2, 3))
    with pytest.raises(CheckpointError, match="hidden size 48"):
        convert(*read_backbone(tmp_path / "plain"), tmp_path / "router.safetensors")
    (tmp_path / "gpt2").mkdir()
    (tmp_path / "gpt2" / "config.json").write_text('{"model_type": "gpt2"}', "utf-8")
    with pytest.raises(CheckpointError, match="gpt2"):
        read_backbone(tmp_path / "gpt2")
    with pytest.raises(CheckpointError, match="does not exist"):
        read_backbone(tmp_path / "missing.gguf")


def test_attention_is_the_engines_own(tmp_path: Path) -> None:
    plain_folder(tmp_path / "plain", "qwen2", None)
    assert read_backbone(tmp_path / "plain")[0].config._attn_implementation == ATTENTION_NAME
