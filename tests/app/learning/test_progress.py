"""How fast the worker says that it is."""

from __future__ import annotations

import pytest

from app.learning.progress import Meter


def test_rates_are_of_the_last_minute() -> None:
    now = [0.0]
    meter = Meter(clock=lambda: now[0])
    assert meter.rates() == (0.0, 0.0) and meter.eta(5) is None
    for _ in range(10):
        now[0] += 1.0
        meter.note(files=2, tokens=100)
    files, tokens = meter.rates()
    assert files == pytest.approx(2.0, rel=0.2) and tokens == pytest.approx(100.0, rel=0.2)
    assert meter.eta(20) == pytest.approx(10.0, rel=0.2)
    now[0] += 100.0
    assert meter.rates() == (0.0, 0.0)
