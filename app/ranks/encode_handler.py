"""A rank that encodes for rank 0. What a model needs is imported when the first one is asked for: few ranks ever are."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from app.model.allocator import hand_back
from engine.parallel.frames import Message


@dataclass(eq=False)
class EncodeHandler:
    """Loads the model it is asked to encode with, once. Raises LookupError where another one lies in that folder here."""

    device: str
    _loaded: tuple[str, Any] = field(default=("", None))

    def __call__(self, message: Message) -> Message:
        from engine.encode import encode_documents

        model = self._model(Path(str(message.facts["folder"])), str(message.facts["fingerprint"]))
        documents = message.tensors["tokens"].split(message.facts["lengths"])
        encodings = encode_documents(model, [document.tolist() for document in documents])
        joined = {
            name: torch.cat([getattr(encoding, name) for encoding in encodings], dim=1).cpu()
            for name in ("router_key", "key", "value")
        }
        hand_back()  # rank 0 alone knows when there is nothing left to encode
        return Message("done", {"chunks": [encoding.chunks for encoding in encodings]}, joined)

    def _model(self, folder: Path, fingerprint: str) -> Any:
        from app.model.store import fastest_dtypes
        from engine.checkpoint import load_model

        if self._loaded[0] != fingerprint:
            self._loaded = ("", None)  # its room is needed for the new one
            dtype, products = fastest_dtypes(self.device.partition(":")[0])
            model = load_model(folder, dtype=dtype, products=products, device=self.device)
            if model.fingerprint != fingerprint:
                raise LookupError("another model lies in that folder here")
            self._loaded = (fingerprint, model)
        return self._loaded[1]
