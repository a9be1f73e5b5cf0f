"""The benchmark of words alone, over a set small enough to know the answer."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.words import main
from tests.benchmarks.test_quality import write


def test_recall_of_a_set(tmp_path: Path) -> None:
    texts = ["房租是每月1200元", "天气很好", "Der Garten blüht"]
    write(
        tmp_path / "notes.docs.jsonl.gz",
        [{"id": f"d{i}", "title": "", "text": text, "lang": "zh"} for i, text in enumerate(texts)],
    )
    asked = [("房租多少", "d0"), ("Wo liegt die Schaufel?", "d1")]
    write(
        tmp_path / "notes.qa.jsonl.gz",
        [
            {"id": i, "question": text, "answers": [], "evidence": [gold], "lang": "zh"}
            for i, (text, gold) in enumerate(asked)
        ],
    )
    report = tmp_path / "rows.json"
    assert main(["--data", str(tmp_path), "--sets", "notes", "--json", str(report)]) == 0
    (row,) = json.loads(report.read_text("utf-8"))
    assert row["recall"] == {"1": 0.5, "5": 0.5, "10": 0.5} and row["questions"] == 2
    assert row["intervals"]["10"] == [0.0, 1.0]
