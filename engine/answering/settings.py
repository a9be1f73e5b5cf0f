"""How a reader is used: chosen together with its weights, so it is kept in their file's metadata."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from safetensors import safe_open

KEY = "reading"


@dataclass(frozen=True)
class ReadingSettings:
    """together: all passages in one prompt, instead of apart with a vote. reluctance: how much likelier declining has to be
    than the next best beginning, in nats. sureness: exponent that brings the probability of an answer's first token to the
    scale on which half is sure (`engine.answering.voting.SURE`); only where passages are read together."""

    together: bool = False
    reluctance: float = 2.0
    sureness: float = 1.0


def reading_settings(reader: Path) -> ReadingSettings:
    """What a reader's file says; those of a small model that reads apart where it says nothing."""
    with safe_open(reader, framework="pt") as stored:
        raw = (stored.metadata() or {}).get(KEY)
    return ReadingSettings(**json.loads(raw)) if raw else ReadingSettings()
