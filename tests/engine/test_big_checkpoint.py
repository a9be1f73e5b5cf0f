"""A checkpoint of MSA-4B's shape loads through the ordinary path and answers, without a second copy of its weights."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    # pytest keeps the folders of its last runs, which here would be gigabytes.
    path = Path(tempfile.mkdtemp(prefix="doppel-big-"))
    yield path
    shutil.rmtree(path)


def run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.engine.big_checkpoint", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.e2e
def test_msa_4b_shaped_checkpoint_answers_within_its_own_size(folder: Path) -> None:
    run("write", str(folder))
    result = json.loads(run("answer", str(folder)))
    print(result)
    assert result["dtype"] == "torch.bfloat16"
    assert result["weight_bytes"] > 7.5e9
    assert len(result["tokens"]) == 3 and result["finite"] and result["selections"] == 18
    assert result["peak_bytes"] < 1.25 * result["weight_bytes"] + 1e9
