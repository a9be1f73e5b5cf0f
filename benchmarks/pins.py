"""Do the pins of pyproject.toml resolve where Doppel is to be installed, and how much is downloaded there?

    python -m benchmarks.pins [--runtime] [--json]

Resolves them from the public package index with uv (which `make pins` installs) for every platform and Python below, wheels
only, and adds up the wheels' sizes. Only metadata is downloaded. Exits with 1 if something does not resolve.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from packaging.utils import parse_wheel_filename

PROJECT = Path(__file__).parents[1] / "pyproject.toml"
PYTHONS = ("3.11", "3.12", "3.13")
# uv's name of a platform: how the tags of its wheels end
PLATFORMS = {
    "x86_64-manylinux_2_28": ("manylinux", "x86_64"),
    "aarch64-manylinux_2_28": ("manylinux", "aarch64"),
    "aarch64-apple-darwin": ("macosx", "arm64"),
    "x86_64-pc-windows-msvc": ("win", "amd64"),
}
SOURCE_ONLY = (
    "odfpy",
)  # of the development tools: has no wheel anywhere, is plain Python, and builds where Python runs


@dataclass(frozen=True)
class Resolved:
    """One platform: how many packages, their wheels' size in bytes, or why they do not resolve."""

    platform: str
    python: str
    packages: int = 0
    size: int = 0
    problem: str = ""


def resolve(platform: str, python: str, extra: str | None) -> Resolved:
    """Raises FileNotFoundError without uv."""
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if uv is None:
        raise FileNotFoundError("uv is not installed: run `make pins`")
    command = [uv, "pip", "compile", "--quiet", "--format", "pylock.toml", "--only-binary", ":all:"]
    for name in SOURCE_ONLY:
        command += ["--no-binary", name]
    command += ["--python-platform", platform, "--python-version", python, str(PROJECT)]
    if extra:
        command += ["--extra", extra]
    # torch's wheels for macOS are for 14 and newer; uv supposes 13.
    environment = os.environ | {"MACOSX_DEPLOYMENT_TARGET": "14.0", "UV_NO_CONFIG": "1"}
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "pylock.toml"
        done = subprocess.run(
            [*command, "--output-file", str(out)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            return Resolved(platform, python, problem=done.stderr.strip())
        packages = tomllib.loads(out.read_text("utf-8"))["packages"]
    sizes = [wheel_size(package, python, *PLATFORMS[platform]) for package in packages]
    return Resolved(platform, python, len(sizes), sum(sizes))


def wheel_size(package: dict[str, Any], python: str, system: str, machine: str) -> int:
    """Bytes of the wheel that an installer takes; 0 for a package without one, of which SOURCE_ONLY are small."""
    fitting = [
        (rank, int(wheel["size"]))
        for wheel in package.get("wheels", ())
        for rank in ranks(wheel["url"].rsplit("/", 1)[1], python, system, machine)
    ]
    return max(fitting)[1] if fitting else 0


def ranks(file_name: str, python: str, system: str, machine: str) -> Iterator[int]:
    """How specific a wheel is to a platform, for each tag of it that fits."""
    own = f"cp{python.replace('.', '')}"
    for tag in parse_wheel_filename(file_name.replace("%2B", "+"))[3]:
        if tag.abi not in (own, "abi3", "none") or not tag.interpreter.startswith(("py", "cp")):
            continue
        if tag.platform == "any":
            yield 0
        elif tag.platform.startswith(system) and tag.platform.endswith((machine, "universal2")):
            yield 2 if tag.abi == own else 1


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pins", description=__doc__.splitlines()[0])
    parser.add_argument("--runtime", action="store_true", help="without the development tools")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    extra = None if options.runtime else "dev"
    rows = [resolve(platform, python, extra) for platform in PLATFORMS for python in PYTHONS]
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
    else:
        for row in rows:
            found = row.problem or f"{row.packages} packages, {row.size / 1e6:,.0f} MB"
            print(f"{row.platform:<24} Python {row.python}  {found}")
    return 1 if any(row.problem for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
