"""`doppel doctor`: the findings as lines, each with what to do about it, or as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from ui.cli import show
from ui.cli.base import Json
from ui.cli.passphrase import key_for
from ui.web.messages import tr
from ui.web.told import told

if TYPE_CHECKING:
    from app.upkeep.doctor import Finding

MARKS = {"ok": "ok", "note": "note", "problem": "PROBLEM"}
NAMES = (
    "versions",
    "device",
    "model",
    "archive",
    "disk",
    "watches",
    "open files",
    "scans",
    "files",
    "vectors",
    "settings",
)


def doctor(as_json: Json = False) -> None:
    """Look at what is installed, the device, the model, the archive and the system's limits, and say what to do.

    Exit code 1 where something keeps Doppel from working. Changes nothing.
    """
    from app.settings import Settings, data_directory, disable_telemetry
    from app.upkeep.doctor import examine

    disable_telemetry(Settings())
    found = examine(key_for(data_directory()))
    show.out(found, as_json, lines)
    if any(item.state == "problem" for item in found):
        raise typer.Exit(1)


def lines(found: Sequence[Finding]) -> str:
    rows = []
    for item in found:
        name = show.padded(tr(item.name), 11)
        said = f"{show.padded(tr(MARKS[item.state]), 8)} {name} {told(show.plain(item.found))}"
        rows.append(textwrap.fill(said, 110, subsequent_indent=" " * 21, break_long_words=False))
        if item.advice:
            advice = f"→ {told(show.plain(item.advice))}"
            indent = " " * 21
            rows.append(textwrap.fill(advice, 110, initial_indent=indent, subsequent_indent=indent + "  "))
    return "\n".join(rows)
