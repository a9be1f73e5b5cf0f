"""What is said of a forget: also that other memories say the same."""

from __future__ import annotations

from app.records import ForgetReport
from ui.cli import show


def test_copies_that_stay_are_named() -> None:
    assert "12, 40" in show.forgotten(ForgetReport(1, 0, 0.1, (12, 40)), None)
    assert "not forgotten" not in show.forgotten(ForgetReport(1, 0, 0.1), None)
