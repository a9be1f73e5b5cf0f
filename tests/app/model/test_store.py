"""A model is loaded with its reader where it has one, and says so where the reader does not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from app.errors import ModelUnusable
from app.model import store
from app.model.answerer import Answerer
from app.settings import DEFAULT_MODEL, Settings, load
from engine.checkpoint import ENCODER_FILE, save_model
from engine.lora import TARGETS, LoraSettings, add_lora, save_lora
from engine.memory import RamMemory
from engine.model import MsaModel
from tests.engine.tiny import tiny_model
from tests.engine.words import letters

READER = LoraSettings((0, 1, 2, 3), rank=2, targets=TARGETS)


def model(hidden: int = 32, **changes: Any) -> MsaModel:
    made = tiny_model(
        vocab=len(letters()),
        hidden=hidden,
        layout="chat",
        writes_document_ids=False,
        query_reduce="mean",
        **changes,
    )
    made.tokenizer = letters()
    return made


def reader(path: Path, hidden: int = 32) -> None:
    taught = model(hidden)
    add_lora(taught, READER)
    draw = torch.Generator().manual_seed(5)
    for name, parameter in taught.backbone.named_parameters():
        if ".lora_b." in name:
            parameter.data.copy_(torch.randn(parameter.shape, generator=draw))
    save_lora(taught, READER, path)


def test_a_folder_may_hold_a_reader(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", model=str(tmp_path / "model"))
    save_model(model(), tmp_path / "model")
    before = store.fingerprint(settings)
    assert not store.load(settings).adapters
    reader(tmp_path / "model" / store.READER_FILE)
    loaded = store.load(settings)
    assert loaded.adapters == {"reader"} and loaded.switch.on is None
    # Banks outlive readers.
    assert loaded.fingerprint == store.fingerprint(settings) == before
    answerer, nothing = Answerer(loaded), RamMemory([], loaded.config)
    answers = [
        "".join(answerer.reader.read_together(nothing, "who?", ["ann met bob"], adapted=adapted))
        for adapted in (True, False)
    ]
    assert answers[0] != answers[1]


@pytest.mark.parametrize(
    ("can", "products"),
    [
        ({"avx512_bf16": True}, torch.bfloat16),
        ({"amx_bf16": True}, torch.bfloat16),
        ({"avx2": True}, None),
        ({}, None),
    ],
)
def test_products_are_in_bfloat16_where_the_processor_multiplies_it(
    monkeypatch: pytest.MonkeyPatch, can: dict[str, bool], products: torch.dtype | None
) -> None:
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: can)
    assert store.fastest_dtypes("cpu") == (torch.float32, products)
    assert store.fastest_dtypes("cuda") == (torch.bfloat16, None)


def test_a_reader_of_another_model_is_refused(tmp_path: Path) -> None:
    save_model(model(), tmp_path / "model")
    reader(tmp_path / "model" / store.READER_FILE, hidden=48)
    with pytest.raises(ModelUnusable, match="made for another one"):
        store.load(Settings(home=tmp_path / "home", model=str(tmp_path / "model")))


@pytest.mark.e2e
def test_the_default_comes_with_its_encoder_and_reader() -> None:
    settings = load()
    assert settings.model == DEFAULT_MODEL
    loaded = store.load(settings)
    assert loaded.adapters == {"encoder", "reader"}
    encoder = store.model_folder(settings) / ENCODER_FILE
    assert encoder.read_bytes() == store.DEFAULT_ENCODER.read_bytes()
    beside = store.model_folder(settings) / store.READER_FILE
    assert beside.read_bytes() == store.DEFAULT_READER.read_bytes()
    shipped = store.DEFAULT_READER.parent.glob("*.safetensors")
    assert sum(path.stat().st_size for path in shipped) < 30e6
