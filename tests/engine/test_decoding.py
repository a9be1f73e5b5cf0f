"""Answers written with int8 weights: how close they are, when they are used, and that nothing else changes."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.checkpoint import load_model, save_model
from engine.decoding import LEADING, Int8Head, int8_bytes, write_with_int8
from engine.encode import encode_documents
from engine.generate import Sampling, generate
from engine.lora import TARGETS, LoraSettings, add_lora, load_adapter, save_lora
from engine.memory import RamMemory
from engine.model import READER, MsaModel
from engine.products import MOST_ROWS, Product, int8_weight
from engine.session import Prompt, Session, encode_prefix, open_session
from tests.engine.tiny import tiny_model

READS = LoraSettings((1, 2), rank=2, targets=TARGETS)
DOCUMENTS = [list(range(10, 50)), list(range(50, 67))]
QUESTION = Prompt(list(range(20, 40)), [True] * 20)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A stored model with biases and a reader that changes what it says."""
    model = tiny_model("qwen2", chunk_size=8)
    save_model(model, tmp_path / "model")
    add_lora(model, READS, name=READER)
    draw = torch.Generator().manual_seed(5)
    for name, parameter in model.backbone.named_parameters():
        if ".lora_b." in name:
            parameter.data.copy_(0.1 * torch.randn(parameter.shape, generator=draw))
    save_lora(model, READS, tmp_path / "reader.safetensors", name=READER)
    return tmp_path / "model"


def load(folder: Path, *, reader: bool = True) -> MsaModel:
    model = load_model(folder, dtype=torch.float32, products=torch.bfloat16)
    if reader:
        load_adapter(model, folder.parent / "reader.safetensors", READER, fused=True)
    return model


def asked(model: MsaModel, adapter: str | None = READER, questions: int = 1) -> Session:
    memory = RamMemory(encode_documents(model, DOCUMENTS), model.config)
    prefix = encode_prefix(model, [3, 4, 5], adapter=adapter)
    return open_session(model, memory, [QUESTION] * questions, prefix, adapter=adapter)


def test_a_row_is_rounded_to_half_a_step() -> None:
    weight = torch.randn(20, 48, generator=torch.Generator().manual_seed(0)) * 0.05
    weight[3] = 0
    rounded = int8_weight(weight)
    back = rounded.values.float() * rounded.scales.float()[:, None]
    # A scale that was rounded down clips the largest of its row by another quarter step.
    assert ((back - weight).abs() <= 0.76 * rounded.scales.float()[:, None]).all()
    assert not back[3].any() and rounded.nbytes == weight.numel() + 2 * len(weight)


def test_a_product_is_that_of_the_rounded_weights() -> None:
    draw = torch.Generator().manual_seed(1)
    weight, bias = torch.randn(24, 64, generator=draw), torch.randn(24, generator=draw)
    x = torch.randn(2, 3, 64, generator=draw)
    rounded = int8_weight(weight)
    found = rounded.multiply(x, bias)
    exact = x @ (rounded.values.float() * rounded.scales.float()[:, None]).T + bias
    assert found.shape == (2, 3, 24) and found.dtype == x.dtype
    torch.testing.assert_close(found, exact, rtol=2e-2, atol=5e-2)


def test_the_next_token_is_close_to_what_the_whole_weights_say(folder: Path) -> None:
    plain, quick = asked(load(folder)), asked(model := load(folder))
    write_with_int8(model)
    without = asked(load(folder, reader=False))
    assert torch.equal(plain.logits, quick.logits)  # prompts are read with the whole weights
    a, b, c = (session.extend([[7]]) for session in (plain, quick, without))
    assert 0 < (a - b).norm() < 0.03 * a.norm()
    assert (a - c).norm() > 3 * (a - b).norm()  # the reader is in there


def test_texts_are_encoded_as_before(folder: Path) -> None:
    plain, quick = load(folder), load(folder)
    write_with_int8(quick)
    short = [[11], [12, 13]]  # as few tokens as a step of writing
    for x, y in zip(encode_documents(plain, short), encode_documents(quick, short), strict=True):
        assert torch.equal(x.key, y.key) and torch.equal(x.router_key, y.router_key)


def test_further_text_is_read_with_the_whole_weights(folder: Path) -> None:
    plain, quick = asked(load(folder)), asked(model := load(folder))
    write_with_int8(model)
    assert torch.equal(plain.extend([[7, 8]]), quick.extend([[7, 8]]))


def test_another_adapters_answers_go_without(folder: Path) -> None:
    plain, quick = asked(load(folder), None), asked(model := load(folder), None)
    write_with_int8(model)
    assert torch.equal(plain.extend([[7]]), quick.extend([[7]]))


def test_a_model_without_a_reader_writes_with_its_backbone(folder: Path) -> None:
    for adapter in (None, "encoder", READER):
        plain = asked(load(folder, reader=False), adapter)
        quick = asked(model := load(folder, reader=False), adapter)
        write_with_int8(model)
        assert not torch.equal(plain.extend([[7]]), quick.extend([[7]]))


def test_many_questions_at_once_keep_the_products_that_are_faster_then(folder: Path) -> None:
    model = load(folder)
    write_with_int8(model)
    product = next(module for module in model.backbone.modules() if isinstance(module, Product))
    x = torch.randn(MOST_ROWS + 1, product.in_features, generator=torch.Generator().manual_seed(2))
    with model.adapted(READER, writing=True):
        assert torch.equal(product(x), product.whole(x))
        assert not torch.equal(product(x[:-1]), product.whole(x[:-1]))


def test_the_leading_words_are_scored_with_the_real_head() -> None:
    draw = torch.Generator().manual_seed(3)
    weight, bias = torch.randn(500, 32, generator=draw), torch.randn(500, generator=draw)
    hidden = torch.randn(3, 32, generator=draw)
    head = Int8Head(int8_weight(weight), weight, bias)
    exact = hidden @ weight.T + bias
    found = head.logits(hidden)
    torch.testing.assert_close(found, exact, rtol=5e-2, atol=0.3)
    best = exact.topk(LEADING // 2, dim=1).indices
    torch.testing.assert_close(found.gather(1, best), exact.gather(1, best))


def test_whole_layers_and_plain_models_are_left_alone(folder: Path) -> None:
    model = load_model(folder, dtype=torch.float32)
    write_with_int8(model)
    assert not model.writes and model.head is None
    assert int8_bytes(model) == model.backbone.lm_head.weight.numel()


def test_greedy_answers_agree(folder: Path) -> None:
    answers = []
    for quickly in (False, True):
        session = asked(model := load(folder))
        if quickly:
            write_with_int8(model)
        answers.append([step[0] for step in generate(session, Sampling(max_new_tokens=12), ())])
    assert answers[0][:4] == answers[1][:4]
