"""The look for a newer version: off until it is switched on, once a day, and nothing is sent but the request."""

from __future__ import annotations

import datetime
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from app.upkeep import updates
from app.upkeep.jobs import standing_jobs
from app.upkeep.schedule import Schedule
from tests.app.desk import Desk

ASKED = updates.address()  # before tests are kept from asking there
OURS = "A private digital twin with lifetime memory"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path) as desk:
        yield desk


class Index:
    """A package index on this computer; what it was asked, and what it answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.status, self.answer = 200, b""
        self.has("99.1")
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                index.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                self.send_response(index.status)
                self.end_headers()
                self.wfile.write(index.answer)

            def log_message(self, *args: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/pypi/doppel/json"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def has(self, version: str, summary: str = OURS) -> None:
        self.answer = json.dumps({"info": {"version": version, "summary": summary}}).encode()


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    index = Index()
    monkeypatch.setattr(updates, "address", lambda: index.url)
    yield index
    index.server.shutdown()
    index.server.server_close()


def day(number: int) -> datetime.date:
    return datetime.date(2030, 1, number)


def test_a_newer_version_is_told_and_nothing_but_the_request_is_sent(desk: Desk, index: Index) -> None:
    assert updates.newer(desk.archive) == ""
    assert "99.1" in updates.look(desk.archive, day(1))
    assert updates.newer(desk.archive) == "99.1"
    ((path, headers),) = index.asked
    assert path == "/pypi/doppel/json"
    assert {*headers} <= {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert headers["user-agent"] == "doppel"


def test_it_asks_once_a_day(desk: Desk, index: Index) -> None:
    updates.look(desk.archive, day(1))
    assert "already" in updates.look(desk.archive, day(1))
    assert len(index.asked) == 1
    index.has("99.2")
    updates.look(desk.archive, day(2))
    assert updates.newer(desk.archive) == "99.2"


@pytest.mark.parametrize("version", ["0.0.1", "0.1.0"])
def test_an_older_version_or_the_same_is_no_news(desk: Desk, index: Index, version: str) -> None:
    index.has(version)
    assert "newest" in updates.look(desk.archive, day(1))
    assert updates.newer(desk.archive) == ""


def test_another_program_of_the_same_name_is_no_news(desk: Desk, index: Index) -> None:
    index.has("99.1", "Renders templates")
    assert "no version of this program" in updates.look(desk.archive, day(1))
    assert updates.newer(desk.archive) == ""


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [(404, b"", "no version"), (503, b"", "503"), (200, b"<html>", "understood"), (200, b"[]", "understood")],
)
def test_an_index_that_answers_badly_keeps_what_is_known(
    desk: Desk, index: Index, status: int, answer: bytes, said: str
) -> None:
    index.status, index.answer = status, answer
    assert said in updates.look(desk.archive, day(1))
    assert updates.newer(desk.archive) == ""
    assert "already" in updates.look(desk.archive, day(1))


def test_the_index_is_the_one_that_pip_knows() -> None:
    assert ASKED.startswith("https://") and ASKED.endswith("/doppel/json")


def test_nobody_answering_is_no_failure(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "address", lambda: "http://127.0.0.1:9/")
    assert "could not be reached" in updates.look(desk.archive, day(1))


def test_it_is_off_until_it_is_switched_on(desk: Desk, index: Index) -> None:
    schedule = Schedule(desk.archive, standing_jobs(desk.archive, desk.settings, lambda: None))
    (job,) = (job for job in schedule.jobs() if job.name == "update")
    assert not job.on
    assert "Nothing is sent but the request" in job.description
    schedule.start()
    schedule.stop()
    assert index.asked == []
    assert schedule.switch("update", True).on
    assert "99.1" in str(schedule.run("update", asked=False).last_result)
