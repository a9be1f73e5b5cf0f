"""What a linear map reads out of stored chunks: all of what is there, nothing of what is not."""

from __future__ import annotations

import pytest
import torch

from benchmarks import content
from benchmarks.content import Chunks, rare_tokens, shares_read

VOCABULARY, HIDDEN, DOCUMENTS, SIZE = 600, 64, 150, 4


def test_rare_tokens_are_those_of_few_documents() -> None:
    documents = [[1, 2, 2], [1, 3], *([1] for _ in range(2 * content.SELDOM - 2))]
    weights = rare_tokens(documents, 5)
    assert weights[[0, 1, 4]].tolist() == [0, 0, 0]
    assert weights[2] == weights[3] > 0


def test_what_a_content_holds_is_found_and_noise_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "TOP", 40)
    draw = torch.Generator().manual_seed(3)
    embeddings = torch.randn(VOCABULARY, HIDDEN, generator=draw)
    tokens = [torch.randint(0, VOCABULARY, (SIZE,), generator=draw).tolist() for _ in range(3 * DOCUMENTS)]
    bags = torch.stack([embeddings[chunk].mean(dim=0) for chunk in tokens])
    mixed = bags @ torch.randn(HIDDEN, HIDDEN, generator=draw)
    chunks = Chunks(
        {"mixed": mixed, "half": mixed[:, : HIDDEN // 4], "noise": torch.randn(bags.shape, generator=draw)},
        tokens,
        torch.arange(DOCUMENTS).repeat_interleave(3),
    )
    documents = [[*a, *b, *c] for a, b, c in zip(tokens[::3], tokens[1::3], tokens[2::3], strict=True)]
    found = shares_read(chunks, rare_tokens(documents, VOCABULARY), embeddings)
    chance = content.TOP / VOCABULARY
    assert found["mixed"] > 0.95 and found["mixed"] >= found["embeddings"] - 0.02
    assert chance + 0.1 < found["half"] < found["mixed"] - 0.1
    assert abs(found["noise"] - chance) < 0.1
