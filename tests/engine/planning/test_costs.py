"""The formulas against what is really stored, and against each other."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from benchmarks.bank_sizes import Model, bytes_per_token
from engine.config import dump_config
from engine.decoding import int8_bytes
from engine.planning import costs
from engine.planning.hardware import CPU, DEVICES, device_called, parse_devices
from engine.planning.plan import machines_that_would, make_plan
from engine.planning.shapes import HALF_B, KNOWN, MSA_4B, ModelShape, shape_in, shape_of
from engine.products import use_products
from tests.engine.tiny import tiny_model

A800 = DEVICES["a800"]


@pytest.mark.parametrize("shape", KNOWN.values(), ids=lambda shape: shape.name)
@pytest.mark.parametrize("bits", [(8, 8), (4, 8), (8, 4)])
def test_sizes_are_those_of_a_packed_segment(shape: ModelShape, bits: tuple[int, int]) -> None:
    """Whole chunks, as the packed segment has them."""
    stored = Model("", len(shape.router_layers), shape.kv_heads, shape.head_dim, shape.chunk)
    keys, content = bytes_per_token(stored, *bits)
    tokens = 8 * 8 * shape.chunk  # eight documents of eight chunks
    assert costs.key_bytes(shape, 64, bits[0]) / tokens == pytest.approx(keys)
    assert costs.content_bytes(shape, 64, 8, bits[1]) / tokens == pytest.approx(content, rel=0.02)


def test_a_chunk_of_64_holds_48_tokens_of_real_text() -> None:
    assert costs.tokens_per_chunk(MSA_4B) == pytest.approx(48, abs=0.5)
    assert 15 < costs.tokens_per_chunk(HALF_B) < 16


def test_parameters_are_those_of_the_published_models() -> None:
    assert MSA_4B.parameters - MSA_4B.router_parameters == pytest.approx(4.02e9, rel=0.01)
    assert HALF_B.parameters - HALF_B.router_parameters == pytest.approx(494e6, rel=0.01)


def test_a_plan_adds_up_and_shares_evenly() -> None:
    plan = make_plan(MSA_4B, 300e6, [A800, A800], ram=512e9)
    assert plan.fits and sum(s.keys for s in plan.machine) == pytest.approx(plan.keys)
    assert plan.machine[0] == plan.machine[1]
    assert all(s.weights + s.working + s.keys < s.memory for s in plan.machine)
    assert plan.content_in_ram + plan.content_on_disk == pytest.approx(plan.content)
    twice = make_plan(MSA_4B, 300e6, [A800, A800], ram=512e9, machines=2)
    assert twice.route_seconds == pytest.approx(plan.route_seconds / 2)
    assert twice.encode_hours == pytest.approx(plan.encode_hours / 2)
    assert twice.communication_seconds > plan.communication_seconds > 0


def test_keys_without_room_go_to_slower_memory_and_the_plan_says_how_many_machines_would_do() -> None:
    plan = make_plan(MSA_4B, 300e6, [A800], ram=32e9)
    share = plan.machine[0]
    assert not plan.fits and share.keys_in_ram > 0 and share.keys_on_disk > 0
    assert share.keys + share.keys_in_ram + share.keys_on_disk == pytest.approx(plan.keys)
    assert plan.route_seconds > 10 * make_plan(MSA_4B, 300e6, [A800, A800], ram=64e9).route_seconds
    enough = machines_that_would(MSA_4B, 300e6, [A800], ram=64e9, passage=168)
    assert enough is not None and make_plan(MSA_4B, 300e6, [A800], ram=64e9, machines=enough).fits
    assert not make_plan(MSA_4B, 300e6, [A800], ram=64e9, machines=enough - 1).fits


def test_a_model_too_large_for_its_device_is_said() -> None:
    tiny = device_called("NVIDIA Nothing", 4e9)
    assert make_plan(MSA_4B, 1e6, [tiny], ram=64e9).too_small
    assert machines_that_would(MSA_4B, 1e6, [tiny], ram=64e9, passage=168) is None


def test_a_card_is_known_by_what_its_driver_calls_it() -> None:
    card = device_called("NVIDIA A800-SXM4-80GB", 85e9)
    assert (card.bandwidth, card.memory) == (A800.bandwidth, 85e9)
    assert device_called("NVIDIA GeForce RTX 4090", 24e9).bandwidth == DEVICES["rtx4090"].bandwidth


@pytest.mark.parametrize("text", ["", "0xa800", "a801", "2xcpu", "cpu,a800", "999xa800", "a800,,a800"])
def test_what_is_no_device_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"Known|machine"):
        parse_devices(text)


def test_mixed_devices_share_by_their_room() -> None:
    plan = make_plan(MSA_4B, 100e6, parse_devices("h200,a800"), ram=512e9)
    large, small = plan.machine
    assert large.keys / small.keys == pytest.approx(
        costs.key_room(MSA_4B, DEVICES["h200"]) / costs.key_room(MSA_4B, A800)
    )


def test_a_folder_gives_the_shape_that_is_known_by_name(tmp_path: Path) -> None:
    raw = {
        "model_type": "msa",
        "hidden_size": 2560,
        "intermediate_size": 9728,
        "num_hidden_layers": 36,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "head_dim": 128,
        "vocab_size": 151936,
        "tie_word_embeddings": True,
        "msa_config": {"router_layer_idx": ",".join(map(str, range(18, 36))), "pooling_kernel_size": 64},
    }
    assert shape_of("MSA-4B", raw) == MSA_4B
    (tmp_path / "config.json").write_text(json.dumps(raw))
    assert shape_in(tmp_path).layers == 36


def test_a_cpu_writes_with_int8_copies_where_its_memory_allows_them() -> None:
    """As `engine.decoding` makes them: a byte for each weight of the layers and the head."""
    roomy, tight = replace(CPU, memory=24e9), replace(CPU, memory=1.5e9)
    copies = costs.writing_bytes(HALF_B, roomy)
    assert copies == HALF_B.layers * HALF_B.layer_parameters + HALF_B.vocabulary * HALF_B.hidden
    assert costs.writing_bytes(HALF_B, tight) == costs.writing_bytes(MSA_4B, A800) == 0
    assert costs.decode_rate(HALF_B, roomy) == pytest.approx(2 * costs.decode_rate(HALF_B, tight), rel=0.01)
    assert costs.weight_bytes(HALF_B, roomy) - costs.weight_bytes(HALF_B, tight) == copies
    (share,) = make_plan(HALF_B, 10e6, [CPU], ram=24e9).machine
    assert share.resident == share.weights + share.working + share.keys and 2e9 < share.resident < 4e9


def test_copies_of_a_real_model_are_as_large_as_planned() -> None:
    model = tiny_model("qwen2", vocab=64, hidden=32)
    use_products(model.backbone, torch.bfloat16)
    shape = shape_of("tiny", dump_config(model.backbone.config, model.config, "float32"))
    assert costs.writing_bytes(shape, replace(CPU, memory=1e9)) == int8_bytes(model)
