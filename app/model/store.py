"""Models on this machine: fetch the embedded ones, fetch or convert others, load the one that answers.

A finished model is one folder that appears whole (written under another name and renamed), so an interrupted conversion
leaves nothing half-made and simply starts again. Until the default is here, or where memory is short for it, the small
model answers in its place, and `better` says how to get the other.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import ModelMissing, ModelUnusable
from app.model import hub
from app.model.allocator import hand_back
from app.model.catalogue import DEFAULT, KNOWN, SMALL, KnownModel, full_name
from app.model.devices import best_device
from app.model.fetch import Report, fetch
from app.settings import Settings

if TYPE_CHECKING:
    import torch

    from engine.model import MsaModel

READER_FILE = "reader.safetensors"  # of a model folder, see engine/training/train_reader.py


def answering(settings: Settings) -> str:
    """The name of the model that answers: the one that is set, or the small one while the default is not here."""
    name = full_name(settings.model)
    if (
        name == DEFAULT.name
        and not _is_whole(_folder(settings, name))
        and _is_whole(_folder(settings, SMALL.name))
    ):
        return SMALL.name
    return name


def better(settings: Settings) -> str:
    """How to get the model that is set, where a smaller one answers in its place; else ""."""
    if answering(settings) == full_name(settings.model):
        return ""
    short = " This machine has little memory for it." if _memory() < DEFAULT.memory else ""
    return f"{DEFAULT.name} reads more languages and answers better; fetch it: doppel model pull {DEFAULT.name}.{short}"


def model_folder(settings: Settings, name: str | None = None) -> Path:
    """Where a model lies, by default the one that answers: a local folder as given, anything else in the data directory."""
    return _folder(settings, name or answering(settings))


def _folder(settings: Settings, name: str) -> Path:
    local = Path(name).expanduser()
    if local.is_dir():
        return local
    return settings.home / "models" / _folder_name(full_name(name))


def _folder_name(name: str) -> str:
    folder = re.sub(r"[^A-Za-z0-9._-]+", "--", name)
    return f"{folder}-{_digest(name)}" if name in KNOWN else folder


@cache
def _digest(name: str) -> str:
    """Another router or encoder is another model: a new release converts again instead of reading an old folder."""
    model = KNOWN[name]
    shipped = b"".join(path.read_bytes() for path in (model.router, model.encoder) if path.is_file())
    return hashlib.sha256(shipped or repr(model.router_layers).encode()).hexdigest()[:8]


def _is_whole(folder: Path) -> bool:
    return (folder / "config.json").is_file()


def _memory() -> int:
    import psutil

    return int(psutil.virtual_memory().total)


def is_ready(settings: Settings) -> bool:
    """Whether there is a model that answers."""
    return _is_whole(model_folder(settings))


def fingerprint(settings: Settings) -> str:
    """What the bank of the model that the settings name is called. Raises ModelMissing, ModelUnusable."""
    from engine.checkpoint import CheckpointError
    from engine.checkpoint import fingerprint as fingerprint_of

    try:
        return fingerprint_of(_ready_folder(settings))
    except CheckpointError as error:
        raise ModelUnusable(str(error)) from None


def reader(settings: Settings) -> Path:
    """The trained reader of the model that answers, if there is one: shipped for a known model, else in its folder.

    A known model's folder, given by its path, is known by its name.
    """
    folder = model_folder(settings)
    for known in KNOWN.values():
        if folder.name == _folder_name(known.name):
            return known.reader
    return folder / READER_FILE


def _ready_folder(settings: Settings) -> Path:
    if not is_ready(settings):
        raise ModelMissing(
            f"The model {settings.model!r} is not on this machine yet. Fetch it: doppel model pull"
        )
    return model_folder(settings)


def load(settings: Settings) -> MsaModel:
    """The model that the settings name, on the best device, in the number format that is fastest there.

    Raises ModelMissing or ModelUnusable.
    """
    folder = _ready_folder(settings)

    from engine.answering.settings import reading_settings
    from engine.checkpoint import CheckpointError, load_model
    from engine.config import ConfigError
    from engine.decoding import int8_bytes, write_with_int8
    from engine.lora import load_adapter
    from engine.model import READER
    from engine.planning.costs import WRITING_SHARE

    device = best_device().name
    dtype, products = fastest_dtypes(device)
    try:
        model = load_model(folder, dtype=dtype, products=products, device=device)
        if (model.config.head_reduce, model.config.chunk_reduce) != ("mean", "max"):
            raise ConfigError(
                "the archive scores documents by the mean over heads and the best chunk; this model wants other"
            )
        adapter = reader(settings)
        int8 = products is not None and int8_bytes(model) <= WRITING_SHARE * _memory()
        if adapter.is_file():
            # Weights with the reader in them are a second copy. Written is with copies of their own then.
            load_adapter(model, adapter, READER, fused=not int8)
            model.reading = reading_settings(adapter)
        if int8:
            write_with_int8(model)
        hand_back()  # half a gigabyte that converting weights leaves behind
        return model
    except (CheckpointError, ConfigError) as error:
        raise ModelUnusable(str(error)) from None


def fastest_dtypes(device: str) -> tuple[torch.dtype, torch.dtype | None]:
    """What a model is computed in, and what the weights of its linear layers are held in where that differs.

    All in bfloat16 on a GPU. On CPUs everything but products is slower in it.
    """
    import torch

    return (torch.bfloat16, None) if device == "cuda" else (torch.float32, torch.bfloat16)


def pull(settings: Settings, name: str | None = None, report: Report = lambda line: None) -> Path:
    """Make sure that a model is on this machine, by default the one that is set; returns the folder of the one that is.

    Where the default cannot be had or memory is short for it, that is the small one. Raises ModelUnusable with what to do.
    """
    if name is not None or full_name(settings.model) != DEFAULT.name:
        return _pull(settings, full_name(name or settings.model), report)
    if not _is_whole(_folder(settings, DEFAULT.name)) and _memory() < DEFAULT.memory:
        report(f"This machine has little memory for {DEFAULT.name}: {SMALL.name} answers instead.")
        return _pull(settings, SMALL.name, report)
    try:
        return _pull(settings, DEFAULT.name, report)
    except ModelUnusable as error:
        report(f"{error} Until then {SMALL.name} answers.")
        return _pull(settings, SMALL.name, report)


def _pull(settings: Settings, name: str, report: Report) -> Path:
    known = KNOWN.get(name)
    folder = _folder(settings, name)
    if _is_whole(folder):
        report(f"{name} is here: {folder}")
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    fetched = folder.with_name(f".fetch-{folder.name}")  # stays when interrupted: the next pull goes on
    if known:
        source = fetch(known, fetched, report)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".pull-") as scratch:
            _make_known(known, source, Path(scratch) / "model", report)
            os.replace(Path(scratch) / "model", folder)
    else:
        report(f"Downloading {name} from the hub …")
        _finish(hub.fetch(name, fetched, report), folder, None, report)
    shutil.rmtree(fetched)
    report(f"{name} is ready: {folder}")
    return folder


def _make_known(known: KnownModel, source: Path, folder: Path, report: Report) -> None:
    from engine.checkpoint import ENCODER_FILE

    router = known.router if known.router.is_file() else None
    _finish(source, folder, router, report, layers=known.router_layers)
    if known.encoder.is_file():
        shutil.copyfile(known.encoder, folder / ENCODER_FILE)


def convert(
    source: Path, target: Path, texts: Iterable[Path] = (), report: Report = lambda line: None
) -> Path:
    """`doppel model convert`: an MSA checkpoint of a plain model, its router fitted in closed form to some texts.

    texts: text files; by default those of the packaged sample archive.
    """
    if target.exists():
        raise ModelUnusable(f"{target} exists already: choose another folder or remove it")
    with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".convert-") as scratch:
        router = _fit_router(source, Path(scratch) / "router.safetensors", list(texts), report)
        _finish(source, target, router, report)
    return target


def _finish(
    source: Path, folder: Path, router: Path | None, report: Report, *, layers: tuple[int, ...] = ()
) -> None:
    """Turn what was fetched into a model folder: as it is if it is an MSA checkpoint, converted otherwise."""
    import torch

    from engine.checkpoint import CheckpointError, read_config, save_model
    from engine.config import ConfigError
    from engine.convert import convert as attach
    from engine.convert import read_backbone

    try:
        if source.is_dir() and "msa_config" in read_config(source):
            os.replace(source, folder)
            return
        router = router or _fit_router(source, folder.with_suffix(".router.safetensors"), [], report, layers)
        report("Converting …")
        backbone, tokenizer = read_backbone(source, torch.bfloat16 if source.suffix == ".gguf" else None)
        save_model(attach(backbone, tokenizer, router), folder)
    except (CheckpointError, ConfigError) as error:
        raise ModelUnusable(str(error)) from None


def _fit_router(
    source: Path, target: Path, texts: list[Path], report: Report, layers: tuple[int, ...] = ()
) -> Path:
    from app.sample import sample_texts
    from engine.router.closed_form import fit_files

    report("Fitting the router in closed form …")
    if not texts:
        texts = [target.with_suffix(".txt")]
        texts[0].write_text("\n\n".join(sample_texts()), "utf-8")
    report(f"Fitted: {fit_files(source, texts, target, layers=layers or None)}")
    return target
