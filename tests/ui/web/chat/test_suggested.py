"""Questions to begin with are those that what was read can answer."""

from __future__ import annotations

import pytest

from app.records import FileStatus
from tests.ui.web.fake_twin import FakeTwin
from ui.web.chat import suggested
from ui.web.chat.suggested import Sample, Suggested


def test_a_sample_question_is_offered_once_its_file_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggested, "SECONDS_KEPT", 0.0)
    twin, known = FakeTwin.filled(), {"/a.md"}
    twin.suggested = ["Who is Mara?"]
    monkeypatch.setattr(
        twin, "file_status", lambda path: FileStatus(str(path), "known" if path in known else "queued")
    )
    offered = Suggested(twin, [Sample("Of a?", "/a.md"), Sample("Of b?", "/b.md")])
    assert offered.at_hand() == []
    assert offered.now() == offered.at_hand() == ["Of a?", "Who is Mara?"]
    known.add("/b.md")
    assert offered.now() == ["Of a?", "Of b?", "Who is Mara?"]


def test_they_are_worked_out_once_in_a_while_and_at_most_four() -> None:
    twin = FakeTwin.filled()
    twin.suggested = [f"Question {n}?" for n in range(9)]
    offered = Suggested(twin, [Sample("Question 1?")])
    assert offered.now() == ["Question 1?", "Question 0?", "Question 2?", "Question 3?"]
    twin.suggested = []
    assert len(offered.now()) == 4
