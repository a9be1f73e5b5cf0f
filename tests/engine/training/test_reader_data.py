"""What is asked of a reader in vain: names in German, and questions of other passages about names that are here."""

from __future__ import annotations

import gzip
import json
from itertools import islice
from pathlib import Path

import pytest

from engine.answering.refusal import DECLINED
from engine.training import reader_data
from engine.training.reader_data import lessons


def test_a_german_noun_alone_is_no_name() -> None:
    german = "Wann wurde das Haus, in dem Anna Berg 1934 wohnte, von der Stadt verkauft?"
    assert reader_data._named(german) == ["Anna Berg", "1934"]
    assert reader_data._named("When did the town sell Tom the house of 1934?") == ["Tom", "1934"]


def test_a_name_that_is_here_is_asked_about_what_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = ["Rosa", "Emil", "Clara", "Hugo", "Vera", "Otto", "Ida", "Karl"]
    places = ["Bremen", "Ghent", "Lyon", "Oslo", "Turin", "Graz", "Porto", "Delft"]
    documents = [
        {"id": f"d{at}", "title": "", "text": f"In the year of the flood the painter {who} moved to {place}."}
        for at, (who, place) in enumerate(zip(people, places, strict=True))
    ]
    questions = [
        {"question": f"Where did the painter {who} move to?", "answers": [place], "evidence": [f"d{at}"]}
        for at, (who, place) in enumerate(zip(people, places, strict=True))
    ]
    for kind, rows in (("docs", documents), ("qa", questions)):
        with gzip.open(tmp_path / f"set.{kind}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    asked = {str(row["question"]) for row in questions}
    monkeypatch.setattr(reader_data, "EXCHANGED", 0.0)
    monkeypatch.setattr(reader_data, "HELD_OUT", 1_000_000)

    def transplanted(share: float) -> list[str]:
        monkeypatch.setattr(reader_data, "TRANSPLANTED", share)
        shown = islice(lessons(tmp_path, {"set": 1.0}, seed=3), 40)
        return [
            text
            for lesson in shown
            for text, answer in lesson.questions
            if answer == DECLINED and text not in asked
        ]

    assert not transplanted(0.0)
    found = transplanted(1.0)
    assert found and all(text.startswith("Where did the painter") for text in found)
