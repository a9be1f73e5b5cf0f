"""The twin over several ranks: a setting starts them, answers go through them, and say when a part is away."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.ranks.ranks import PART
from app.records import Done
from app.settings import Settings
from app.twin.twin import Twin
from engine.parallel.memory import ParallelMemory
from tests.app.desk import BANK, SHAPE
from tests.app.twin.test_chats import EchoAnswerer

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(os.name == "nt", reason="signals")]


@pytest.fixture
def twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Twin]:
    """Running, on two ranks, with twelve notes known."""
    settings = Settings(home=tmp_path / "home", max_tokens=64, quiet_seconds=0.1, throttle=False)
    opened = Twin.open(Settings(**{**vars(settings), "devices": "cpu,cpu"}))
    bank = opened._archive.banks.open(BANK, *SHAPE)
    monkeypatch.setattr(opened._models, "present", lambda: (EchoAnswerer(), bank))
    monkeypatch.setattr(opened._models, "successor", lambda: None)
    folder = tmp_path / "notes"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.md").write_text(f"The heron number {number} stood in the reeds.\n")
    opened.add_source(folder)
    opened.start()
    assert opened.wait_until_known(60)
    assert opened._ranks is not None and opened._ranks.wait_whole(180)
    yield opened
    opened.close()


def answer(twin: Twin) -> str:
    events = list(twin.ask("Where did the herons stand?"))
    assert isinstance(events[-1], Done)
    return events[-1].answer.text


def spread(twin: Twin) -> ParallelMemory:
    memory = twin._models.memory(twin._models.present()[1])
    assert isinstance(memory, ParallelMemory)
    return memory


def test_answers_go_through_the_ranks_and_say_what_is_away(twin: Twin) -> None:
    # A rank that the machine left without time for a moment comes back.
    until(
        lambda: len(spread(twin).parts) == 2 and len(spread(twin)) == 12 and not twin.status().troubles, 180
    )
    assert "away" not in answer(twin)
    (twin.settings.home.parent / "notes" / "new.md").write_text("A crane came, too.\n")
    until(lambda: len(spread(twin)) == 13)

    assert twin._ranks is not None
    process = twin._ranks._ranks[0].process
    assert process is not None
    process.process.send_signal(signal.SIGSTOP)
    until(lambda: any(trouble.part == PART for trouble in twin.status().troubles))
    said = answer(twin)
    assert twin.away() == 0 or "a part of it is away" in said
    until(lambda: not twin.away(), 180)
    until(lambda: not twin.status().troubles)
    assert "away" not in answer(twin) and len(spread(twin)) == 13

    pid = twin._ranks._ranks[0].process
    twin.stop()
    assert pid is not None and pid.ended
    assert not isinstance(twin._models.memory(twin._models.present()[1]), ParallelMemory)


def until(true: object, seconds: float = 15) -> None:
    began = time.monotonic()
    while not true():  # type: ignore[operator]
        assert time.monotonic() - began < seconds, "it takes too long"
        time.sleep(0.05)
