"""The twin as a person uses it: real model, real files, real watcher."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import ArchiveProblem, EmptyMemory, ModelMissing, NotFound, QuestionTooLong
from app.model.store import model_folder
from app.records import Answer, Done, Retrieved
from app.settings import Settings
from app.twin.twin import Twin

KNOWN_WITHIN = 120.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A fresh data directory with the model that `doppel model pull` fetched."""
    folder = str(model_folder(Settings()))
    return replace(Settings(home=tmp_path / "home"), model=folder, quiet_seconds=0.2, throttle=False)


@pytest.fixture
def twin(settings: Settings) -> Iterator[Twin]:
    opened = Twin.open(settings)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "garden.md").write_text(
        "# Garden\n\nThe apricot tree was planted behind the shed in April 2021.\n"
    )
    (folder / "car.txt").write_text(
        "The car had its last inspection in Emmendingen; the mechanic is Mr Boll.\n"
    )
    return folder


def ask(twin: Twin, question: str) -> Answer:
    answer = None
    for event in twin.ask(question):
        if isinstance(event, Done):
            answer = event.answer
    assert answer is not None
    return answer


def until(happens: Callable[[], bool]) -> None:
    """Wait for the watcher; fails after KNOWN_WITHIN seconds."""
    end = time.monotonic() + KNOWN_WITHIN
    while not happens():
        assert time.monotonic() < end, "the watcher did not notice the change"
        time.sleep(0.05)


def known(twin: Twin, text: str) -> bool:
    return any(text in memory.text for memory in twin.memories(text))


def files(answer: Answer) -> list[str]:
    return [Path(item.path).name for item in answer.evidence if item.path]


@pytest.mark.e2e
def test_a_saved_file_is_answerable_edited_changes_and_deleted_is_gone(twin: Twin, folder: Path) -> None:
    twin.add_source(folder)
    twin.start()
    assert twin.wait_until_known(KNOWN_WITHIN)
    assert "garden.md" in files(ask(twin, "When was the apricot tree planted?"))

    note = folder / "cottage.md"
    note.write_text("The code of the key box at the cottage is 4711.\n")
    until(lambda: known(twin, "4711"))
    first = ask(twin, "What is the code of the key box at the cottage?")
    assert files(first)[0] == "cottage.md"
    assert "4711" in first.text

    note.write_text("The code of the key box at the cottage is 2093.\n")
    until(lambda: known(twin, "2093"))
    second = ask(twin, "What is the code of the key box at the cottage?")
    assert "2093" in second.text and "4711" not in second.text
    assert not any("4711" in item.passage for item in second.evidence)

    note.unlink()
    until(lambda: not known(twin, "2093"))
    third = ask(twin, "What is the code of the key box at the cottage?")
    assert "cottage.md" not in files(third)
    assert "2093" not in third.text


@pytest.mark.e2e
def test_what_is_forgotten_is_gone_and_stays_gone(twin: Twin, folder: Path) -> None:
    twin.add_source(folder)
    twin.start()
    assert twin.wait_until_known(KNOWN_WITHIN)
    before = ask(twin, "Who is the mechanic of the car?")
    assert "car.txt" in files(before)
    passage = next(item for item in before.evidence if item.path and item.path.endswith("car.txt"))

    report = twin.forget(path=folder / "car.txt")
    assert report.documents == 1
    assert twin.verify_forgotten([passage.passage, "the mechanic is Mr Boll"]).clean
    assert twin.wait_until_known(KNOWN_WITHIN)
    after = ask(twin, "Who is the mechanic of the car?")
    assert "car.txt" not in files(after) and "Boll" not in after.text
    assert twin.chats() and all("Boll" not in m.text for c in twin.chats() for m in twin.messages(c.id))


@pytest.mark.e2e
def test_an_edited_memory_answers_with_its_new_text(twin: Twin, folder: Path) -> None:
    twin.ingest(folder)
    (memory,) = twin.memories("apricot")
    twin.edit_memory(memory.id, "The apricot tree was planted behind the shed in June 2019.")
    answer = ask(twin, "When was the apricot tree planted?")
    assert "2019" in answer.evidence[0].passage
    assert twin.memory(memory.id).edited


@pytest.mark.e2e
def test_evidence_says_when_its_file_has_changed_since(twin: Twin, folder: Path) -> None:
    twin.ingest(folder)
    (folder / "garden.md").write_text("# Garden\n\nNothing grows here any more.\n")
    evidence = next(
        event.evidence
        for event in twin.ask("When was the apricot tree planted?")
        if isinstance(event, Retrieved)
    )
    assert {Path(item.path or "").name: item.outdated for item in evidence} == {
        "garden.md": True,
        "car.txt": False,
    }


@pytest.mark.e2e
def test_bad_questions_are_refused_with_what_to_do(twin: Twin, folder: Path) -> None:
    with pytest.raises(EmptyMemory, match="doppel sources add"):
        next(twin.ask("Anything?"))
    twin.ingest(folder)
    with pytest.raises(QuestionTooLong, match=r"takes up to 1024"):
        next(twin.ask("why " * 2000))
    with pytest.raises(QuestionTooLong, match="empty"):
        next(twin.ask("  "))


def test_a_missing_model_names_the_command_that_fetches_it(tmp_path: Path, folder: Path) -> None:
    twin = Twin.open(Settings(home=tmp_path / "home"))
    try:
        with pytest.raises(ModelMissing, match="doppel model pull"):
            twin.ingest(folder)
        with pytest.raises(NotFound):
            twin.add_source(tmp_path / "nowhere")
    finally:
        twin.close()


def test_a_second_twin_reads_but_does_not_write(tmp_path: Path, folder: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    first = Twin.open(settings)
    second = Twin.open(settings)
    try:
        assert second.read_only and not first.read_only
        first.add_source(folder)
        assert [source.path for source in second.sources()] == [str(folder)]
        with pytest.raises(ArchiveProblem, match="running"):
            second.add_source(folder)
    finally:
        second.close()
        first.close()
