"""The frontier's table: chunk merging, bytes, and that better layers come out better."""

from __future__ import annotations

import torch

from benchmarks.router_frontier import frontier, merge_chunks
from engine.router.features import Features

HIDDEN = 12


def features(seed: int, documents: int = 20) -> Features:
    """Two layers: the first knows nothing, in the second a question looks like its document."""
    generator = torch.Generator().manual_seed(seed)
    meaning = torch.randn(documents, HIDDEN, generator=generator)
    noise = torch.randn(2, 2 * documents, HIDDEN, generator=generator)
    chunks = noise.clone()
    chunks[1] = meaning.repeat_interleave(2, dim=0) + 0.3 * noise[1]
    queries = torch.stack([torch.randn(documents, HIDDEN, generator=generator), meaning])
    return Features(
        chunks=chunks,
        chunk_counts=torch.full((documents,), 2),
        queries=queries,
        gold=torch.arange(documents),
        gold_counts=torch.ones(documents, dtype=torch.int64),
        document_teacher=torch.zeros(documents, 0),
        question_teacher=torch.zeros(documents, 0),
    )


def test_merged_chunks_are_means_within_documents() -> None:
    merged = merge_chunks(features(0, 3), 2)
    assert merged.chunk_counts.tolist() == [1, 1, 1]
    torch.testing.assert_close(
        merged.chunks[0, 1].float(), features(0, 3).chunks[0, 2:4].mean(dim=0), atol=2e-3, rtol=0
    )


def test_frontier_ranks_layers_and_counts_bytes() -> None:
    rows = frontier([features(i) for i in range(6)], [7, 9], heads=2, kv_heads=1, dim=8)
    found = {(tuple(row["layers"]), row["chunk_size"]): row for row in rows}
    assert found[(9,), 16]["recall"]["1"] > found[(7,), 16]["recall"]["1"] + 0.3
    assert found[(9,), 16]["bytes_per_token"] == 0.8  # 8 int8 and a float32 scale per 16 tokens
    assert found[(7, 9), 64]["bytes_per_token"] == 0.4
    assert len(rows) == 9
