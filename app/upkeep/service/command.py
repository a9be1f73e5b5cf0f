"""What a system starts at sign-in, and how its own tools are called for that."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import DoppelError

SECONDS = 60


@dataclass(frozen=True)
class Service:
    """A program to run while its person is signed in. environment: what of today's it needs then."""

    program: tuple[str, ...]
    environment: dict[str, str]


@dataclass(frozen=True)
class Outcome:
    """How a tool of the system ended."""

    code: int
    said: str


Tool = Callable[[Sequence[str]], Outcome]


def own_service() -> Service:
    """This Doppel, without a browser, on the data directory that this process uses."""
    python = Path(sys.executable)
    windowless = python.with_name("pythonw.exe")
    program = str(windowless if os.name == "nt" and windowless.exists() else python)
    kept = {name: os.environ[name] for name in ("DOPPEL_HOME", "HF_HOME") if os.environ.get(name, "").strip()}
    if "DOPPEL_HOME" in kept:
        kept["DOPPEL_HOME"] = str(Path(kept["DOPPEL_HOME"]).expanduser().absolute())
    return Service((program, "-m", "ui.cli", "run", "--no-browser", "--no-sample"), kept)


def tool(words: Sequence[str]) -> Outcome:
    """Run a tool of the system. Raises DoppelError where it is not there or does not end."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=SECONDS)
    except FileNotFoundError:
        raise DoppelError(
            f"This system has no {words[0]}, so Doppel cannot be started at sign-in. Start it with: doppel run"
        ) from None
    except subprocess.TimeoutExpired:
        raise DoppelError(f"{words[0]} did not answer. Try again later.") from None
    return Outcome(done.returncode, (done.stderr or done.stdout).strip())


def done_or_said(outcome: Outcome, what: str) -> None:
    """Raises DoppelError with what the tool said if it failed."""
    if outcome.code:
        said = outcome.said.splitlines()[-1] if outcome.said else f"exit code {outcome.code}"
        raise DoppelError(f"{what}: {said}")
