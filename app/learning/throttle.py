"""How hard background work may go: slower while other programs need the machine, not at all on a low battery.

`rest_after` and `must_wait` are pure: a MachineLoad of the machine in, seconds of rest out. `Throttle` takes a
reading through psutil at most every few seconds and remembers it; tests inject `read` and `clock`. It knows
nothing of what is being done.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil

from app.settings import Settings

FRESH_SECONDS = 5.0


@dataclass(frozen=True)
class MachineLoad:
    """The machine at one moment. Percentages are 0 to 100 of all cores together."""

    others_percent: float
    """CPU use by other programs."""
    on_battery: bool = False
    battery_percent: float | None = None


def rest_after(worked: float, load: MachineLoad, settings: Settings) -> float:
    """Seconds to rest after `worked` seconds of work.

    Idle machine: 0. Above `busy_percent` by others: as long as the work took, up to four times that at full
    load. On battery: at least as long as the work took.
    """
    if not settings.throttle:
        return 0.0
    ratio = 1.0 if load.on_battery else 0.0
    if load.others_percent > settings.busy_percent:
        excess = (load.others_percent - settings.busy_percent) / max(1.0, 100.0 - settings.busy_percent)
        ratio = max(ratio, 1.0 + 3.0 * min(1.0, excess))
    return ratio * worked


def must_wait(load: MachineLoad, settings: Settings) -> bool:
    """True if work has to wait for the charger."""
    low = load.battery_percent is not None and load.battery_percent < settings.min_battery_percent
    return settings.throttle and load.on_battery and low


def machine_reader() -> Callable[[], MachineLoad]:
    """A function that reads this machine; CPU use is the mean since its previous call."""
    own = psutil.Process()
    cores = psutil.cpu_count() or 1
    psutil.cpu_percent()
    before = (time.monotonic(), _cpu_seconds(own))

    def read() -> MachineLoad:
        nonlocal before
        now = (time.monotonic(), _cpu_seconds(own))
        own_percent = 100.0 * (now[1] - before[1]) / max(1e-3, now[0] - before[0]) / cores
        before = now
        others = max(0.0, psutil.cpu_percent() - own_percent)
        battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
        if battery is None:
            return MachineLoad(others)
        return MachineLoad(others, on_battery=not battery.power_plugged, battery_percent=battery.percent)

    return read


def _cpu_seconds(process: psutil.Process) -> float:
    """CPU seconds of the process and of its children: the ones that parse files are no other programs."""
    times = process.cpu_times()
    total: float = times.user + times.system + times.children_user + times.children_system
    for child in process.children(recursive=True):
        with contextlib.suppress(psutil.Error):
            times = child.cpu_times()
            total += times.user + times.system
    return total


class Throttle:
    """Rest times for one worker, from readings at most FRESH_SECONDS old."""

    def __init__(
        self,
        settings: Settings,
        read: Callable[[], MachineLoad] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._read = read or machine_reader()
        self._clock = clock
        self._load = MachineLoad(0.0)
        self._taken = clock()

    def rest_after(self, worked: float) -> float:
        """Seconds to rest after `worked` seconds of work, for the machine as it is now."""
        return rest_after(worked, self._now(), self._settings)

    def must_wait(self) -> bool:
        """True while the battery is too low to work."""
        return must_wait(self._now(), self._settings)

    def _now(self) -> MachineLoad:
        now = self._clock()
        if now - self._taken >= FRESH_SECONDS:
            self._taken = now
            # What the system does not tell for want of descriptors or rights stays as it was.
            with contextlib.suppress(OSError, psutil.Error):
                self._load = self._read()
        return self._load


def lower_priority(nice: int) -> None:
    """Lower the priority of the calling thread; never raises.

    Linux alone has a priority per thread. Elsewhere nothing happens: to slow down the whole process would
    slow down answers too.
    """
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)
