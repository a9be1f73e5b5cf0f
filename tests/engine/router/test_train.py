"""Router training on cached features: it learns what pairs show, resumes exactly, and ships only what wins."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from engine.config import MsaConfig
from engine.memory import Encoding, RamMemory
from engine.router import train as module
from engine.router.closed_form import RouterSettings, save_router
from engine.router.features import Features, read_pairs
from engine.router.projections import TEMPERATURE, Projections, answering, loss, rows_of, scores
from engine.router.train import (
    batch,
    held_out,
    main,
    mean_recall,
    read_router,
    train,
)
from tests.engine.router.test_closed_form import Letters, tiny_backbone

HIDDEN, HEADS, KV_HEADS, DIM, LAYERS = 24, 4, 2, 6, 2


def router(seed: int) -> Projections:
    generator = torch.Generator().manual_seed(seed)
    return Projections(
        torch.randn(LAYERS, HEADS * DIM, HIDDEN, generator=generator),
        torch.randn(LAYERS, KV_HEADS * DIM, HIDDEN, generator=generator),
        DIM,
    )


def planted(seed: int, documents: int = 40) -> Features:
    """Questions whose meaning lies in other directions than their documents' does: only pairs can show the map."""
    turn, _ = torch.linalg.qr(torch.randn(HIDDEN, HIDDEN, generator=torch.Generator().manual_seed(99)))
    generator = torch.Generator().manual_seed(seed)
    counts = torch.randint(1, 4, (documents,), generator=generator)
    meaning = torch.randn(documents, HIDDEN, generator=generator)
    chunks = torch.randn(LAYERS, int(counts.sum()), HIDDEN, generator=generator)
    last = counts.cumsum(0) - 1
    chunks[:, last] = meaning + 0.2 * torch.randn(LAYERS, documents, HIDDEN, generator=generator)
    gold = torch.arange(documents)
    queries = (meaning @ turn).expand(LAYERS, -1, -1)
    queries = queries + 0.2 * torch.randn(queries.shape, generator=generator)
    nothing = torch.zeros(documents, 0)
    return Features(chunks, counts, queries, gold, torch.ones_like(gold), nothing, nothing)


def test_scores_are_the_engines_own() -> None:
    features, projections = planted(1, 6), router(0)
    mine = scores(projections, features, torch.tensor([2, 0]), torch.arange(6))
    config = MsaConfig(router_layers=tuple(range(LAYERS)), query_reduce="pool")
    keys = torch.nn.functional.normalize(
        (features.chunks @ projections.key.mT).unflatten(2, (KV_HEADS, DIM)), dim=3
    )
    encodings = [Encoding(part, part, part, 1) for part in keys.split(features.chunk_counts.tolist(), dim=1)]
    memory = RamMemory(encodings, config)
    for row, question in enumerate([2, 0]):
        expected = torch.zeros(6)
        for layer in range(LAYERS):
            pooled = features.queries[layer, question] @ projections.query[layer].T
            query = torch.nn.functional.normalize(pooled.view(1, HEADS, DIM), dim=2)
            expected += memory.score(layer, [query])[0] / LAYERS
        torch.testing.assert_close(mine[row], expected, atol=1e-5, rtol=1e-4)


def test_rows_of_follow_the_choice() -> None:
    rows, owner = rows_of(torch.tensor([2, 1, 3]), torch.tensor([2, 0]))
    assert rows.tolist() == [3, 4, 5, 0, 1] and owner.tolist() == [0, 0, 0, 1, 1]


def test_training_learns_what_only_pairs_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANCHOR_WEIGHT", 0.0)
    learn, start = [planted(1, 160)], router(0)
    best, log = train(start, learn, tmp_path, steps=150, rate=2e-2)
    before, after = (mean_recall(which, learn, held_out) for which in (start, best))
    assert after > before + 0.2
    assert after == pytest.approx(max(entry["held_out"] for entry in log))


def test_an_interrupted_run_ends_as_an_uninterrupted_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EVERY", 5)
    learn = [planted(1)]
    for name in ("whole", "parts"):
        (tmp_path / name).mkdir()
    train(router(0), learn, tmp_path / "whole", steps=15)
    real, calls = module.loss, iter(range(100))

    def cut_off(*arguments: Any) -> Tensor:
        if next(calls) == 7:
            raise KeyboardInterrupt
        return real(*arguments)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(module, "loss", cut_off)
        train(router(0), learn, tmp_path / "parts", steps=15)
    train(router(0), learn, tmp_path / "parts", steps=15)
    whole, parts = (load_file(tmp_path / name / "state.safetensors") for name in ("whole", "parts"))
    for name, tensor in whole.items():
        torch.testing.assert_close(parts[name], tensor, msg=name)


def test_the_teacher_adds_to_the_loss() -> None:
    plain = planted(3)
    questions, documents = batch(plain, range(40), module.random.Random(0))
    agreeing = replace(plain, question_teacher=torch.eye(40), document_teacher=torch.eye(40))
    opposed = replace(plain, question_teacher=torch.eye(40), document_teacher=torch.eye(40).flip(0))
    alone, same, other = (loss(router(0), s, questions, documents).item() for s in (plain, agreeing, opposed))
    assert same > alone and other > alone and same != other


def test_documents_that_answer_together_are_no_negatives_of_each_other() -> None:
    """Question 0 needs documents 0 and 3: making the other one score higher must not raise the loss of one."""
    both = replace(
        planted(4, 6), gold=torch.tensor([0, 3, 1, 2, 3, 4, 5]), gold_counts=torch.tensor([2, 1, 1, 1, 1, 1])
    )
    documents = torch.tensor([3, 0, 5, 2])
    assert answering(both, torch.tensor([4, 0]), documents).tolist() == [
        [False] * 4,
        [True, True, False, False],
    ]
    question = torch.tensor([0])
    scored = scores(router(0), both, question, documents)[0] / TEMPERATURE
    negatives = scored[2:].logsumexp(0)
    expected = torch.stack([torch.logaddexp(s, negatives) - s for s in scored[:2]]).mean()
    torch.testing.assert_close(loss(router(0), both, question, documents), expected)


def test_a_batch_holds_what_answers_and_what_the_teacher_finds_alike() -> None:
    features = replace(
        planted(5, 200), question_teacher=torch.eye(200), document_teacher=torch.eye(200).roll(1, 0)
    )
    questions, documents = batch(features, range(100, 200), module.random.Random(1))
    assert min(questions.tolist()) >= 100 and len(set(documents.tolist())) == len(documents)
    assert set(questions.tolist()) <= set(documents.tolist())  # planted: question i is answered by document i


def write_set(folder: Path, name: str, documents: int) -> None:
    docs = [{"id": f"{name}{i}", "title": f"T{i}", "text": f"text {i} of {name}"} for i in range(documents)]
    asked = [{"id": i, "question": f"what is {i}?", "evidence": [f"{name}{i}"]} for i in range(documents)]
    for kind, rows in (("docs", docs), ("qa", asked)):
        content = "\n".join(map(json.dumps, rows)).encode()
        (folder / f"{name}.{kind}.jsonl.gz").write_bytes(gzip.compress(content))


def test_pairs_keep_questions_with_their_documents(tmp_path: Path) -> None:
    write_set(tmp_path, "a", 150)
    pairs = read_pairs(tmp_path, "a", 140)
    assert len(pairs.documents) == len(pairs.questions) == 140
    for question, at in pairs.questions:
        number = question.removeprefix("what is ").removesuffix("?")
        assert pairs.documents[at[0]].startswith(f"T{number}\n")
    assert read_pairs(tmp_path, "a", 140) == pairs


def test_a_question_comes_with_all_its_documents_and_others_fill_up(tmp_path: Path) -> None:
    write_set(tmp_path, "a", 30)
    rows = [{"id": 0, "question": "which two?", "evidence": ["a7", "a9", "a7"]}]
    (tmp_path / "a.qa.jsonl.gz").write_bytes(gzip.compress(json.dumps(rows[0]).encode()))
    pairs = read_pairs(tmp_path, "a", 20)
    assert [pairs.documents[at] for at in pairs.questions[0][1]] == ["T7\ntext 7 of a", "T9\ntext 9 of a"]
    assert len(set(pairs.documents)) == 20 and len(pairs.questions) == 1


def test_sentences_stand_in_for_questions(tmp_path: Path) -> None:
    rows = [
        {"id": str(i), "title": "", "text": f"The {i}th walk went along the river. It rained."}
        for i in range(5)
    ]
    content = "\n".join(map(json.dumps, rows)).encode()
    (tmp_path / "walks.docs.jsonl.gz").write_bytes(gzip.compress(content))
    pairs = read_pairs(tmp_path, "walks", 4)
    assert len(pairs.questions) == 4
    assert all(text in pairs.documents[at[0]] for text, at in pairs.questions)


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
        *["--sets", "a=60", "--leave-out", "b", "--steps", "2", "--work", str(work), "--out", str(out)],
    ]
    assert main(command) == 0
    kept = {file.name: file.stat().st_mtime_ns for file in work.glob("*.features.safetensors")}
    assert len(kept) == 2
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert out.exists() == result["kept"]
    assert main(command) == 0
    assert {file.name: file.stat().st_mtime_ns for file in work.glob("*.features.safetensors")} == kept
    loaded, about = read_router(tmp_path / "start.safetensors", dim)
    assert about["router_layers"] == [1] and loaded.query.shape == (1, heads * dim, width)
    assert start.query.shape[0] == LAYERS
