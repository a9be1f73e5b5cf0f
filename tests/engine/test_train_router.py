"""Router training on cached features: it learns what pairs show, resumes exactly, and ships only what wins."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from engine import train_router
from engine.config import MsaConfig
from engine.memory import Encoding, RamMemory
from engine.router import RouterSettings, save_router
from engine.router_features import Shard, read_pairs
from engine.train_router import (
    Projections,
    batch,
    loss,
    main,
    mean_recall,
    read_router,
    rows_of,
    scores,
    train,
)
from tests.engine.test_router import Letters, tiny_backbone

HIDDEN, HEADS, KV_HEADS, DIM, LAYERS = 24, 4, 2, 6, 2


def router(seed: int) -> Projections:
    generator = torch.Generator().manual_seed(seed)
    return Projections(
        torch.randn(LAYERS, HEADS * DIM, HIDDEN, generator=generator),
        torch.randn(LAYERS, KV_HEADS * DIM, HIDDEN, generator=generator),
        DIM,
    )


def planted(seed: int, documents: int = 40) -> Shard:
    """Questions whose meaning lies in other directions than their documents' does: only pairs can show the map."""
    turn, _ = torch.linalg.qr(torch.randn(HIDDEN, HIDDEN, generator=torch.Generator().manual_seed(99)))
    generator = torch.Generator().manual_seed(seed)
    counts = torch.randint(1, 4, (documents,), generator=generator)
    meaning = torch.randn(documents, HIDDEN, generator=generator)
    chunks = torch.randn(LAYERS, int(counts.sum()), HIDDEN, generator=generator)
    last = counts.cumsum(0) - 1
    chunks[:, last] = meaning + 0.2 * torch.randn(LAYERS, documents, HIDDEN, generator=generator)
    gold = torch.arange(documents)
    tokens = (meaning @ turn).repeat_interleave(2, dim=0).expand(LAYERS, -1, -1)
    tokens = tokens + 0.2 * torch.randn(tokens.shape, generator=generator)
    nothing = torch.zeros(documents, 0)
    return Shard(chunks, counts, tokens, torch.full((documents,), 2), gold, nothing, nothing)


def test_scores_are_the_engines_own() -> None:
    shard, projections = planted(1, 6), router(0)
    mine = scores(projections, shard, torch.tensor([2, 0]), torch.arange(6))
    config = MsaConfig(router_layers=tuple(range(LAYERS)), query_reduce="mean")
    keys = torch.nn.functional.normalize(
        (shard.chunks @ projections.key.mT).unflatten(2, (KV_HEADS, DIM)), dim=3
    )
    encodings = [Encoding(part, part, part, 1) for part in keys.split(shard.chunk_counts.tolist(), dim=1)]
    memory = RamMemory(encodings, config)
    for row, question in enumerate([2, 0]):
        expected = torch.zeros(6)
        for layer in range(LAYERS):
            states = shard.tokens[layer, 2 * question : 2 * question + 2] @ projections.query[layer].T
            query = torch.nn.functional.normalize(states.view(-1, HEADS, DIM), dim=2)
            expected += memory.score(layer, [query])[0] / LAYERS
        torch.testing.assert_close(mine[row], expected, atol=1e-5, rtol=1e-4)


def test_rows_of_follow_the_choice() -> None:
    rows, owner = rows_of(torch.tensor([2, 1, 3]), torch.tensor([2, 0]))
    assert rows.tolist() == [3, 4, 5, 0, 1] and owner.tolist() == [0, 0, 0, 1, 1]


def test_training_learns_what_only_pairs_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_router, "STAY", 0.0)
    learn, held_out = [Shard.join([planted(i) for i in range(4)])], [planted(50)]
    start = router(0)
    best, log = train(start, learn, held_out, tmp_path, steps=150, rate=2e-2)
    assert mean_recall(best, held_out) > mean_recall(start, held_out) + 0.2
    assert mean_recall(best, held_out) == pytest.approx(max(entry["held_out"] for entry in log))


def test_an_interrupted_run_ends_as_an_uninterrupted_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_router, "EVERY", 5)
    learn, held_out = [planted(1)], [planted(2)]
    for name in ("whole", "parts"):
        (tmp_path / name).mkdir()
    train(router(0), learn, held_out, tmp_path / "whole", steps=15)
    train(router(0), learn, held_out, tmp_path / "parts", steps=5)
    train(router(0), learn, held_out, tmp_path / "parts", steps=15)
    whole, parts = (load_file(tmp_path / name / "state.safetensors") for name in ("whole", "parts"))
    for name, tensor in whole.items():
        torch.testing.assert_close(parts[name], tensor, msg=name)


def test_the_teacher_adds_to_the_loss() -> None:
    shard = planted(3)
    questions, documents = batch(shard, train_router.random.Random(0))
    agreeing = replace(shard, question_teacher=torch.eye(40), document_teacher=torch.eye(40))
    opposed = replace(shard, question_teacher=torch.eye(40), document_teacher=torch.eye(40).flip(0))
    plain, same, other = (loss(router(0), s, questions, documents).item() for s in (shard, agreeing, opposed))
    assert same > plain and other > plain and same != other


def test_joined_shards_keep_gold_documents() -> None:
    joined = Shard.join([planted(1, 5), planted(2, 7)])
    assert joined.gold.tolist() == list(range(12))
    second: Tensor = scores(router(0), planted(2, 7), torch.arange(7), torch.arange(7))
    torch.testing.assert_close(scores(router(0), joined, torch.arange(5, 12), torch.arange(5, 12)), second)


def write_set(folder: Path, name: str, documents: int) -> None:
    docs = [{"id": f"{name}{i}", "title": f"T{i}", "text": f"text {i} of {name}"} for i in range(documents)]
    asked = [{"id": i, "question": f"what is {i}?", "evidence": [f"{name}{i}"]} for i in range(documents)]
    for kind, rows in (("docs", docs), ("qa", asked)):
        content = "\n".join(map(json.dumps, rows)).encode()
        (folder / f"{name}.{kind}.jsonl.gz").write_bytes(gzip.compress(content))


def test_pairs_keep_questions_with_their_documents(tmp_path: Path) -> None:
    write_set(tmp_path, "a", 150)
    shards = list(read_pairs(tmp_path, "a", 140))
    assert [len(s.documents) for s in shards] == [64, 64, 12]
    for shard in shards:
        for question, at in shard.questions:
            number = question.removeprefix("what is ").removesuffix("?")
            assert shard.documents[at].startswith(f"T{number}\n")


def test_the_command_extracts_once_and_ships_only_a_winner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a", "b"):
        write_set(tmp_path, name, 70)
    backbone = tiny_backbone()
    start = router(0)
    heads, dim = 4, 8
    width = backbone.config.hidden_size
    projections = {1: (torch.randn(heads * dim, width), torch.randn(2 * dim, width))}
    save_router(tmp_path / "start.safetensors", projections, RouterSettings((1,), 16).msa_config(), {})
    monkeypatch.setattr("engine.convert.read_backbone", lambda *a: (backbone, Letters()))
    work, out = tmp_path / "work", tmp_path / "out.safetensors"
    command = [
        *["--model", "unused", "--router", str(tmp_path / "start.safetensors"), "--data", str(tmp_path)],
        *["--sets", "a", "--leave-out", "b", "--steps", "2", "--work", str(work), "--out", str(out)],
    ]
    assert main(command) == 0
    shards = {file.name: file.stat().st_mtime_ns for file in work.glob("*.*.safetensors")}
    assert len(shards) == 4
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert out.exists() == result["kept"]
    assert main(command) == 0
    assert {file.name: file.stat().st_mtime_ns for file in work.glob("*.*.safetensors")} == shards
    loaded, about = read_router(tmp_path / "start.safetensors", dim)
    assert about["router_layers"] == [1] and loaded.query.shape == (1, heads * dim, width)
    assert start.query.shape[0] == LAYERS
