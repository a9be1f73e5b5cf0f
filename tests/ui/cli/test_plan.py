"""`doppel plan`, and that the plans in the documentation are what it prints."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ui.cli.main import app

PAGE = Path(__file__).parents[3] / "docs" / "performance.md"
PRINTED = re.compile(r"`doppel (plan [^`]+)`\n\n```\n(.*?)\n```", re.DOTALL)


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOPPEL_HOME", str(tmp_path))


def said(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["plan", *arguments])
    return result.exit_code, result.output


def test_the_documentation_shows_what_the_command_prints() -> None:
    shown = PRINTED.findall(PAGE.read_text("utf-8"))
    assert len(shown) == 2
    for command, text in shown:
        code, printed = said(*shlex.split(command)[1:])
        assert code == 0 and printed.strip() == text


def test_a_plan_as_json_has_every_assumption() -> None:
    code, printed = said("--model", "MSA-4B", "--tokens", "1M", "--devices", "a800", "--json")
    found = json.loads(printed)
    assert code == 0 and found["plan"]["tokens"] == 1e6 and len(found["assumptions"]) > 15


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (["--tokens", "many"], "no number of tokens"),
        (["--tokens", "0"], "at least one token"),
        (["--tokens", "1M", "--devices", "toaster"], "no known device"),
        (["--tokens", "1M", "--model", "nobody"], "neither a known model"),
        (["--tokens", "1M", "--devices", "a800", "--key-bits", "5"], "8 or 4"),
        (["--tokens", "1M", "--devices", "a800", "--passage", "0"], "passages of 8"),
    ],
)
def test_what_cannot_be_planned_is_one_line(wrong: list[str], says: str) -> None:
    code, printed = said(*wrong)
    assert code == 1 and says in printed and len(printed.strip().splitlines()) == 1


def test_what_does_not_fit_says_what_would() -> None:
    _, printed = said("--model", "MSA-4B", "--tokens", "300M", "--devices", "a800")
    assert "do not fit" in printed and "2 machines would" in printed
    _, printed = said("--model", "MSA-4B", "--tokens", "1M", "--devices", "cpu", "--ram", "8")
    assert "model itself is too large" in printed
