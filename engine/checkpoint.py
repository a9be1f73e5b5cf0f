"""Loading and saving MSA checkpoints: config.json, (sharded) safetensors, tokenizer.

Modules are built on the meta device and take the tensors of the files as they are mapped, so loading never holds a second
copy of the weights. Nothing is unpickled.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import split_torch_state_dict_into_shards
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import AutoTokenizer, PreTrainedConfig, PreTrainedModel

from engine.config import ConfigError, MsaConfig, dump_config, parse_config
from engine.errors import CheckpointError
from engine.lora import load_adapter
from engine.model import ENCODER, MsaModel, build_backbone
from engine.products import VOCABULARY, is_product, use_products

INDEX = "model.safetensors.index.json"
ENCODER_FILE = "encoder.safetensors"  # an adapter that is on while this model encodes and routes
_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def load_model(
    path: str | Path,
    *,
    dtype: torch.dtype | None = None,
    device: torch.device | str = "cpu",
    products: torch.dtype | None = None,
    overrides: dict[str, Any] | None = None,
    encoder: bool = True,
) -> MsaModel:
    """Load an MSA checkpoint folder.

    dtype: weights' type in memory, by default the one they are stored in; products: another one for the decoder's linear
    layers (`engine.products`). `overrides` replaces fields of `MsaConfig` (`{"public_routing": True}`). encoder: with the
    folder's adapter for encoding and routing, where it has one. Raises CheckpointError or ConfigError.
    """
    folder = Path(path)
    raw = read_config(folder)
    backbone_config, msa = parse_config(raw)
    if msa is None:
        raise CheckpointError(
            f"{folder} holds a plain {raw.get('model_type')} model without a router; "
            f"`doppel model convert {folder} TARGET` makes an MSA checkpoint of it"
        )
    if overrides:
        msa = MsaConfig(**{**msa.__dict__, **overrides})
    stored = _stored_dtype(raw)
    with torch.device("meta"):
        backbone = build_backbone(backbone_config, msa, dtype or stored)
    assign_weights(backbone, folder, dtype or stored, torch.device(device), products=products)
    if products is not None:
        use_products(backbone, dtype or stored)
    model = MsaModel(
        backbone, msa, load_tokenizer(folder, backbone_config), fingerprint=fingerprint(folder)
    ).eval()
    if encoder and (folder / ENCODER_FILE).exists():
        load_adapter(model, folder / ENCODER_FILE, ENCODER, fused=True)  # most of all work is encoding
    return model


def _stored_dtype(raw: dict[str, Any]) -> torch.dtype:
    name = str(raw.get("torch_dtype") or raw.get("dtype") or "float32").removeprefix("torch.")
    if name not in _DTYPES:
        raise ConfigError(f"weights of type {name!r} are not supported; supported are {', '.join(_DTYPES)}")
    return _DTYPES[name]


def read_config(folder: Path) -> dict[str, Any]:
    try:
        return json.loads((folder / "config.json").read_text("utf-8"))
    except FileNotFoundError:
        raise CheckpointError(f"{folder} has no config.json: give the folder of a model") from None
    except json.JSONDecodeError as error:
        raise CheckpointError(
            f"{folder / 'config.json'} is not JSON ({error}): fetch the model again"
        ) from None


def load_tokenizer(folder: Path, config: PreTrainedConfig | None = None) -> Any | None:
    """The folder's own tokenizer, None where it has none (golden vectors work on ids).

    config: the backbone's, for folders whose own model type transformers does not know.
    """
    if not any((folder / name).exists() for name in ("tokenizer.json", "tokenizer.model", "vocab.json")):
        return None
    return AutoTokenizer.from_pretrained(folder, config=config, local_files_only=True)


def weight_files(folder: Path) -> list[Path]:
    """The safetensors files of a checkpoint, from its index where it is sharded."""
    index = folder / INDEX
    if index.exists():
        try:
            names = sorted(set(json.loads(index.read_text("utf-8"))["weight_map"].values()))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise CheckpointError(f"{index} is damaged: fetch the model again") from None
        files = [folder / Path(name).name for name in names]
    else:
        files = [folder / "model.safetensors"] if (folder / "model.safetensors").exists() else []
        files = files or [folder / "weights.safetensors"]
    missing = [file.name for file in files if not file.exists()]
    if missing:
        raise CheckpointError(f"{folder} lacks {', '.join(missing)}: fetch the model again")
    return files


def stored_tensors(folder: Path) -> Iterator[tuple[str, Tensor]]:
    """All tensors of a checkpoint, one at a time, mapped from disk."""
    for file in weight_files(folder):
        try:
            with safe_open(file, framework="pt") as tensors:
                for name in tensors.keys():  # noqa: SIM118 - not a dict
                    yield name, tensors.get_tensor(name)
        except SafetensorError as error:
            raise CheckpointError(f"{file} is damaged ({error}): fetch the model again") from None


def assign_weights(
    backbone: PreTrainedModel,
    folder: Path,
    dtype: torch.dtype,
    device: torch.device,
    *,
    products: torch.dtype | None = None,
) -> None:
    """Put the stored tensors in place of the meta ones; complain about any that is missing, foreign or misshapen."""
    wanted = {name: tuple(tensor.shape) for name, tensor in backbone.state_dict().items()}
    for name, tensor in stored_tensors(folder):
        if name not in wanted:
            continue
        if tuple(tensor.shape) != wanted[name]:
            raise CheckpointError(
                f"{name} has shape {list(tensor.shape)}, config.json says {list(wanted[name])}: "
                "weights and config belong to different models"
            )
        keep = torch.float32 if name == "temperature" else dtype
        if products is not None and is_product(name):
            keep = products
        elif products is not None and name in VOCABULARY:
            keep = tensor.dtype
        _set_parameter(backbone, name, tensor.to(device=device, dtype=keep))
        del wanted[name]
    config: Any = backbone.config
    if "lm_head.weight" in wanted and config.tie_word_embeddings:
        del wanted["lm_head.weight"]
    if "temperature" in wanted:
        _set_parameter(backbone, "temperature", torch.tensor(0.1, device=device))
        del wanted["temperature"]
    if wanted:
        raise CheckpointError(
            f"{folder} lacks the tensors {', '.join(sorted(wanted)[:5])}… ({len(wanted)} in all)"
        )
    if config.tie_word_embeddings:
        backbone.tie_weights()
    # Rotary frequencies are not stored: they are computed anew, off the meta device.
    decoder: Any = backbone.model
    decoder.rotary_emb = type(decoder.rotary_emb)(config).to(device)


def _set_parameter(module: nn.Module, name: str, tensor: Tensor) -> None:
    owner_name, _, leaf = name.rpartition(".")
    owner = module.get_submodule(owner_name)
    owner.register_parameter(leaf, nn.Parameter(tensor, requires_grad=False))


def fingerprint(folder: Path) -> str:
    """Short digest of everything that decides what an encoding looks like: config, weights and the encoder's adapter.

    Weights enter by their files' headers, sizes and a sample of their bytes, so that a 9 GB checkpoint costs milliseconds.
    """
    digest = hashlib.blake2b((folder / "config.json").read_bytes(), digest_size=8)
    for file in weight_files(folder):
        size = file.stat().st_size
        digest.update(str(size).encode())
        with file.open("rb") as stream:
            for position in sorted({0, size // 3, size // 2, 2 * size // 3, max(0, size - 4096)}):
                stream.seek(position)
                digest.update(stream.read(4096))
    if (folder / ENCODER_FILE).exists():
        digest.update((folder / ENCODER_FILE).read_bytes())
    return digest.hexdigest()


def save_model(model: MsaModel, folder: Path, *, shard_bytes: int = 4 * 2**30) -> None:
    """Write an MSA checkpoint that `load_model` reads back to the last bit. The target appears whole or not at all.

    shard_bytes: most bytes of one weights file; beyond it there are several, with an index. Raises CheckpointError where the
    folder exists.
    """
    if folder.exists():
        raise CheckpointError(f"{folder} exists already: choose another folder or remove it")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=folder.name + ".") as scratch:
        staging = Path(scratch) / "model"
        staging.mkdir()
        _write_weights(model, staging, shard_bytes)
        raw = dump_config(model.backbone.config, model.config, str(model.dtype).removeprefix("torch."))
        (staging / "config.json").write_text(json.dumps(raw, indent=1, default=str), "utf-8")
        if model.tokenizer is not None:
            model.tokenizer.save_pretrained(staging)
        staging.rename(folder)


def _write_weights(model: MsaModel, folder: Path, shard_bytes: int) -> None:
    state = {name: tensor.detach().contiguous() for name, tensor in model.backbone.state_dict().items()}
    config: Any = model.backbone.config
    if config.tie_word_embeddings:
        state.pop("lm_head.weight", None)
    shards = split_torch_state_dict_into_shards(state, max_shard_size=shard_bytes)
    for file, names in shards.filename_to_tensors.items():
        save_file({name: state[name] for name in names}, folder / file, metadata={"format": "pt"})
    if shards.is_sharded:
        index = {"metadata": shards.metadata, "weight_map": shards.tensor_to_filename}
        (folder / INDEX).write_text(json.dumps(index, indent=1), "utf-8")


__all__ = ["CheckpointError", "ConfigError", "fingerprint", "load_model", "load_tokenizer", "save_model"]
