"""Started at sign-in: what each system is given, and that nothing stays half installed."""

from __future__ import annotations

import configparser
import plistlib
import shlex
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.errors import DoppelError
from app.upkeep.service import install, launchd, systemd, task
from app.upkeep.service.command import Outcome, Service, tool
from app.upkeep.service.install import System

SYSTEMS: list[System] = [systemd, launchd, task]
ODD = Service(
    ('/opt/My Python/100% $HOME/bin/py"thon', "-m", "ui.cli", "run"), {"DOPPEL_HOME": "/data/a & b <c>"}
)


class Tools:
    """Stands for the tools of a system: notes what they were asked, and fails where it is told to."""

    def __init__(self, failing: str = "") -> None:
        self.asked: list[list[str]] = []
        self.failing = failing

    def __call__(self, words: Sequence[str]) -> Outcome:
        self.asked.append(list(words))
        failed = bool(self.failing) and self.failing in words
        return Outcome(int(failed), "it says no\nno bus" if failed else "state = running, Running")


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("DOPPEL_HOME", str(tmp_path / "my archive"))


@pytest.mark.parametrize("system", SYSTEMS)
def test_it_is_installed_seen_and_removed(system: System) -> None:
    tools = Tools()
    done = install.install(system, tools)
    assert done.running and done.current and done.file is not None
    assert "my archive" in Path(done.file).read_bytes().decode("utf-16" if system is task else "utf-8")
    assert any(word in ("enable", "bootstrap", "/Create") for words in tools.asked for word in words)
    assert install.remove(system, tools)
    assert install.status(system, tools) == install.Installed(None, False, False)
    assert any(word in ("disable", "bootout", "/Delete") for words in tools.asked for word in words)
    assert not install.remove(system, tools)


@pytest.mark.parametrize(("system", "step"), [(systemd, "enable"), (launchd, "bootstrap"), (task, "/Create")])
def test_where_the_system_refuses_nothing_stays_and_its_words_are_said(system: System, step: str) -> None:
    with pytest.raises(DoppelError, match="no bus"):
        install.install(system, Tools(failing=step))
    assert not system.place().exists()
    install.install(system, Tools())
    before = system.place().read_bytes()
    with pytest.raises(DoppelError):
        install.install(system, Tools(failing=step))
    assert system.place().read_bytes() == before


def test_another_archive_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    install.install(systemd, Tools())
    monkeypatch.setenv("DOPPEL_HOME", "/somewhere/else")
    assert not install.status(systemd, Tools()).current


def test_a_unit_says_the_very_words_whatever_is_in_them() -> None:
    unit = configparser.RawConfigParser(interpolation=None, strict=True)
    unit.optionxform = str  # type: ignore[method-assign, assignment]
    unit.read_string(systemd.written(ODD))
    service = unit["Service"]
    assert service["StandardOutput"] == "null", "the address that signs a browser in must not be logged"
    plain = [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(service["ExecStart"])]
    assert plain == list(ODD.program)
    assert shlex.split(service["Environment"]) == ["DOPPEL_HOME=/data/a & b <c>"]


def test_an_agent_says_the_very_words() -> None:
    agent = plistlib.loads(launchd.written(ODD).encode())
    assert (
        tuple(agent["ProgramArguments"]) == ODD.program and agent["EnvironmentVariables"] == ODD.environment
    )
    assert agent["StandardOutPath"] == "/dev/null"


def test_a_task_is_well_formed_and_never_ends_by_itself() -> None:
    tree = ElementTree.fromstring(task.written(ODD).partition("\n")[2])
    said = {each.tag.rpartition("}")[2]: each.text for each in tree.iter()}
    assert said["ExecutionTimeLimit"] == "PT0S" and said["RunLevel"] == "LeastPrivilege"
    assert said["Command"] == "cmd.exe" and 'set "DOPPEL_HOME=/data/a & b <c>"' in (said["Arguments"] or "")
    plain = ElementTree.fromstring(task.written(Service(("py.exe", "-m", "x"), {})).partition("\n")[2])
    assert [e.text for e in plain.iter() if e.tag.endswith(("Command", "Arguments"))] == ["py.exe", "-m x"]


def test_a_system_without_the_tool_says_what_to_do() -> None:
    with pytest.raises(DoppelError, match="doppel run"):
        tool(["no-such-tool-on-this-computer"])
