"""A twin that knows a few dated notes, with a model that only counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import Settings
from app.twin.twin import Twin
from tests.app.desk import BANK, SHAPE
from tests.app.twin.test_chats import EchoAnswerer

NOTES = {
    "garden/2021-04-12 tree.md": "The apricot tree was planted behind the shed.\n",
    "garden/2021-10-02 storm.md": "The apricot tree lost a branch in the storm.\n",
    "letters/2019-03-01 mara.txt": "Mara moved to Porto and asked for the blue suitcase.\n",
    "empty.md": "",
}


@pytest.fixture
def noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Twin]:
    opened = Twin.open(Settings(home=tmp_path / "home", max_tokens=64, quiet_seconds=0.1, throttle=False))
    bank = opened._archive.banks.open(BANK, *SHAPE)
    answerer = EchoAnswerer()
    monkeypatch.setattr(opened._models, "present", lambda: (answerer, bank))
    monkeypatch.setattr(opened._models, "successor", lambda: None)
    for name, text in NOTES.items():
        path = tmp_path / "notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    opened.add_source(tmp_path / "notes")
    opened.start()
    assert opened.wait_until_known(60)
    yield opened
    opened.close()
