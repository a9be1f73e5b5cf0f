"""Training the encoder: what it sees is what the product computes; it learns, resumes, and ships only what wins."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.functional import normalize

from engine.checkpoint import ENCODER_FILE, fingerprint, load_model, save_model
from engine.encode import encode_documents
from engine.lora import TARGETS, LoraSettings, adapter_parameters, add_lora, load_lora, save_lora
from engine.memory import RamMemory
from engine.model import ENCODER, READER, MsaModel
from engine.router import train_encoder
from engine.router.closed_form import RouterSettings, save_router
from engine.router.encoder_states import Corpus, Encoder
from engine.router.projections import Projections
from engine.router.train_encoder import batch_loss, draw, main, recall, train
from engine.session import Prompt, encode_prefix, open_session
from tests.engine.router.test_closed_form import Letters, tiny_backbone
from tests.engine.router.test_train import write_set
from tests.engine.tiny import PREFIX, largest_gap, plain_logits, tiny_model, tokens

FIRST = 2
ADAPTED = LoraSettings((2,), rank=2, alpha=4.0, targets=TARGETS)


def routed_model(
    *, taught: bool, router_layers: tuple[int, ...] = (0, 3), adapted: LoraSettings = ADAPTED
) -> MsaModel:
    model = tiny_model(router_layers=router_layers, query_reduce="pool")
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    add_lora(model, adapted, name=ENCODER)
    if taught:
        give_noise(model, ENCODER)
    return model


def give_noise(model: MsaModel, name: str) -> None:
    draw = torch.Generator().manual_seed(3)
    for key, parameter in adapter_parameters(model, name).items():
        if key.endswith("lora_b"):
            parameter.data.copy_(0.5 * torch.randn(parameter.shape, generator=draw))


def projections(model: MsaModel) -> Projections:
    stacked = [
        torch.stack(
            [
                model.backbone.get_submodule(f"model.layers.{layer}.self_attn.router_{side}_proj.0").weight
                for layer in model.config.router_layers
            ]
        )
        for side in "qk"
    ]
    return Projections(stacked[0].detach().clone(), stacked[1].detach().clone(), model.head_dim)


def corpus(documents: int = 20, *, seed: int = 1) -> Corpus:
    """Every document is asked about by a question of the same tokens in another order."""
    texts = tokens(seed, *(5 + at % 6 for at in range(documents)))
    questions = [random.Random(at).sample(text, len(text)) for at, text in enumerate(texts)]
    teacher = torch.eye(documents)
    return Corpus(texts, questions, [(at,) for at in range(documents)], teacher, teacher)


@pytest.mark.parametrize(("router_layers", "first"), [((0, 3), 2), ((0, 1, 2, 3), 1)])
def test_states_are_those_that_the_product_encodes_and_routes_by(
    router_layers: tuple[int, ...], first: int
) -> None:
    adapted = replace(ADAPTED, layers=tuple(range(first, 3)))
    model, asked = routed_model(taught=True, router_layers=router_layers, adapted=adapted), corpus(4)
    encoder, router = Encoder(model, PREFIX, first), projections(model)
    with torch.no_grad():
        documents = encoder.states(asked, "document", range(4))
        questions = encoder.states(asked, "question", range(4))
    encodings = encode_documents(model, asked.documents)
    keys = normalize((documents @ router.key.mT).unflatten(2, (-1, model.head_dim)), dim=3)
    assert largest_gap(keys, torch.cat([e.router_key for e in encodings], dim=1)) < 1e-2
    model.switch.on = None
    frozen = Encoder(model, PREFIX, first).states(corpus(4), "document", range(4))
    assert largest_gap(frozen[0], documents[0]) < 1e-2 < largest_gap(frozen[-1], documents[-1])

    seen: dict[str, Tensor] = {}
    prefix, nothing = encode_prefix(model, PREFIX), RamMemory([], model.config)
    for at, ids in enumerate(asked.questions):
        prompt = Prompt([*ids, 9], [True] * len(ids) + [False])
        open_session(model, nothing, [prompt], prefix, routing_only=True, observe=seen.__setitem__)
        for slot, layer in enumerate(model.config.router_layers):
            query = (questions[slot, at] @ router.query[slot].T).view(1, -1, model.head_dim)
            assert largest_gap(normalize(query, dim=2), seen[f"router_query.{layer}"]) < 1e-2


def test_adapters_on_one_layer_do_not_mix() -> None:
    model, ids = routed_model(taught=True), torch.tensor(tokens(4, 9)[0])

    def logits(name: str | None) -> Tensor:
        with torch.inference_mode(), model.adapted(name):
            return plain_logits(model, ids)

    plain, encoding = logits(None), logits(ENCODER)
    assert largest_gap(plain, encoding) > 1e-3
    assert torch.equal(logits(READER), plain)  # it has none yet
    add_lora(model, ADAPTED, name=READER)
    give_noise(model, READER)
    assert torch.equal(logits(None), plain) and torch.equal(logits(ENCODER), encoding)
    assert largest_gap(logits(READER), plain) > 1e-3


def run(folder: Path, steps: int) -> tuple[MsaModel, Projections, list[dict[str, float]]]:
    model = routed_model(taught=False)
    encoder, start = Encoder(model, PREFIX, FIRST), projections(model)
    router, log = train(
        encoder, start, [corpus(80)], folder, steps=steps, rate=1e-2, router_rate=1e-2, seed=0
    )
    return model, router, log


def test_it_learns_and_an_interrupted_run_ends_as_an_uninterrupted_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_encoder, "EVERY", 5)
    monkeypatch.setattr(train_encoder, "QUESTIONS", 8)
    monkeypatch.setattr(train_encoder, "DOCUMENTS", 16)
    for name in ("whole", "parts"):
        (tmp_path / name).mkdir()
    model, router, log = run(tmp_path / "whole", 15)
    assert log[-1]["held_out"] < log[0]["held_out"]
    assert all(float(p.detach().abs().max()) > 0 for p in adapter_parameters(model, ENCODER).values())

    real, calls = train_encoder.batch_loss, iter(range(1000))

    def cut_off(*arguments: Any) -> Tensor:
        if next(calls) == 8 + 5 + 8 + 2:  # watched batches, five steps, watched batches, two more steps
            raise KeyboardInterrupt
        return real(*arguments)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(train_encoder, "batch_loss", cut_off)
        run(tmp_path / "parts", 15)
    again, resumed, log_again = run(tmp_path / "parts", 15)
    assert [e["step"] for e in log_again] == [0, 5, 10, 15]
    torch.testing.assert_close(resumed.query, router.query)
    for name, tensor in adapter_parameters(model, ENCODER).items():
        torch.testing.assert_close(adapter_parameters(again, ENCODER)[name], tensor)


def test_the_teacher_and_the_answer_both_count() -> None:
    model, asked = routed_model(taught=True), corpus(12)
    encoder, router = Encoder(model, PREFIX, FIRST), projections(model)
    questions, documents = draw(asked, range(12), random.Random(0))
    assert set(questions) <= set(documents)
    right = float(batch_loss(encoder, router, asked, questions, documents).detach())
    wrong_teacher = replace(asked, document_teacher=torch.eye(12).flip(0))
    wrong_gold = replace(asked, gold=[(11 - at,) for at in range(12)])
    for other in (wrong_teacher, wrong_gold):
        assert float(batch_loss(encoder, router, other, questions, documents).detach()) != pytest.approx(
            right
        )
    found = recall(encoder, router, asked, range(12), at_once=5)
    assert found == recall(encoder, router, asked, range(12), at_once=12)
    assert found[0] <= found[1] <= found[2] == 1.0


def test_a_folder_encodes_with_its_adapter_and_is_another_model_by_it(tmp_path: Path) -> None:
    plain = tiny_model(router_layers=(0, 3), query_reduce="pool")
    save_model(plain, tmp_path / "model")
    before = fingerprint(tmp_path / "model")
    save_lora(routed_model(taught=True), ADAPTED, tmp_path / "model" / ENCODER_FILE, name=ENCODER)
    loaded = load_model(tmp_path / "model")
    assert loaded.adapters == {ENCODER} and loaded.switch.on is None
    assert loaded.fingerprint == fingerprint(tmp_path / "model") != before
    assert not load_model(tmp_path / "model", encoder=False).adapters
    with_it, without = (encode_documents(m, tokens(2, 8))[0].router_key for m in (loaded, plain))
    assert largest_gap(with_it[0], without[0]) < 1e-5 < 1e-3 < largest_gap(with_it[1], without[1])


def test_the_command_ships_only_a_winner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a", "b"):
        write_set(tmp_path, name, 70)
    backbone = tiny_backbone()
    width, heads, dim = backbone.config.hidden_size, 4, 8
    layers = {
        layer: (torch.randn(heads * dim, width), torch.randn(2 * dim, width))
        for layer in (0, backbone.config.num_hidden_layers - 1)
    }
    save_router(tmp_path / "start.safetensors", layers, RouterSettings(tuple(layers), 16).msa_config(), {})
    monkeypatch.setattr(train_encoder, "read_backbone", lambda *a: (backbone, Letters()))
    monkeypatch.setitem(
        train_encoder.TEACHERS, "minilm", lambda: lambda texts: normalize(torch.ones(len(texts), 3))
    )
    out, router = tmp_path / "encoder.safetensors", tmp_path / "router.safetensors"
    command = [
        *["--model", "unused", "--router", str(tmp_path / "start.safetensors"), "--data", str(tmp_path)],
        *["--sets", "a=60", "--leave-out", "b=20", "--steps", "2", "--first-layer", "1", "--rank", "2"],
        *["--work", str(tmp_path / "work"), "--out", str(out), "--router-out", str(router)],
    ]
    assert main(command) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert out.exists() == router.exists() == result["kept"]
    if result["kept"]:
        model = tiny_model()
        with pytest.raises(RuntimeError, match="another one"):
            load_lora(model, out, name=ENCODER)
