"""A model is loaded with its reader where it has one, and says so where the reader does not fit."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from app.errors import ModelUnusable
from app.model import store
from app.model.answerer import Answerer
from app.model.catalogue import DEFAULT, KNOWN, LARGE, SMALL, WEIGHTS, KnownModel, full_name
from app.model.fetch import Report
from app.settings import Settings, load
from engine.checkpoint import save_model
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


def test_what_loading_freed_is_handed_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[bool] = []
    monkeypatch.setattr(store, "hand_back", lambda: handed.append(True))
    save_model(model(), tmp_path / "model")
    store.load(Settings(home=tmp_path / "home", model=str(tmp_path / "model")))
    assert handed == [True]


def test_on_a_cpu_only_the_weights_of_products_are_in_bfloat16() -> None:
    assert store.fastest_dtypes("cpu") == (torch.float32, torch.bfloat16)
    assert store.fastest_dtypes("cuda") == (torch.bfloat16, None)


def test_a_reader_of_another_model_is_refused(tmp_path: Path) -> None:
    save_model(model(), tmp_path / "model")
    reader(tmp_path / "model" / store.READER_FILE, hidden=48)
    with pytest.raises(ModelUnusable, match="made for another one"):
        store.load(Settings(home=tmp_path / "home", model=str(tmp_path / "model")))


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the models that were fetched; what comes is tiny. Names in `unreachable` cannot be had."""
    names: list[str] = []

    def fetch(known: KnownModel, folder: Path, report: Report) -> Path:
        if known.name in unreachable:
            raise ModelUnusable(f"{known.name} could not be fetched")
        names.append(known.name)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / known.file).touch()
        return folder / known.file

    unreachable: list[str] = []
    monkeypatch.setattr(store, "fetch", fetch)
    monkeypatch.setattr(store, "_finish", lambda source, folder, *_, **__: save_model(model(), folder))
    monkeypatch.setattr(store, "_memory", lambda: 64 * 2**30)
    fetch.unreachable = unreachable  # type: ignore[attr-defined]
    return names


def cannot_be_had(name: str) -> None:
    store.fetch.unreachable.append(name)  # type: ignore[attr-defined]


def test_pull_fetches_the_default_once(tmp_path: Path, fetched: list[str]) -> None:
    settings = Settings(home=tmp_path)
    folder = store.pull(settings)
    assert store.pull(settings) == folder == store.model_folder(settings)
    assert fetched == [DEFAULT.name]
    assert store.answering(settings) == DEFAULT.name and not store.better(settings)
    assert [path.name for path in (tmp_path / "models").iterdir()] == [folder.name]


def test_the_small_model_answers_until_the_default_can_be_had(tmp_path: Path, fetched: list[str]) -> None:
    settings = Settings(home=tmp_path)
    assert not store.is_ready(settings)
    cannot_be_had(DEFAULT.name)
    said: list[str] = []
    folder = store.pull(settings, report=said.append)
    assert fetched == [SMALL.name] and folder == store.model_folder(settings) and store.is_ready(settings)
    assert any("could not be fetched" in line for line in said)
    assert store.answering(settings) == SMALL.name
    assert f"doppel model pull {DEFAULT.name}" in store.better(settings)
    before = store.fingerprint(settings)
    store.fetch.unreachable.clear()  # type: ignore[attr-defined]
    store.pull(settings)
    assert store.answering(settings) == DEFAULT.name and not store.better(settings)
    # Another memory: the archive moves to it in the background.
    assert store.fingerprint(settings) != before


def test_a_machine_with_little_memory_gets_the_small_model(
    tmp_path: Path, fetched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_memory", lambda: 3 * 2**30)
    settings = Settings(home=tmp_path)
    said: list[str] = []
    store.pull(settings, report=said.append)
    assert fetched == [SMALL.name] and "little memory" in said[0]
    assert "little memory" in store.better(settings)
    # Whoever asks for it by name gets it.
    store.pull(settings, "0.5b")
    assert store.answering(settings) == DEFAULT.name


def test_what_was_asked_for_by_name_is_never_another(tmp_path: Path, fetched: list[str]) -> None:
    cannot_be_had(LARGE.name)
    with pytest.raises(ModelUnusable, match="could not be fetched"):
        store.pull(Settings(home=tmp_path), "1.5B")
    assert store.answering(Settings(home=tmp_path, model="1.5b")) == LARGE.name
    assert not store.is_ready(Settings(home=tmp_path, model="1.5b"))


def test_known_models_are_local_and_shipped_weights_are_small() -> None:
    for known in KNOWN.values():
        assert Settings(model=known.name).model_is_local and full_name(known.name) == known.name
    assert SMALL.shipped == (SMALL.router, SMALL.encoder, SMALL.reader)
    assert sum(path.stat().st_size for path in WEIGHTS.glob("*.safetensors")) < 40e6


@pytest.mark.e2e
def test_what_answers_comes_with_what_was_trained_for_it() -> None:
    settings = load()
    loaded = store.load(settings)
    known = KNOWN[store.answering(settings)]
    assert "reader" in loaded.adapters and ("encoder" in loaded.adapters) == known.encoder.is_file()


@pytest.mark.e2e
def test_a_copy_of_an_older_reader_in_the_models_folder_is_not_read(tmp_path: Path) -> None:
    settings = load()
    folder = tmp_path / "models" / store.model_folder(settings).name
    folder.parent.mkdir()
    shutil.copytree(store.model_folder(settings), folder, copy_function=os.symlink)
    (folder / store.READER_FILE).unlink(missing_ok=True)
    (folder / store.READER_FILE).write_bytes(b"of another release")
    for here in (replace(settings, home=tmp_path), replace(settings, home=tmp_path, model=str(folder))):
        assert "reader" in store.load(here).adapters
