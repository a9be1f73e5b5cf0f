"""Records as lines for a terminal, or as JSON.

Text of documents is hostile here too: a terminal obeys escape sequences, so control characters are dropped.
"""

from __future__ import annotations

import dataclasses
import json
import textwrap
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import typer

from app.answer import (
    Answer,
    FileStatus,
    ForgetReport,
    IngestReport,
    ModelChange,
    Remembered,
    SourceStatus,
    Status,
    VerifyReport,
)

T = TypeVar("T")
EXCERPT = 100


def out(record: T, as_json: bool, lines: Callable[[T], str]) -> None:
    """Print one record: its JSON, or what `lines` makes of it."""
    typer.echo(json.dumps(jsonable(record), ensure_ascii=False, indent=2) if as_json else lines(record))


def jsonable(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return jsonable(dataclasses.asdict(value))
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def plain(text: str) -> str:
    """`text` without control, format and surrogate characters, which can rewrite a terminal; newlines and tabs stay."""
    return "".join(
        char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf", "Cs")
    )


def excerpt(text: str, length: int = EXCERPT) -> str:
    return textwrap.shorten(plain(text), length, placeholder=" …")


def origin(path: str | None, place: str | None, date: str | None) -> str:
    """Where a passage is from: file, place, day."""
    parts = [path or "a note in memory", place, (date or "")[:10]]
    return ", ".join(plain(part) for part in parts if part)


def whole_answer(answer: Answer) -> str:
    return plain(answer.text) + numbered_sources(answer)


def numbered_sources(answer: Answer) -> str:
    """What follows the streamed text of an answer."""
    lines = [""]
    for number, item in enumerate(answer.evidence, start=1):
        mark = "  (outdated: the file has changed)" if item.outdated else ""
        passage = textwrap.fill(
            excerpt(item.passage, 320), 96, initial_indent="    ", subsequent_indent="    "
        )
        lines += ["", f"[{number}] {origin(item.path, item.place, item.date)}{mark}", passage]
    return "\n".join(lines)


def ingested(report: IngestReport) -> str:
    lines = [
        f"{report.files:,} files, {report.documents:,} passages, {report.tokens:,} tokens in {report.seconds:.1f} s"
    ]
    for item in (*report.failed, *report.skipped):
        lines.append(f"  {item.state}: {plain(item.path)}: {plain(item.reason or '')}")
    return "\n".join(lines)


def memories(rows: Sequence[Remembered]) -> str:
    if not rows:
        return "Nothing found."
    return "\n".join(
        f"{row.id:>6}  {origin(row.path, row.place, row.date)}\n        {excerpt(row.text)}" for row in rows
    )


def memory(row: Remembered) -> str:
    edited = "  (edited)" if row.edited else ""
    return f"{row.id}  {origin(row.path, row.place, row.date)}{edited}\n\n{plain(row.text)}"


def forgotten(report: ForgetReport, checked: VerifyReport | None) -> str:
    lines = [f"Forgotten: {report.documents:,} passages in {report.seconds:.1f} s."]
    if checked and checked.clean:
        lines.append(f"Verified: none of the {checked.checked_files} files of the archive holds the text.")
    elif checked:
        lines += ["Still found in:", *(f"  {plain(name)}" for name in checked.found)]
    return "\n".join(lines)


def sources(items: Sequence[SourceStatus]) -> str:
    if not items:
        return "No folder is watched. Add one: doppel sources add PATH"
    return "\n".join(
        f"{item.id:>4}  {item.state:<8} {item.files.get('known', 0):>7,} known  {plain(item.path)}"
        + (f"  ({plain(item.reason)})" if item.reason else "")
        for item in items
    )


def file_status(item: FileStatus) -> str:
    reason = f": {plain(item.reason)}" if item.reason else ""
    known = f" ({item.documents:,} passages, {item.tokens:,} tokens)" if item.documents else ""
    return f"{item.state}{known}{reason}  {plain(item.path)}"


def status(now: Status) -> str:
    counts = ", ".join(f"{count:,} {state}" for state, count in now.files.items() if count) or "none"
    ready = "" if now.model_ready else "  (missing: doppel model pull)"
    lines = [
        f"Model     {now.model}{ready}",
        f"Memory    {now.documents:,} passages, {now.tokens:,} tokens",
        f"Files     {counts}",
        f"Archive   {now.data_directory}",
    ]
    if now.change:
        lines.insert(1, f"          {change(now.change)}")
    lines += [f"  {item.state}: {plain(item.path)}: {plain(item.reason or '')}" for item in now.failures]
    return "\n".join(lines)


def change(now: ModelChange | None) -> str:
    """How far a change to another model is."""
    if now is None:
        return "Everything is encoded with the new model."
    problem = f" ({plain(now.problem)})" if now.problem else ""
    return f"{now.encoded:,} of {now.documents:,} passages are encoded with it; until then {now.answering} answers{problem}"


def model(facts: Mapping[str, Any]) -> str:
    ready = "ready" if facts["ready"] else "missing; fetch it: doppel model pull"
    return f"{facts['model']}  {ready}\n{facts['folder']}"
