"""The Triton kernels without a GPU: run in Triton's interpreter, and compiled ahead of time for sm_80 and sm_90.

Both happen in processes of their own, because TRITON_INTERPRET decides at import which of the two Triton does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kernels.device import triton_installed

HERE = Path(__file__).parent
MOST_SHARED = {
    80: 160 * 1024,
    90: 224 * 1024,
}  # bytes of shared memory a block may use: 163 and 227 KiB, less some
FILE_REGISTERS = 65536  # of a multiprocessor, for all threads on it

pytestmark = pytest.mark.skipif(not triton_installed(), reason="Triton has no build for this platform")


def run(*command: str, **variables: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TRITON_")}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=HERE.parents[1],
        env=environment | {"OMP_NUM_THREADS": "1"} | variables,
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_kernels_match_torch_in_the_interpreter() -> None:
    out = run(
        "-m", "pytest", "-p", "no:cacheprovider", str(HERE / "interpreted_kernels.py"), TRITON_INTERPRET="1"
    )
    assert " passed" in out


def test_kernels_compile_without_spilling(tmp_path: Path) -> None:
    out = run("-m", "tests.kernels.compile_kernels", TRITON_CACHE_DIR=str(tmp_path))
    rows = [json.loads(line) for line in out.splitlines()]
    names = {row["kernel"] for row in rows}
    assert {(row["kernel"], row["arch"]) for row in rows} == {
        (name, arch) for name in names for arch in (80, 90)
    }
    for kind in (
        "quantise",
        "pool",
        "route int8",
        "route int4",
        "route float",
        "best",
        "decode stretch",
        "decode meet",
    ):
        assert any(name.startswith(kind) for name in names), f"{kind} was not compiled"
    for row in rows:
        assert row["spilled"] == 0, f"registers spill: {row}"
        assert row["shared"] <= MOST_SHARED[row["arch"]], f"too much shared memory: {row}"
        assert row["registers"] * row["threads"] <= FILE_REGISTERS, f"the block does not fit: {row}"
