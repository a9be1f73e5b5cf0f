"""Products in bfloat16 between float32 activations: what is rounded, and that a document's encoding stays its own."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from engine.checkpoint import load_model, save_model
from engine.encode import encode_documents
from engine.lora import TARGETS, LoraSettings, add_lora, save_lora
from engine.model import ENCODER, MsaModel
from engine.products import Product, is_product, multiply
from tests.engine.tiny import tiny_model

ADAPTED = LoraSettings((1, 2), rank=2, targets=TARGETS)
DOCUMENTS = [list(range(10, 50)), list(range(50, 67)), list(range(30, 93))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A stored model whose biases and encoder take part."""
    model = tiny_model("qwen2", chunk_size=8)
    save_model(model, tmp_path / "model")
    add_lora(model, ADAPTED, name=ENCODER)
    draw = torch.Generator().manual_seed(5)
    for name, parameter in model.backbone.named_parameters():
        if ".lora_b." in name:
            parameter.data.copy_(0.1 * torch.randn(parameter.shape, generator=draw))
    save_lora(model, ADAPTED, tmp_path / "model" / "encoder.safetensors", name=ENCODER)
    return tmp_path / "model"


def load(folder: Path) -> MsaModel:
    return load_model(folder, dtype=torch.float32, products=torch.bfloat16)


def test_only_the_decoders_linear_layers_change(folder: Path) -> None:
    model = load(folder)
    halved = {name for name, tensor in model.backbone.named_parameters() if tensor.dtype == torch.bfloat16}
    plain = {
        name for name, _ in load_model(folder, dtype=torch.float32, encoder=False).backbone.named_parameters()
    }
    assert halved == {name for name in plain if is_product(name)} and len(halved) == 4 * (
        7 + 3
    )  # three with a bias
    assert model.dtype == torch.float32
    for layer in model.config.router_layers:
        assert (
            model.backbone.get_submodule(f"model.layers.{layer}.self_attn.router_k_proj.0").weight.dtype
            == torch.float32
        )


def test_encodings_are_those_of_float32_but_for_rounding(folder: Path) -> None:
    exact = encode_documents(load_model(folder, dtype=torch.float32), DOCUMENTS)
    rounded = encode_documents(load(folder), DOCUMENTS)
    without = encode_documents(load_model(folder, dtype=torch.float32, encoder=False), DOCUMENTS)
    for a, b, c in zip(exact, rounded, without, strict=True):
        assert b.key.dtype == torch.float32
        for name in ("router_key", "key", "value"):
            x, y, z = getattr(a, name), getattr(b, name), getattr(c, name)
            assert 0 < (x - y).norm() < 0.02 * x.norm()
            assert (x - z).norm() > 5 * (x - y).norm()  # the encoder is in there


def test_a_document_is_encoded_alike_in_any_company(folder: Path) -> None:
    model = load(folder)
    together = encode_documents(model, DOCUMENTS)
    for document, found in zip(DOCUMENTS, together, strict=True):
        (alone,) = encode_documents(model, [document])
        torch.testing.assert_close(alone.key, found.key, rtol=2e-2, atol=2e-2)
        torch.testing.assert_close(alone.router_key, found.router_key, rtol=2e-2, atol=2e-2)


def test_a_product_answers_in_the_type_it_was_asked_in() -> None:
    base = nn.Linear(16, 8)
    x = torch.randn(3, 16, generator=torch.Generator().manual_seed(1))
    same = Product(base)
    assert torch.equal(same(x), base(x))
    assert {name: p.data_ptr() for name, p in same.named_parameters()} == {
        name: p.data_ptr() for name, p in base.named_parameters()
    }
    rounded = multiply(x, base.weight.bfloat16(), base.bias.bfloat16())
    assert rounded.dtype == torch.float32
    torch.testing.assert_close(rounded, base(x), rtol=2e-2, atol=2e-2)


def test_a_cpu_without_bfloat16_products_widens_the_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """They stay as they are stored, and nothing is rounded but once, when they were."""
    draw = torch.Generator().manual_seed(4)
    x, weight, bias = (torch.randn(shape, generator=draw) for shape in ((3, 64), (8, 64), (8,)))
    halved = weight.bfloat16()
    monkeypatch.setattr("engine.products.native_bfloat16", lambda: False)
    assert torch.equal(
        multiply(x, halved, bias.bfloat16()), F.linear(x, halved.float(), bias.bfloat16().float())
    )
    monkeypatch.setattr("engine.products.native_bfloat16", lambda: True)
    rounded = F.linear(x.bfloat16(), halved, bias.bfloat16()).float()
    assert torch.equal(multiply(x, halved, bias.bfloat16()), rounded)
    assert not torch.equal(multiply(x, halved, None), F.linear(x, halved.float()))


def test_words_stay_as_they_are_stored(tmp_path: Path) -> None:
    """The embedding and the head are widened where they are used, with the very same results."""
    model = tiny_model("qwen2", chunk_size=8)
    model.backbone.to(torch.bfloat16)
    save_model(model, tmp_path / "model")
    whole = load_model(tmp_path / "model", dtype=torch.float32)
    stored = load(tmp_path / "model")
    words = stored.backbone.get_input_embeddings()
    assert words.weight.dtype == stored.backbone.lm_head.weight.dtype == torch.bfloat16
    ids, hidden = torch.tensor([3, 9, 4]), torch.randn(5, words.weight.shape[1])
    assert words(ids).dtype == torch.float32
    assert torch.equal(words(ids), whole.backbone.get_input_embeddings()(ids))
    torch.testing.assert_close(stored.logits(hidden), whole.logits(hidden))
