"""What `benchmarks.startup` states: nothing heavy is loaded at the start, sizes and names are of what is asked for."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from benchmarks.startup import START, asked_for, megabytes, start, unpacked


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    for statement in START.values():
        assert start(statement, tries=1).heavy == ()
    assert start("import numpy", tries=1).heavy == ("numpy",)


def test_what_is_not_installed_has_no_size() -> None:
    assert megabytes("no-such-distribution") is None
    assert (megabytes("lxml") or 0) > 1


def test_what_is_asked_for_is_followed_and_markers_are_heeded() -> None:
    found = asked_for(["sqlalchemy==0", "pytest; python_version < '3'", "No_Such.Distribution"])
    assert {"sqlalchemy", "typing-extensions", "no-such-distribution"} <= found
    assert "pytest" not in found


def test_another_root_is_measured_not_the_working_tree(tmp_path: Path) -> None:
    (tmp_path / "ui" / "cli").mkdir(parents=True)
    (tmp_path / "ui" / "cli" / "main.py").write_text("import numpy")
    assert start(START["command line"], tmp_path, tries=1).heavy == ("numpy",)


def test_a_commit_that_is_not_here_is_refused(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        unpacked("0" * 40, tmp_path)
