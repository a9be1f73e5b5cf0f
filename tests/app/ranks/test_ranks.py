"""Ranks as processes: equal answers with any number of them, and what happens when one is killed or stopped.

Marked e2e where processes are waited for: each takes seconds to come up.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.health import Health
from app.ranks import worker
from app.ranks.ranks import PART, Ranks
from engine.parallel.meeting import Meeting
from storage.archive import Archive
from storage.records import Draft
from tests.app.ranks.crew import assert_same
from tests.engine.test_bank import ENCODINGS, IDS, MODEL, archive_of, asked, chosen, snapshot
from tests.engine.tiny import largest_gap
from tests.storage.synthetic import add_file, open_bank

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(os.name == "nt", reason="signals")]
WITHIN = 10.0  # seconds until a rank that is gone must have been noticed


@contextmanager
def crew(archive: Archive, count: int, bank: str = MODEL.fingerprint) -> Iterator[tuple[Ranks, Health]]:
    health = Health()
    ranks = Ranks(["cpu"] * count, health)
    ranks.start()
    try:
        ranks.follow(archive.banks.in_memory[bank])
        assert ranks.wait_whole(180)
        yield ranks, health
    finally:
        ranks.stop()


def process_of(ranks: Ranks, number: int = 0) -> int:
    process = ranks._ranks[number].process
    assert process is not None
    return process.process.pid


def troubles(health: Health) -> list[str]:
    return [trouble.what for trouble in health.troubles() if trouble.part == PART]


def until(true: object, seconds: float = WITHIN) -> float:
    began = time.monotonic()
    while not true():  # type: ignore[operator]
        assert time.monotonic() - began < seconds, "it takes too long"
        time.sleep(0.02)
    return time.monotonic() - began


def assert_answers_alike(ranks: Ranks, archive: Archive) -> None:
    spread = ranks.memory(archive.banks.in_memory[MODEL.fingerprint])
    assert spread is not None and spread.complete
    alone, together = asked(snapshot(archive)), asked(spread)
    assert chosen(alone) == chosen(together)
    assert largest_gap(alone.logits, together.logits) < 1e-4


@pytest.mark.parametrize("count", [2, 4])
def test_answers_are_the_same_while_documents_come_change_and_go(tmp_path: Path, count: int) -> None:
    with archive_of(tmp_path, [IDS[:4], IDS[4:]]) as archive, crew(archive, count) as (ranks, health):
        assert_answers_alike(ranks, archive)
        (new,) = archive.commits.reserve_ids(1)
        draft = Draft(new, 0, "new", "new", tokens=9)
        archive.commits.commit_documents(None, add=[draft], encodings=[ENCODINGS[2]], bank=MODEL.fingerprint)
        assert_answers_alike(ranks, archive)
        archive.documents.edit(2, "other", "other", 9, ENCODINGS[5], MODEL.fingerprint)
        assert_answers_alike(ranks, archive)
        archive.forgetting.forget([1, 5])
        assert_answers_alike(ranks, archive)
        archive.compact(3)
        assert_answers_alike(ranks, archive)
        assert not troubles(health)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_rank_that_ends_or_hangs_is_said_in_time_missed_and_filled_again(
    tmp_path: Path, how: signal.Signals
) -> None:
    with archive_of(tmp_path, [IDS]) as archive, crew(archive, 3) as (ranks, health):
        bank = archive.banks.in_memory[MODEL.fingerprint]
        os.kill(process_of(ranks), how)
        began = time.monotonic()
        partly = asked(ranks.memory(bank))
        assert time.monotonic() - began < WITHIN and partly.logits.isfinite().all()
        until(lambda: troubles(health), WITHIN)
        assert "away" in troubles(health)[0] and "rank 1" in troubles(health)[0]
        assert ranks.wait_whole(180)
        until(lambda: not troubles(health))
        assert_answers_alike(ranks, archive)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
@pytest.mark.parametrize("what", ["add", "forget"])
def test_a_rank_that_fails_during_a_change_loses_nothing_and_brings_nothing_back(
    tmp_path: Path, how: signal.Signals, what: str
) -> None:
    with Archive.open(tmp_path) as archive:
        open_bank(archive)
        ids = add_file(archive, "/notes/a.txt", 30)
        with crew(archive, 3, "model-a") as (ranks, health):
            bank = archive.banks.in_memory["model-a"]
            gone: list[int] = []
            stopping = threading.Event()

            def change() -> None:
                while not stopping.is_set():
                    if what == "add":
                        ids.extend(add_file(archive, f"/notes/{len(ids)}.txt", 2))
                    elif len(gone) < 20:
                        archive.forgetting.forget([ids[len(gone)]])
                        gone.append(ids[len(gone)])
                    time.sleep(0.005)

            changing = threading.Thread(target=change)
            changing.start()
            time.sleep(0.1)
            os.kill(process_of(ranks, 1), how)
            until(lambda: troubles(health), WITHIN)
            time.sleep(0.3)
            stopping.set()
            changing.join(WITHIN)
            assert not changing.is_alive()
            assert ranks.wait_whole(180)
            spread = ranks._spread
            assert spread is not None
            assert_same(spread, bank)
            assert set(spread.memory().document_ids.tolist()) == set(ids) - set(gone)


def test_a_rank_killed_while_its_documents_are_fetched_costs_no_answer(tmp_path: Path) -> None:
    with archive_of(tmp_path, [IDS]) as archive, crew(archive, 2) as (ranks, _):
        bank = archive.banks.in_memory[MODEL.fingerprint]
        memory = ranks.memory(bank)
        assert memory is not None
        want = snapshot(archive).fetch(0, memory.document_ids)
        os.kill(process_of(ranks), signal.SIGKILL)
        got = memory.fetch(0, memory.document_ids)
        assert all(bool((left == right).all()) for left, right in zip(got, want, strict=True))


def test_ranks_end_with_rank_0_even_if_it_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\n"
        "from app.health import Health\nfrom app.ranks.ranks import Ranks\n"
        "from tests.engine.test_bank import IDS, MODEL, archive_of\n"
        "with archive_of(Path(sys.argv[1]), [IDS]) as archive:\n"
        "    ranks = Ranks(['cpu'] * 2, Health())\n    ranks.start()\n"
        "    ranks.follow(archive.banks.in_memory[MODEL.fingerprint])\n"
        "    assert ranks.wait_whole(180)\n"
        "    print(ranks._ranks[0].process.process.pid, flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        rank = int(first.stdout.readline())
        first.kill()
        until(lambda: not alive(rank))


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def elsewhere(meeting: Meeting, ranks: Sequence[int]) -> list[subprocess.Popen[bytes]]:
    """Ranks as another machine starts them: they come to a port, and come back when the connection breaks."""
    return [
        subprocess.Popen(
            [sys.executable, "-m", "app.ranks.worker"],
            env={
                **os.environ,
                worker.ADDRESS: meeting.address,
                worker.SECRET: meeting.secret,
                worker.RANK: str(rank),
            },
        )
        for rank in ranks
    ]


def test_another_machine_joins_at_a_port_and_comes_back_after_a_break(tmp_path: Path) -> None:
    meeting = Meeting(f"127.0.0.1:{free_port()}", "ab" * 16)
    others = elsewhere(meeting, [1])
    health = Health()
    ranks = Ranks(["cpu", "elsewhere"], health, meeting)
    try:
        with archive_of(tmp_path, [IDS]) as archive:
            ranks.start()
            ranks.follow(archive.banks.in_memory[MODEL.fingerprint])
            assert ranks.wait_whole(180)
            assert_answers_alike(ranks, archive)
            others[0].kill()
            others[0].wait()
            until(lambda: troubles(health))
            assert "Start it again there" in troubles(health)[0]
            others = elsewhere(meeting, [1])
            assert ranks.wait_whole(180)
            assert_answers_alike(ranks, archive)
    finally:
        ranks.stop()
        for other in others:
            other.kill()
            other.wait()
