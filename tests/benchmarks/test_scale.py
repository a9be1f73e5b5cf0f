"""The scale benchmark on a made-up set and a tiny random model: memories grow, and so does nothing else."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from app.model.answerer import Answerer
from benchmarks import scale
from benchmarks.systems import open_corpus
from tests.benchmarks.test_systems import PASSAGES


def write(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))


def test_each_memory_holds_the_smaller_ones(
    tmp_path: Path, answerer: Answerer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    docs = [{"id": str(n), "title": "", "text": f"harbour number {n} lies north"} for n in range(4)]
    asked = [
        {"id": n, "question": f"harbour number {n}", "answers": [], "evidence": [str(n)]} for n in range(4)
    ]
    write(tmp_path / "sets" / "ports.docs.jsonl.gz", docs)
    write(tmp_path / "sets" / "ports.qa.jsonl.gz", asked)
    prose = [{"id": str(n), "title": "", "text": f"walk {n} " + "over the hills " * 4} for n in range(20)]
    write(tmp_path / "prose" / "walks.docs.jsonl.gz", prose)
    monkeypatch.setattr(scale, "load_answerer", lambda folder: answerer)
    opened: list[int] = []

    def counting(folder: Path, passages: list, answerer: Answerer, *, begins: int | None = None) -> object:
        opened.append(len(passages))
        return open_corpus(folder, passages, answerer, begins=begins)

    monkeypatch.setattr(scale, "open_corpus", counting)
    command = ["--data", str(tmp_path / "sets"), "--set", "ports", "--distractors", str(tmp_path / "prose")]
    plot = tmp_path / "plot.svg"
    more = ["--tokens", "700,100", "--systems", "bm25,router", "--retrieval-only", "--plot", str(plot)]
    assert scale.main([*command, *more, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(row["tokens"], row["system"]) for row in found["rows"]] == [
        (100, "bm25"),
        (100, "router"),
        (700, "bm25"),
        (700, "router"),
    ]
    assert 4 < opened[0] < opened[1]
    assert found["rows"][0]["recall"]["1"] == 1.0 and found["fall"]["bm25"] == {"recall@16": 0.0, "f1": None}
    assert "ports" in plot.read_text()


def test_a_memory_that_has_grown_beyond_is_refused(tmp_path: Path, answerer: Answerer) -> None:
    with open_corpus(tmp_path, PASSAGES, answerer, begins=2):
        pass
    with (
        pytest.raises(ValueError, match="holds 3 passages already"),
        open_corpus(tmp_path, PASSAGES[:2], answerer, begins=2),
    ):
        pass


def test_a_fall_is_relative() -> None:
    rows = [
        {"system": "doppel", "tokens": tokens, "recall": {"16": recall}, "f1": f1}
        for tokens, recall, f1 in ((10, 0.8, 0.5), (1000, 0.6, 0.45))
    ]
    assert scale.falls(rows) == {"doppel": {"recall@16": 0.25, "f1": 0.1}}
