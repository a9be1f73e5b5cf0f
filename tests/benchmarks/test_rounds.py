"""The benchmark of later rounds, over a small set on disk."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.rounds import main

DOCS = {
    "song": ("Rainy Days", "The song Rainy Days was written by Ann Berg."),
    "singer": ("Ann Berg", "A singer. She was born in Oslo."),
    **{
        f"other{i}": (f"Days of number {i}", f"On day {i} it was rainy, and a song was born.")
        for i in range(12)
    },
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    docs = [{"id": id, "title": title, "text": text} for id, (title, text) in DOCS.items()]
    question = {
        "id": "q",
        "question": "Where was the artist of Rainy Days born?",
        "answers": ["Oslo"],
        "evidence": ["song", "singer"],
    }
    for name, rows in (("docs", docs), ("qa", [question])):
        with gzip.open(tmp_path / f"two.{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    return tmp_path


def test_a_second_round_finds_what_the_first_names(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = data / "rows.json"
    options = ["--data", str(data), "--sets", "two", "--covered", "0.01,0.9", "--json", str(out)]
    assert main(options) == 0
    one, stopped, two = json.loads(out.read_text(encoding="utf-8"))
    assert one["rounds"] == 1 and two["covered"] == 0.9 and two["questions"] == 1
    assert one["all_gold"] == stopped["all_gold"] == {"5": 0.0, "10": 0.0, "16": 1.0}
    assert two["all_gold"] == {"5": 1.0, "10": 1.0, "16": 1.0}
    assert len(capsys.readouterr().out.splitlines()) == 3
