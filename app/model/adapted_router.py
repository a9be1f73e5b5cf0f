"""The router that was adapted to this archive, as a file beside it: query projections and facts about them, no text.

It belongs to one model, and with another it lies unused. The archive drops it with whatever is forgotten; a damaged one is
as good as none.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import load, save
from torch import Tensor

from app.records import AdaptedRouter
from storage.archive import Archive

FILE = "router.safetensors"

log = logging.getLogger(__name__)


def keep(archive: Archive, about: AdaptedRouter, projections: Tensor, since: int) -> bool:
    """Store it, replacing the one before; False if something was forgotten since (`Archive.derived_since`)."""
    content = save({"query": projections.half().contiguous()}, metadata={"about": json.dumps(asdict(about))})
    return archive.derived.keep(FILE, content, since)


def stored(archive: Archive) -> AdaptedRouter | None:
    """What is known of the adapted router of this archive; reads none of its numbers."""
    with archive.derived.file(FILE) as path:
        return None if path is None else _about(path)


def projections(path: Path, fingerprint: str) -> Tensor | None:
    """Query projections [layers, heads·dim, hidden] for the model with this fingerprint; None if they are not for it."""
    about = _about(path)
    if about is None or about.fingerprint != fingerprint:
        return None
    # From bytes, as a mapped file could not be erased while the model is used.
    return load(path.read_bytes())["query"].float()


def _about(path: Path) -> AdaptedRouter | None:
    try:
        with safe_open(path, framework="pt") as file:
            return AdaptedRouter(**json.loads(file.metadata()["about"]))
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        log.warning("the adapted router is damaged and left unused: %s", type(error).__name__)
        return None
