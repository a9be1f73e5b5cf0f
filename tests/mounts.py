"""Real mounts for tests: what a stand-in for a failing call cannot show. Where nobody may mount, such tests are skipped."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"needs the right to mount: {error}")


def mount(*arguments: str | Path) -> None:
    if sys.platform != "linux":
        pytest.skip("needs Linux's mounts")
    _run("mount", *map(str, arguments))


def unmount(path: Path) -> None:
    """At once, also while somebody reads there, as when a disk is pulled."""
    _run("umount", "-l", str(path))


@contextmanager
def mounted(path: Path, *arguments: str | Path) -> Iterator[Path]:
    path.mkdir(parents=True, exist_ok=True)
    mount(*arguments, path)
    try:
        yield path
    finally:
        for _ in range(_times(path)):
            unmount(path)


def _times(path: Path) -> int:
    """How often something is mounted there; a folder that is mounted on its own disk is none to Python's `is_mount`."""
    lines = Path("/proc/self/mountinfo").read_text("utf-8").splitlines()
    return [line.split()[4].replace("\\040", " ") for line in lines].count(str(path))


def disk(path: Path, size: str = "64m") -> AbstractContextManager[Path]:
    """A disk of its own, of so many bytes."""
    return mounted(path, "-t", "tmpfs", "-o", f"size={size}", "tmpfs")
