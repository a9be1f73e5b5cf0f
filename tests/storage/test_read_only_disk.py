"""A data directory on a disk that can only be read: the system refuses, not a stand-in for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from storage.archive import Archive

READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'


def mounted(home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Runs a command that sees `home` on a read-only mount of its own, which nobody else sees."""
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", READ_ONLY, "sh", str(home), *command],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "DOPPEL_HOME": str(home)},
    )


def can_mount() -> bool:
    if sys.platform != "linux" or not shutil.which("unshare"):
        return False
    return subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode == 0


@pytest.mark.skipif(not can_mount(), reason="needs Linux's mount namespaces")
def test_reading_works_and_changing_is_refused_in_one_line(tmp_path: Path) -> None:
    home, notes = tmp_path / "home", tmp_path / "notes"
    notes.mkdir()
    with Archive.open(home) as archive:
        archive.sources.add(notes)
    doppel = (sys.executable, "-m", "ui.cli")
    listed = mounted(home, *doppel, "sources", "list")
    assert listed.returncode == 0 and str(notes) in listed.stdout
    for command in (("status",), ("memory", "list", "key")):
        said = mounted(home, *doppel, *command)
        assert said.returncode == 0 and "Traceback" not in said.stdout + said.stderr
    refused = mounted(home, *doppel, "sources", "add", str(notes))
    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1 and "can only be read" in refused.stderr
    doctor = " ".join(mounted(home, *doppel, "doctor").stdout.split())  # lines break where the path is long
    assert "damaged" not in doctor
    assert "cannot be written" in doctor
