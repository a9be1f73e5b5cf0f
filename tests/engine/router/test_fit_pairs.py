"""The router from pairs finds what pairs show to go together, and is written only if that holds for others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from engine.router import fit_pairs as module
from engine.router.features import Features
from engine.router.fit_pairs import fit_pairs, main, sizes, without_pairs
from engine.router.train import held_out, mean_recall, read_router

HIDDEN, LAYERS = 24, 2
SHAPE: dict[str, Any] = {"heads": 4, "kv_heads": 2, "head_dim": 3}  # six of 24 directions can be kept


def loud(seed: int, documents: int = 400) -> Features:
    """Six directions say what goes together; eighteen louder ones, as those of a language would, do not."""
    generator = torch.Generator().manual_seed(seed)
    counts = torch.randint(1, 3, (documents,), generator=generator)
    meaning = torch.randn(documents, 6, generator=generator)
    noise = [1.5 * torch.randn(n, HIDDEN - 6, generator=generator) for n in (int(counts.sum()), documents)]
    told = torch.randn(int(counts.sum()), 6, generator=generator)
    told[counts.cumsum(0) - 1] = meaning
    chunks = torch.cat([told, noise[0]], dim=1).expand(LAYERS, -1, -1)
    queries = torch.cat([meaning, noise[1]], dim=1).expand(LAYERS, -1, -1)
    gold, nothing = torch.arange(documents), torch.zeros(documents, 0)
    return Features(chunks, counts, queries, gold, torch.ones_like(gold), nothing, nothing)


def test_directions_that_pairs_do_not_share_count_little() -> None:
    features, unseen = loud(1), loud(2)
    plain, paired = without_pairs([features], **SHAPE), fit_pairs([features], **SHAPE)
    assert paired.query.shape == (LAYERS, 12, HIDDEN) and paired.key.shape == (LAYERS, 6, HIDDEN)
    before, after = (mean_recall(router, [unseen], held_out) for router in (plain, paired))
    assert before < 0.4 and after > 0.6


def test_questions_that_judge_teach_nothing() -> None:
    features = loud(1)
    judging = list(held_out(features))
    queries = features.queries.clone()
    queries[:, judging] = queries[:, judging].flip(1)
    turned = Features(**{**vars(features), "queries": queries})
    differences = [
        module._differences(f, 0, torch.ones(2, 3, HIDDEN), torch.ones(6, HIDDEN)) for f in (features, turned)
    ]
    assert torch.equal(*differences)


def test_it_is_written_only_if_others_gain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shape = SHAPE
    sets = {"a": loud(1), "b": loud(2)}
    monkeypatch.setattr(module, "load_features", lambda options: (sets, shape))
    command = [
        "--model",
        "m",
        "--layers",
        "1,3",
        "--data",
        "d",
        "--sets",
        "a",
        "--leave-out",
        "b",
        "--work",
        "w",
        "--out",
    ]
    main([*command, str(tmp_path / "router.safetensors")])
    router, about = read_router(tmp_path / "router.safetensors", 3)
    assert about["router_layers"] == [1, 3] and router.query.shape == (2, 12, HIDDEN)
    # Of what is left out the router without pairs finds everything: nothing is gained there.
    ends = sets["b"].chunk_counts.cumsum(0) - 1
    sets["b"] = Features(**{**vars(sets["b"]), "queries": sets["b"].chunks[:, ends]})
    main([*command, str(tmp_path / "other.safetensors")])
    assert not (tmp_path / "other.safetensors").exists()


def test_sizes() -> None:
    assert sizes("a,b=30,c=40:5") == [("a", 100, 2), ("b", 30, 2), ("c", 40, 5)]
