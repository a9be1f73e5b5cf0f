"""The router that was adapted to this archive, as a file beside it: query projections and facts about them, no text.

It belongs to one model, and with another it lies unused. The archive drops it with whatever is forgotten; a damaged one is
as good as none.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict

from safetensors import SafetensorError, deserialize
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
    with archive.derived.content(FILE) as content:
        return None if content is None else _about(content)


def projections(content: bytes, fingerprint: str) -> Tensor | None:
    """Query projections [layers, heads·dim, hidden] in a file of this content; None if they are not for the model with this
    fingerprint.
    """
    about = _about(content)
    if about is None or about.fingerprint != fingerprint:
        return None
    return load(content)["query"].float()


def _about(content: bytes) -> AdaptedRouter | None:
    try:
        deserialize(content)  # raises for what is cut off
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        return AdaptedRouter(**json.loads(header["__metadata__"]["about"]))
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        log.warning("the adapted router is damaged and left unused: %s", type(error).__name__)
        return None
