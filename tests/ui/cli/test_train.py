"""`doppel train router` over a fake twin: what it prints, and what `doppel status` says of an adapted router."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.errors import NotTrained
from app.records import AdaptedRouter, RouterReport, RouterStatus, Status
from tests.ui.web.fake_twin import FakeTwin
from ui.cli import main

ABOUT = AdaptedRouter("f00d", "2026-03-01T10:00:00+00:00", 200, 600, 0.4, 0.5)


class TrainedTwin(FakeTwin):
    adapted: RouterStatus | None = None
    report = RouterReport(True, "", ABOUT)

    def train_router(self, report: Callable[[str], None]) -> RouterReport:
        if not self.rows:
            raise NotTrained("There are 0 memories; at least 50 are needed.")
        report("Learning: step 50 of 300")
        return self.report

    def undo_router(self) -> bool:
        there, self.adapted = self.adapted is not None, None
        return there

    def status(self) -> Status:
        return replace(super().status(), router=self.adapted)


@pytest.fixture
def twin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> TrainedTwin:
    fake = TrainedTwin(rows=FakeTwin.filled().rows)
    module = types.ModuleType("app.twin.twin")
    module.Twin = types.SimpleNamespace(open=lambda settings, key=None: fake)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "app.twin.twin", module)
    monkeypatch.setenv("DOPPEL_HOME", str(tmp_path))
    return fake


def doppel(*words: str) -> Result:
    return CliRunner().invoke(main.app, list(words))


def test_progress_goes_beside_the_report(twin: TrainedTwin) -> None:
    result = doppel("train", "router")
    assert result.exit_code == 0
    assert "step 50 of 300" in result.stderr and "step 50" not in result.stdout
    assert "0.400 before, 0.500 after" in result.stdout and "--undo" in result.stdout
    assert json.loads(doppel("train", "router", "--json").stdout)["about"]["documents"] == 200
    assert twin.closed


def test_what_did_not_win_says_why(twin: TrainedTwin) -> None:
    twin.report = RouterReport(False, "the gain is within chance", ABOUT)
    result = doppel("train", "router")
    assert result.exit_code == 0
    assert "not kept: the gain is within chance" in result.stdout and "in use" not in result.stdout


def test_too_little_is_one_line(twin: TrainedTwin) -> None:
    twin.rows.clear()
    result = doppel("train", "router")
    assert result.exit_code == 1
    assert result.stderr == "doppel: There are 0 memories; at least 50 are needed.\n"


def test_undo_and_status(twin: TrainedTwin) -> None:
    assert "Router" not in doppel("status").stdout
    twin.adapted = RouterStatus(ABOUT, in_use=True)
    assert "adapted to this archive on 2026-03-01" in doppel("status").stdout
    twin.adapted = RouterStatus(ABOUT, in_use=False)
    assert "unused" in doppel("status").stdout
    assert "own router is in use" in doppel("train", "router", "--undo").stdout
    assert "No adapted router" in doppel("train", "router", "--undo").stdout
