"""Chats as memories: only when the person says so, marked, once, and gone with what they quote. A model that only counts."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.errors import NotFound
from app.model.answerer import Found, Hit, Library
from app.records import Done, Event
from app.settings import Settings
from app.twin.twin import Twin
from engine.answering.voting import SURE
from storage.records import Citation
from tests.app.desk import BANK, SHAPE, Vectors, count_tokens, encode

SECRET = "The code of the key box at the cottage is 4711, says the caretaker."


class EchoAnswerer:
    """Finds everything and answers with the first passage."""

    model = SimpleNamespace(fingerprint=BANK)
    reads_together = False

    def check(self, question: str) -> None: ...

    def rest(self) -> None: ...

    def count_tokens(self, text: str) -> int:
        return count_tokens(text)

    def encode(self, passages: Sequence[tuple[int, str]]) -> list[Vectors]:
        return encode(passages)

    def search(self, memory: Any, question: str, library: Library, *_: Any, **__: Any) -> list[Hit]:
        return [Hit(id, 1.0) for id in memory.document_ids.tolist()]

    def ask(self, memory: Any, question: str, library: Library, *_: Any, **__: Any) -> Iterator[Found | str]:
        ids = memory.document_ids.tolist()
        yield Found(tuple(Hit(id, 1.0) for id in ids))
        yield f"It says: {library.texts(ids)[0]}"


@pytest.fixture
def twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Twin]:
    """A twin that knows one note and was asked one question."""
    opened = Twin.open(Settings(home=tmp_path / "home", max_tokens=64, quiet_seconds=0.1, throttle=False))
    bank = opened._archive.banks.open(BANK, *SHAPE)
    answerer = EchoAnswerer()
    monkeypatch.setattr(opened._models, "present", lambda: (answerer, bank))
    monkeypatch.setattr(opened._models, "successor", lambda: None)
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "cottage.md").write_text(f"{SECRET}\n")
    opened.add_source(folder)
    opened.start()
    assert opened.wait_until_known(30)
    ask(opened, "What is the code of the key box?")
    yield opened
    opened.close()


def ask(twin: Twin, question: str, chat_id: int | None = None) -> int:
    events: list[Event] = list(twin.ask(question, chat_id=chat_id, cancel=threading.Event()))
    assert isinstance(events[-1], Done) and events[-1].answer.chat_id is not None
    return events[-1].answer.chat_id


def test_answers_do_not_become_memories_by_themselves(twin: Twin) -> None:
    assert twin.run_job("rescan").ok and twin.wait_until_known(30)
    assert [memory.from_chat for memory in twin.memories()] == [False]


@pytest.mark.parametrize(("agreement", "doubt"), [(SURE / 2, True), (1.0, False)])
def test_a_kept_answer_still_says_that_it_was_unsure_and_what_it_was_read_from(
    twin: Twin, monkeypatch: pytest.MonkeyPatch, agreement: float, doubt: bool
) -> None:
    def divided(
        self: EchoAnswerer, memory: Any, question: str, library: Library, **_: Any
    ) -> Iterator[Found | str]:
        first, second = memory.document_ids.tolist()
        yield Found((Hit(first, 1.0), Hit(second, 2.0)), agreement, read=1)
        yield "4711"

    twin.save_chat(twin.chats()[0].id)
    monkeypatch.setattr(EchoAnswerer, "ask", divided)
    *_, done = twin.ask("What is the code of the key box?")
    assert isinstance(done, Done) and done.answer.unsure == doubt and done.answer.chat_id
    for turn in (done.answer, twin.messages(done.answer.chat_id)[1]):
        assert turn.unsure == doubt and [item.read for item in turn.evidence] == [True, False]
    twin.forget([memory.id for memory in twin.memories()])
    assert not any(turn.unsure for turn in twin.messages(done.answer.chat_id))


def test_a_saved_chat_is_remembered_once_and_marked(twin: Twin) -> None:
    (chat,) = twin.chats()
    assert twin.save_chat(chat.id).documents == 1
    (saved,) = [memory for memory in twin.memories() if memory.from_chat]
    assert (saved.path, saved.place) == (None, "saved chat")
    assert "Me: What is the code of the key box?" in saved.text and "Doppel: It says:" in saved.text
    assert twin.save_chat(chat.id).documents == 0
    ask(twin, "And where is it?", chat.id)
    assert twin.save_chat(chat.id).documents == 1
    twin.delete_chat(chat.id)
    assert sum(memory.from_chat for memory in twin.memories()) == 2
    with pytest.raises(NotFound):
        twin.save_chat(chat.id)


@pytest.mark.parametrize("chat_is_kept", [True, False])
def test_what_was_saved_of_a_forgotten_memory_is_forgotten_too(twin: Twin, chat_is_kept: bool) -> None:
    (chat,) = twin.chats()
    twin.save_chat(chat.id)
    if not chat_is_kept:
        twin.delete_chat(chat.id)
    (note,) = [memory for memory in twin.memories() if not memory.from_chat]
    assert twin.forget(ids=[note.id]).documents == 2
    assert twin.memories() == []
    assert twin.verify_forgotten([SECRET, "The code of the key box"]).clean


def test_an_answer_that_cites_without_quoting_is_forgotten_too(twin: Twin) -> None:
    (chat,) = twin.chats()
    other = twin._archive.chats.create("another")
    twin._archive.chats.add_message(other, "user", "May I come in?")
    (note,) = [memory for memory in twin.memories() if not memory.from_chat]
    twin._archive.chats.add_message(other, "assistant", "Yes, by the side.", [Citation(note.id, "", 1.0, 1)])
    twin._archive.chats.add_message(other, "assistant", "It is sunny.", [])
    assert twin.save_chat(other).documents == 2
    twin.forget(ids=[note.id])
    assert ["sunny" in memory.text for memory in twin.memories()] == [True]
    assert twin.messages(chat.id)[-1].text == "(forgotten)"
