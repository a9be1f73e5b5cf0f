"""How long background work rests, for machines that the tests make up."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from app.learning.throttle import (
    FRESH_SECONDS,
    MachineLoad,
    Throttle,
    lower_priority,
    machine_reader,
    must_wait,
    rest_after,
)
from app.settings import Settings


@pytest.mark.parametrize(
    ("load", "rest"),
    [
        (MachineLoad(0.0), 0.0),
        (MachineLoad(60.0), 0.0),
        (MachineLoad(80.0), 2.0 * 2.5),
        (MachineLoad(100.0), 2.0 * 4.0),
        (MachineLoad(0.0, on_battery=True, battery_percent=80.0), 2.0),
        (MachineLoad(100.0, on_battery=True, battery_percent=80.0), 8.0),
        (MachineLoad(0.0, on_battery=True), 2.0),
        (MachineLoad(0.0, on_battery=False, battery_percent=5.0), 0.0),
    ],
)
def test_rest_grows_with_other_load_and_on_battery(load: MachineLoad, rest: float, tmp_path: Path) -> None:
    assert rest_after(2.0, load, Settings(home=tmp_path)) == pytest.approx(rest)
    assert rest_after(2.0, load, Settings(home=tmp_path, throttle=False)) == 0.0


def test_work_waits_for_the_charger_only_on_a_low_battery(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert must_wait(MachineLoad(0.0, on_battery=True, battery_percent=29.0), settings)
    for load in (
        MachineLoad(0.0, on_battery=True, battery_percent=30.0),
        MachineLoad(0.0, on_battery=False, battery_percent=5.0),
        MachineLoad(0.0, on_battery=True),
    ):
        assert not must_wait(load, settings)
    throttle = Throttle(settings, read=lambda: MachineLoad(0.0, True, 1.0), clock=iter([0.0, 9.0]).__next__)
    assert throttle.must_wait()


def test_the_machine_is_read_only_now_and_then(tmp_path: Path) -> None:
    now, readings = [0.0], iter([MachineLoad(100.0), MachineLoad(0.0)])
    throttle = Throttle(Settings(home=tmp_path), read=lambda: next(readings), clock=lambda: now[0])
    assert throttle.rest_after(1.0) == 0.0
    now[0] = FRESH_SECONDS
    assert throttle.rest_after(1.0) == throttle.rest_after(1.0) == 4.0
    now[0] += FRESH_SECONDS
    assert throttle.rest_after(1.0) == 0.0


def test_this_machine_can_be_read() -> None:
    read = machine_reader()
    assert 0.0 <= read().others_percent <= 100.0


def test_only_the_thread_that_asks_gets_a_lower_priority() -> None:
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    seen: list[int] = []

    def work() -> None:
        lower_priority(15)
        seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [15]
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before
