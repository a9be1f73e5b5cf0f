"""A tiny random model, for what needs one that answers and not one that answers well."""

from __future__ import annotations

import pytest

from app.model.answerer import Answerer
from tests.engine.tiny import tiny_model
from tests.engine.words import letters


@pytest.fixture
def answerer() -> Answerer:
    model = tiny_model(
        "llama",
        vocab=300,
        layout="chat",
        writes_document_ids=False,
        query_reduce="mean",
        decouple_router=True,
    )
    model.tokenizer = letters()
    return Answerer(model)
