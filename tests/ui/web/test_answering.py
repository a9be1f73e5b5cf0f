"""Ending: every answer under way is cancelled."""

from __future__ import annotations

import threading

from ui.web.answering import Answering


def test_the_end_cancels_every_answer() -> None:
    answering = Answering()
    first = answering.cancels["one page"] = threading.Event()
    second = answering.cancels["another"] = threading.Event()
    answering.end()
    assert first.is_set() and second.is_set()
