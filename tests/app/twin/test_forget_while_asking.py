"""A forget while an answer is written, whatever the order: nothing of it is kept. And an answer outlives a full disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from app.model.answerer import Found, Hit, Library
from app.records import Done, Retrieved
from app.settings import Settings
from app.twin.twin import Twin
from storage.errors import ArchiveFull
from tests.app.desk import BANK, SHAPE, Desk

SECRET = "The code of the key box at the cottage is 4711."


class SlowAnswerer:
    """Reads all documents, cites the first, and calls `between` at each step."""

    reads_together = False

    def __init__(self) -> None:
        self.between: Callable[[int], None] = lambda step: None

    def check(self, question: str) -> None: ...

    def search(self, *_: Any, **__: Any) -> list[Hit]:
        return []

    def ask(self, memory: Any, question: str, library: Library, **_: Any) -> Iterator[Found | str]:
        ids = memory.document_ids.tolist()
        self.between(0)
        memory.fetch(0, torch.tensor(ids[1:]))
        self.between(1)
        text = library.texts(ids[:1])[0]
        self.between(2)
        yield Found((Hit(ids[0], 1.0),))
        self.between(3)
        yield f"It says {text}"
        self.between(4)


@pytest.fixture
def twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Twin, SlowAnswerer]]:
    with Desk(tmp_path) as desk:
        desk.write("a.md", SECRET)
        desk.learn()
        desk.write("b.md", "A heron stood in the reeds of the lake all day long.")
        desk.learn()
    opened = Twin.open(Settings(home=tmp_path / "home"))
    answerer, bank = SlowAnswerer(), opened._archive.banks.open(BANK, *SHAPE)
    monkeypatch.setattr(opened._models, "present", lambda: (answerer, bank))
    yield opened, answerer
    opened.close()


@pytest.mark.parametrize("step", range(5))
@pytest.mark.parametrize("name", ["a.md", "b.md"])
def test_nothing_of_the_answer_is_kept(
    twin: tuple[Twin, SlowAnswerer], tmp_path: Path, step: int, name: str
) -> None:
    """Also where the forgotten document was only looked into (b.md), and where it is not in the evidence any more."""
    opened, answerer = twin
    answerer.between = lambda at: at == step and opened.forget(path=tmp_path / "root" / name) and None
    done = list(opened.ask("What is the code?"))[-1]
    assert isinstance(done, Done) and done.answer.chat_id is not None
    assert opened.messages(done.answer.chat_id)[-1].text == "(forgotten)"
    if name == "a.md":
        assert opened.verify_forgotten([SECRET]).clean


def test_what_was_read_for_an_answer_takes_it_along_later(
    twin: tuple[Twin, SlowAnswerer], tmp_path: Path
) -> None:
    opened, _ = twin
    *_, retrieved, _, done = opened.ask("What is the code?")
    assert isinstance(retrieved, Retrieved) and len(retrieved.evidence) == 1
    assert isinstance(done, Done) and done.answer.chat_id is not None
    assert len(opened.messages(done.answer.chat_id)[-1].evidence) == 1
    opened.forget(path=tmp_path / "root" / "b.md")
    assert opened.messages(done.answer.chat_id)[-1].text == "(forgotten)"


def test_on_a_full_disk_the_answer_comes_unkept_and_the_status_says_why(
    twin: tuple[Twin, SlowAnswerer], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, _ = twin

    def full(*_: object, **__: object) -> int:
        raise ArchiveFull("There is no space left. Free some.")

    with monkeypatch.context() as broken:
        broken.setattr(opened._archive.chats, "add_message", full)
        done = list(opened.ask("What is the code?"))[-1]
    assert isinstance(done, Done) and "4711" in done.answer.text and done.answer.chat_id is None
    (trouble,) = opened.health.troubles()
    assert "no space left" in trouble.what
    assert isinstance(list(opened.ask("What is the code?"))[-1], Done) and not opened.health.troubles()
