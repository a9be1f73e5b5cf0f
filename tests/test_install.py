"""The pins resolve from the public package index alone, so a fresh machine can install what this one tests.

pip is asked without this machine's settings, environment and local wheels, and without what is installed. Without a network
there is nothing to ask; then the test says so and is skipped. A conflict fails it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

PROJECT: dict[str, Any] = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
# What pip says where versions exclude each other or are not in the index.
CONFLICTS = ("ResolutionImpossible", "No matching distribution found", "conflicting dependencies")


def requirements() -> list[str]:
    project = PROJECT["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["dev"]]


def pip(*arguments: str) -> subprocess.CompletedProcess[str]:
    # A configuration file of null switches those of the system off as well, which --isolated alone does not.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PIP_")}
    return subprocess.run(
        [sys.executable, "-m", "pip", "--isolated", *arguments],
        env=environment | {"PIP_CONFIG_FILE": os.devnull},
        capture_output=True,
        text=True,
        timeout=540,
    )


def resolve(tmp_path: Path, wanted: list[str]) -> subprocess.CompletedProcess[str]:
    listed = tmp_path / "requirements.txt"
    listed.write_text("\n".join(wanted), "utf-8")
    quick = ("--retries", "2", "--timeout", "20", "--disable-pip-version-check")
    return pip(
        "install", "--quiet", "--dry-run", "--ignore-installed", *quick, "--requirement", str(listed)
    )  # fmt: skip


def check(done: subprocess.CompletedProcess[str]) -> None:
    said = done.stdout + done.stderr
    if done.returncode == 0:
        return
    if any(sign in said for sign in CONFLICTS) and "Failed to establish a new connection" not in said:
        pytest.fail(f"the pins of pyproject.toml do not resolve:\n{said}")
    pytest.skip(f"the package index cannot be reached, so the pins were not checked: {said.strip()[-300:]}")


@pytest.mark.index
def test_the_pins_resolve_from_the_public_index(tmp_path: Path) -> None:
    check(resolve(tmp_path, requirements()))


def test_a_conflict_fails_and_a_missing_network_is_said() -> None:
    def said(text: str) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 1, "", text)

    with pytest.raises(pytest.fail.Exception, match="do not resolve"):
        check(said("ERROR: ResolutionImpossible: for help visit https://pip.pypa.io"))
    offline = "WARNING: Retrying … Failed to establish a new connection\nERROR: No matching distribution found for torch"
    with pytest.raises(pytest.skip.Exception, match="not checked"):
        check(said(offline))
    check(subprocess.CompletedProcess([], 0, "", ""))


@pytest.mark.skipif(sys.platform != "linux", reason="Triton has wheels for Linux only")
def test_kernels_are_tested_with_the_triton_that_users_get() -> None:
    (pin,) = [line for line in requirements() if line.startswith("triton")]
    assert pin.split(";")[0].strip() == f"triton=={version('triton')}"
