"""Training end to end: a tiny model learns to write ids and answers read from compressed memory; runs resume exactly."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.checkpoint import load_model, save_model
from engine.encode import encode_documents
from engine.generate import Sampling, generate
from engine.interleave import ANSWER, Finished, interleave
from engine.layout import END_OF_RETRIEVE, MSA_INSTRUCTION, MSA_REQUEST, Layout
from engine.lora import LoraSettings, add_lora, load_lora, merge_lora, save_lora
from engine.memory import RamMemory
from engine.model import MsaModel
from engine.session import encode_prefix, open_session
from engine.training.forward import Sample, compute_losses
from engine.training.loop import LOG, STATE, Phase, Settings, Step, is_router, train, trainable
from engine.training.samples import chain, direct
from tests.engine.tiny import largest_gap, plain_logits, tiny_model
from tests.engine.words import letters

# The template's sentences are one token each, which keeps sequences short.
PHRASES = (
    "user\n",
    MSA_INSTRUCTION.format(""),
    MSA_REQUEST,
    "The user's question is: ",
    ANSWER,
    END_OF_RETRIEVE,
)
TOKENIZER = letters(phrases=PHRASES)
LAYOUT = Layout("msa", TOKENIZER)


def fresh(seed: int = 1, hidden: int = 64, **options: Any) -> MsaModel:
    settings: dict[str, Any] = {"vocab": len(TOKENIZER), "hidden": hidden, "top_k": 2, **options}
    return tiny_model("llama", seed=seed, **settings)


def banks(count: int) -> list[tuple[dict[int, str], dict[str, tuple[int, str]]]]:
    """Small memories (id -> text) with what each says of a name: the same names, other ids and values in every one."""
    draw = random.Random(0)
    found = []
    for _ in range(count):
        ids, names = draw.sample(range(1, 10), 3), draw.sample(["ann", "bob", "cat", "dan"], 3)
        values = draw.sample("pqrstuvw", 3)
        facts = {n: (i, v) for i, n, v in zip(ids, names, values, strict=True)}
        found.append(({i: f"{n} {v}" for n, (i, v) in sorted(facts.items(), key=lambda f: f[1])}, facts))
    return found


BANKS = banks(4)
SAMPLES = [
    direct(LAYOUT, documents, name, [number], value)
    for documents, facts in BANKS
    for name, (number, value) in facts.items()
]


def memory_of(model: MsaModel, documents: dict[int, str]) -> RamMemory:
    encoded = encode_documents(model, [LAYOUT.document(number, text) for number, text in documents.items()])
    return RamMemory(encoded, model.config, list(documents))


def reply(model: MsaModel, memory: RamMemory, question: str) -> str:
    prefix = encode_prefix(model, LAYOUT.prefix)
    session = open_session(model, memory, [LAYOUT.question(question)], prefix)
    tokens = [step[0] for step in generate(session, Sampling(5), LAYOUT.stop_ids)]
    return str(TOKENIZER.decode([token for token in tokens if token is not None]))


def answers(model: MsaModel, memory: RamMemory, questions: Sequence[str]) -> list[str]:
    def no_text(ids: Sequence[int]) -> list[str | None]:
        raise AssertionError("no original text is asked for")

    events = interleave(model, memory, LAYOUT, questions, no_text, sampling=Sampling(10))
    ended = {event.question: event.text for event in events if isinstance(event, Finished)}
    return [ended[row] for row in range(len(questions))]


def test_overfits_until_it_answers_through_compressed_memory_alone(tmp_path: Path) -> None:
    """The banks contradict each other, so nothing but the memory can tell which id and value are right."""
    said = {(name, value) for _, facts in BANKS for name, (_, value) in facts.items()}
    assert len(said) > 2 * len({name for name, _ in said})
    model = fresh()
    phases = (
        Phase(5, 0.1, 1.0, 3e-3, "routers"),
        Phase(10, 0.1, 1.0, 3e-3),
        Phase(120, 1.0, 0.1, 3e-3),
    )
    steps = train(
        model,
        SAMPLES,
        Settings(phases, batch=12),
        tmp_path,
        on_step=lambda step: step.phase == 2 and step.language < 0.01,
    )
    assert steps[-1].language < 0.01 < 1.0 < steps[0].language
    assert steps[-1].router < 0.3 < steps[0].router
    for documents, facts in BANKS:
        memory = memory_of(model, documents)
        for name, (number, _) in facts.items():
            assert reply(model, memory, name).startswith(f"[{number}]{END_OF_RETRIEVE}")
        assert answers(model, memory, list(facts)) == [value for _, value in facts.values()]
        # Without the memory, or with another one, the same questions are not answered so.
        wanted = [value for _, value in facts.values()]
        assert answers(model, RamMemory([], model.config), list(facts)) != wanted
        # The router has learnt where the answer lies: the right document is its first choice.
        session = open_session(
            model, memory, [LAYOUT.question(name) for name in facts], encode_prefix(model, LAYOUT.prefix)
        )
        for row, (number, _) in enumerate(facts.values()):
            assert number in session.selections[-1][row].document_ids.tolist()


SHORT = Settings((Phase(2, 0.1, 1.0, 1e-3, "routers"), Phase(4, 1.0, 0.1, 1e-3)), batch=2, accumulate=2)


def curve(steps: Sequence[Step]) -> list[tuple[int, int, float, float, float]]:
    return [(step.step, step.phase, step.loss, step.language, step.router) for step in steps]


def small() -> MsaModel:
    return fresh(hidden=32)


def test_a_killed_run_continues_the_uninterrupted_curve(tmp_path: Path) -> None:
    whole = small()
    want = train(whole, SAMPLES, SHORT, tmp_path / "whole")

    class PowerCut(Exception):
        pass

    def cut(step: Step) -> None:
        if step.step == 4:
            raise PowerCut

    settings = replace(SHORT, save_every=3)
    with pytest.raises(PowerCut):
        train(small(), SAMPLES, settings, tmp_path / "cut", on_step=cut)
    assert len((tmp_path / "cut" / LOG).read_text("utf-8").splitlines()) == 4
    model = small()
    rest = train(model, SAMPLES, settings, tmp_path / "cut")
    assert curve(rest) == curve(want)[3:]
    for left, right in zip(whole.parameters(), model.parameters(), strict=True):
        assert torch.equal(left, right)
    logged = [Step(**json.loads(line)) for line in (tmp_path / "cut" / LOG).read_text("utf-8").splitlines()]
    assert curve(logged) == curve(want)
    assert sorted(path.name for path in (tmp_path / "cut").iterdir()) == [LOG, STATE]


def test_a_finished_run_has_nothing_left_and_another_run_is_refused(tmp_path: Path) -> None:
    train(small(), SAMPLES, SHORT, tmp_path)
    again = small()
    assert train(again, SAMPLES, SHORT, tmp_path) == []
    assert not torch.equal(again.backbone.lm_head.weight, small().backbone.lm_head.weight)
    for samples, settings in ((SAMPLES[1:], SHORT), (SAMPLES, replace(SHORT, seed=1))):
        with pytest.raises(ValueError, match="other data, settings or model"):
            train(small(), samples, settings, tmp_path)
    with pytest.raises(ValueError, match="at least one sample"):
        train(small(), [], SHORT, tmp_path / "none")


def test_seed_decides_the_curve(tmp_path: Path) -> None:
    curves = [
        curve(train(small(), SAMPLES, replace(SHORT, seed=seed), tmp_path / name))
        for name, seed in (("a", 0), ("b", 0), ("c", 1))
    ]
    assert curves[0] == curves[1] != curves[2]


def test_router_phase_changes_routers_alone(tmp_path: Path) -> None:
    model, before = small(), small()
    train(model, SAMPLES, Settings((Phase(2, 0.1, 1.0, 1e-3, "routers"),), batch=3), tmp_path)
    for (name, new), old in zip(model.backbone.named_parameters(), before.backbone.parameters(), strict=True):
        assert torch.equal(new, old) != is_router(name)
        assert not new.requires_grad and new.grad is None


def test_checkpointing_and_accumulation_keep_the_curve(tmp_path: Path) -> None:
    equal = [sample for sample in SAMPLES if len(sample.active) == len(SAMPLES[0].active)][:4]
    phases = (Phase(3, 1.0, 0.1, 1e-3),)
    runs = [
        train(small(), equal, settings, tmp_path / str(at))
        for at, settings in enumerate(
            [
                Settings(phases, batch=4),
                Settings(phases, batch=4, checkpointing=True),
                Settings(phases, batch=2, accumulate=2),
            ]
        )
    ]
    for run in runs[1:]:
        assert [s.loss for s in run] == pytest.approx([s.loss for s in runs[0]], rel=1e-4)


def test_bfloat16_by_autocast_and_by_weights(tmp_path: Path) -> None:
    phases = (Phase(4, 1.0, 0.1, 1e-3),)
    exact = train(small(), SAMPLES, Settings(phases, batch=4), tmp_path / "float32")
    mixed_model = small()
    mixed = train(
        mixed_model, SAMPLES, Settings(phases, batch=4, precision="bfloat16"), tmp_path / "autocast"
    )
    half_model = fresh(hidden=32, dtype=torch.bfloat16)
    half = train(half_model, SAMPLES, Settings(phases, batch=4), tmp_path / "weights")
    assert mixed_model.dtype == torch.float32 and half_model.dtype == torch.bfloat16
    for run in (mixed, half):
        assert [s.loss for s in run] == pytest.approx([s.loss for s in exact], rel=0.1)
        assert [s.loss for s in run] != [s.loss for s in exact]


def test_adapters_train_alone_and_merge(tmp_path: Path) -> None:
    lora = LoraSettings(layers=(1, 3), rank=4, targets=("q_proj", "v_proj", "down_proj"))
    model, before = small(), small()
    add_lora(model, lora)
    names = trainable(model)
    assert len([name for name in names if ".lora_" in name]) == 2 * 3 * 2
    assert all(".lora_" in name or is_router(name) for name in names)
    loss = compute_losses(model, SAMPLES[:3]).total.detach()
    assert loss == compute_losses(before, SAMPLES[:3]).total.detach()  # zero at first
    steps = train(model, SAMPLES, Settings((Phase(6, 1.0, 0.1, 1e-2),), batch=6), tmp_path / "run")
    assert steps[-1].loss < steps[0].loss
    left, right = model.backbone.state_dict(), before.backbone.state_dict()
    assert all(torch.equal(left[name], right[name]) != is_router(name) for name in right)

    save_lora(model, lora, tmp_path / "adapter.safetensors")
    again = small()
    assert load_lora(again, tmp_path / "adapter.safetensors") == lora
    for name, tensor in again.backbone.state_dict().items():
        assert is_router(name) or torch.equal(tensor, left[name])

    ids = torch.tensor(SAMPLES[0].active)
    with torch.inference_mode():
        adapted = plain_logits(model, ids)
    merge_lora(model)
    with torch.inference_mode():
        assert largest_gap(plain_logits(model, ids), adapted) < 1e-4
    assert model.backbone.state_dict().keys() == right.keys()
    save_model(model, tmp_path / "merged")
    assert load_model(tmp_path / "merged").num_layers == 4


def test_adapters_for_another_model_are_refused(tmp_path: Path) -> None:
    lora = LoraSettings(layers=(0,))
    model = small()
    add_lora(model, lora)
    save_lora(model, lora, tmp_path / "adapter.safetensors")
    with pytest.raises(RuntimeError, match="made for another"):
        load_lora(fresh(), tmp_path / "adapter.safetensors")
    for wrong in (LoraSettings(layers=(9,)), LoraSettings(layers=(0,), targets=("lm_head",))):
        with pytest.raises(ValueError, match="no such layer"):
            add_lora(small(), wrong)


def test_training_a_loaded_checkpoint_leaves_its_file_alone(tmp_path: Path) -> None:
    save_model(small(), tmp_path / "model")
    file = tmp_path / "model" / "model.safetensors"
    before = file.read_bytes()
    model = load_model(tmp_path / "model")
    weight = model.backbone.model.layers[0].mlp.up_proj.weight.clone()
    train(model, SAMPLES, SHORT, tmp_path / "run")
    assert not torch.equal(weight, model.backbone.model.layers[0].mlp.up_proj.weight)
    assert file.read_bytes() == before


def test_a_loss_that_explodes_stops_the_run(tmp_path: Path) -> None:
    model = small()
    with torch.no_grad():
        model.backbone.lm_head.weight[3] = float("nan")
    with pytest.raises(FloatingPointError, match="not finite"):
        train(model, SAMPLES, SHORT, tmp_path)
    assert not (tmp_path / STATE).exists()


def spelled(sample: Sample, keep: Sequence[bool]) -> str:
    return str(TOKENIZER.decode([t for t, flag in zip(sample.active, keep, strict=True) if flag]))


def test_a_chain_is_one_sample_per_step() -> None:
    documents = {2: "ann p", 5: "bob q", 7: "cat r"}
    first, second, last = chain(LAYOUT, documents, "who", [[5], [7, 2]], "Ann")
    asked = MSA_INSTRUCTION.format("who") + MSA_REQUEST
    assert [spelled(s, s.routes) for s in (first, second, last)] == [
        asked,
        asked + "[5]. bob q\n",
        asked + "[7]. cat r\n[2]. ann p\n",
    ]
    assert [spelled(s, [label != -100 for label in s.labels]) for s in (first, second, last)] == [
        "[5]<|object_ref_end|>",
        "[7][2]<|object_ref_end|>",
        "<End-of-Retrieve>The answer to the question is: Ann<|im_end|>",
    ]
    assert [s.positive for s in (first, second, last)] == [
        [False, True, False],
        [True, False, True],
        [True, False, True],
    ]
    told = "[5]<|object_ref_end|>[5]. bob q\n<|object_ref_end|>"
    assert spelled(second, [True] * len(second.active)) == (
        asked + "<|im_end|>\n<|im_start|>" + told + "[7][2]<|object_ref_end|>"
    )
    assert first.prefix == LAYOUT.prefix and first.documents[1] == LAYOUT.document(5, "bob q")
