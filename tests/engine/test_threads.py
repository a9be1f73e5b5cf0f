"""Threads of the model wait without keeping the processor from others, whichever part of the program loads torch first."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="torch brings this OpenMP on Linux only")


def spin_count(module: str, **variables: str) -> str:
    """What OpenMP itself says that it took, in a process that imports the module."""
    environment = {name: value for name, value in os.environ.items() if name != "GOMP_SPINCOUNT"}
    done = subprocess.run(
        [sys.executable, "-c", f"import {module}, torch"],
        env=environment | {"OMP_DISPLAY_ENV": "verbose"} | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = (line for line in done.stderr.splitlines() if "GOMP_SPINCOUNT" in line)
    return line.split("'")[1]


@pytest.mark.parametrize(
    "module", ["ui.cli.main", "app.model.answerer", "engine.session", "benchmarks.engine"]
)
def test_threads_spin_briefly(module: str) -> None:
    assert spin_count(module) == "3000"


def test_a_value_from_outside_stands() -> None:
    assert spin_count("app.model.answerer", GOMP_SPINCOUNT="77") == "77"
