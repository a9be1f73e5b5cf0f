"""`doppel open` and `doppel service`."""

from __future__ import annotations

import socket
import sys
import webbrowser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.upkeep.running import say_where
from app.upkeep.service import command
from app.upkeep.service.command import Service
from ui.cli import main

STARTS = """
import socket, sys, time
from pathlib import Path
from app.upkeep.running import say_where
listener = socket.create_server(("127.0.0.1", 0))
say_where(Path(sys.argv[1]), f"http://127.0.0.1:{listener.getsockname()[1]}/?token=new")
time.sleep(5)
"""


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    addresses: list[str] = []
    monkeypatch.setenv("DOPPEL_HOME", str(tmp_path))
    monkeypatch.setattr(webbrowser, "open", lambda url: addresses.append(url) or True)
    return addresses


def test_open_opens_the_page_of_the_running_one(opened: list[str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/?token=t"
        say_where(tmp_path, url)
        assert CliRunner().invoke(main.app, ["open"]).exit_code == 0
    assert opened == [url]


def starting(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    monkeypatch.setattr(command, "own_service", lambda: Service((sys.executable, *words), {}))


def test_open_starts_one_where_none_runs(
    opened: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starting(monkeypatch, "-c", STARTS, str(tmp_path))
    done = CliRunner().invoke(main.app, ["open"])
    assert done.exit_code == 0, done.output
    assert len(opened) == 1 and opened[0].endswith("token=new")


def test_what_keeps_it_from_starting_is_said(opened: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    starting(monkeypatch, "-c", "import sys; sys.exit('doppel: The disk is full.')")
    done = CliRunner().invoke(main.app, ["open"])
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (1, "doppel: The disk is full.")
    assert opened == []


def test_status_says_that_nothing_is_installed(opened: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(Path.cwd() / "no such folder"))
    monkeypatch.setenv("HOME", str(Path.cwd() / "no such folder"))
    done = CliRunner().invoke(main.app, ["service", "status"])
    assert done.exit_code == 0 and "doppel service install" in done.stdout and "Running: no" in done.stdout
