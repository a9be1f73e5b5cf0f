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

from app.asking.language import LANGUAGES, language_of
from app.asking.texts import say
from app.records import (
    UNSURE,
    Answer,
    Chat,
    Digest,
    FileStatus,
    ForgetReport,
    Holding,
    IngestReport,
    Message,
    ModelChange,
    Progress,
    Remembered,
    RouterReport,
    RouterStatus,
    SourceStatus,
    Status,
    VerifyReport,
)
from app.twin.saved_chat import SavedChat
from app.upkeep.records import JobStatus

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


def cost(progress: Progress, language: str) -> str:
    """What a long answer goes through, told before it starts, in the question's language."""
    known = next((one for one in LANGUAGES if one == language), LANGUAGES[0])
    return say("cost", known, passages=progress.all)


def numbered_sources(answer: Answer) -> str:
    """What follows the streamed text of an answer."""
    lines = ["", f"({answer.doubt_in_words or UNSURE})"] if answer.unsure else [""]
    if answer.understood and answer.understood.rewritten:
        lines.append(f"(asked as: {plain(answer.understood.question)})")
    if answer.declined and answer.evidence:
        language = language_of(answer.understood.question) if answer.understood else "en"
        lines += ["", say("looked_in", language)]
    for number, item in enumerate(answer.evidence, start=1):
        mark = "" if item.read or answer.declined else "  (also found)"
        mark += "  (edited by you)" if item.edited else ""
        mark += "  (saved from a chat)" if item.said_by_twin else ""
        mark += "  (outdated: the file has changed)" if item.outdated else ""
        passage = textwrap.fill(
            excerpt(item.passage[item.quote_from :], 320), 96, initial_indent="    ", subsequent_indent="    "
        )
        lines += ["", f"[{number}] {origin(item.path, item.place, item.date)}{mark}", passage]
    return "\n".join(lines)


def ingested(report: IngestReport) -> str:
    lines = [
        f"{report.files:,} files, {report.documents:,} passages, {report.tokens:,} tokens in {report.seconds:.1f} s"
    ]
    for item in (*report.failed, *report.skipped):
        lines.append(f"  {item.state}: {plain(item.path)}: {plain(item.reason or '')}")
    for item in report.partly:
        lines += [f"  not all read: {plain(item.path)}", *unread(item, "    ")]
    return "\n".join(lines)


def unread(item: FileStatus, indent: str = "  ") -> list[str]:
    """What of a file was not read, a line each."""
    return [f"{indent}not read: {plain(note)}" for note in item.unread]


def memories(rows: Sequence[Remembered]) -> str:
    if not rows:
        return "Nothing found."
    return "\n".join(
        f"{row.id:>6}  {origin(row.path, row.place, row.date)}\n        {excerpt(row.text)}" for row in rows
    )


def memory(row: Remembered) -> str:
    marks = ["edited"] if row.edited else []
    marks += ["outdated: the file has changed this passage since"] if row.outdated else []
    marks += ["saved from a chat"] if row.from_chat else []
    edited = f"  ({', '.join(marks)})" if marks else ""
    return f"{row.id}  {origin(row.path, row.place, row.date)}{edited}\n\n{plain(row.text)}"


def forgotten(report: ForgetReport, checked: VerifyReport | None) -> str:
    lines = [f"Forgotten: {report.documents:,} passages in {report.seconds:.1f} s."]
    if checked and checked.clean:
        lines.append(f"Verified: none of the {checked.checked_files} files of the archive holds the text.")
    elif checked:
        lines += ["Still found in:", *(f"  {plain(name)}" for name in checked.found)]
    if checked and checked.alive:
        lines += ["The same words are in memories that were not forgotten:"]
        lines += [f"  {_holding(one)}" for one in checked.alive]
    return "\n".join(lines)


def _holding(one: Holding) -> str:
    where = {"earlier": ", in its earlier words", "removed": ", removed but not erased"}.get(one.where, "")
    return f"memory {one.id} ({plain(one.path) if one.path else 'of no file'}{where})"


_PICTURES = {"none": "  (pictures are not read)", "all": "  (photos without text, too)"}


def sources(items: Sequence[SourceStatus]) -> str:
    if not items:
        return "No folder is watched. Add one: doppel sources add PATH"
    return "\n".join(
        f"{item.id:>4}  {item.state:<8} {item.files.get('known', 0):>7,} known  {plain(item.path)}"
        + (f"  (kept {item.retention_days} days)" if item.retention_days else "")
        + (_PICTURES.get(item.pictures, ""))
        + (f"  ({plain(item.reason)})" if item.reason else "")
        for item in items
    )


def chats(items: Sequence[Chat]) -> str:
    if not items:
        return "No chat is kept."
    return "\n".join(f"{item.id:>4}  {item.created_at[:10]}  {excerpt(item.title)}" for item in items)


def messages(turns: Sequence[Message]) -> str:
    return "\n\n".join(f"{'You' if turn.role == 'user' else 'Doppel'}: {plain(turn.text)}" for turn in turns)


def saved_chat(saved: SavedChat) -> str:
    if not saved.documents:
        return f"Nothing new to remember in chat {saved.chat_id}."
    return f"Remembered: {saved.documents} passages of chat {saved.chat_id}."


def jobs(items: Sequence[JobStatus]) -> str:
    lines = []
    for job in items:
        when = f"next {moment(job.next_run)}" if job.on and job.next_run else "on" if job.on else "off"
        lines.append(f"{job.name:<12} {when:<22} {job.description}")
        if job.last_result:
            failed = "" if job.ok else "failed "
            lines.append(f"{'':<12} {failed}{moment(job.last_run)}: {plain(job.last_result)}")
    return "\n".join(lines)


def moment(value: str | None) -> str:
    """An ISO moment to the minute."""
    return (value or "")[:16].replace("T", " ")


def digests(days: Sequence[Digest]) -> str:
    if not days:
        return "No digest yet. The job sums up each day: doppel jobs run digest"
    lines = []
    for day in days:
        lines.append(f"{day.day}: {day.documents:,} new")
        lines += [
            f"  {origin(row.path, row.place, row.date)}: {excerpt(row.text, 60)}" for row in day.memories[:5]
        ]
        for item in day.partly:
            lines += [f"  not all read: {plain(item.path)}", *unread(item, "    ")]
    return "\n".join(lines)


def file_status(item: FileStatus) -> str:
    reason = f": {plain(item.reason)}" if item.reason else ""
    known = f" ({item.documents:,} passages, {item.tokens:,} tokens)" if item.documents else ""
    return "\n".join([f"{item.state}{known}{reason}  {plain(item.path)}", *unread(item)])


def status(now: Status) -> str:
    counts = ", ".join(f"{count:,} {state}" for state, count in now.files.items() if count) or "none"
    ready = "" if now.model_ready else "  (missing: doppel model pull)"
    lines = [
        f"Model     {now.model}{ready}",
        f"Memory    {now.documents:,} passages, {now.tokens:,} tokens",
        f"Files     {counts}",
        f"Archive   {now.data_directory}",
    ]
    if now.partly:
        lines[2] += f"; of {now.partly:,} something was not read (doppel status FILE)"
    if now.better_model:
        lines.insert(1, f"          {now.better_model}")
    if now.change:
        lines.insert(1, f"          {change(now.change)}")
    if now.router:
        lines.append(f"Router    {router(now.router)}")
    lines += [f"Trouble   {item.part}, since {item.since}: {plain(item.what)}" for item in now.troubles]
    lines += [f"  {item.state}: {plain(item.path)}: {plain(item.reason or '')}" for item in now.failures]
    return "\n".join(lines)


def change(now: ModelChange | None) -> str:
    """How far a change to another model is."""
    if now is None:
        return "Everything is encoded with the new model."
    problem = f" ({plain(now.problem)})" if now.problem else ""
    return f"{now.encoded:,} of {now.documents:,} passages are encoded with it; until then {now.answering} answers{problem}"


def router(now: RouterStatus) -> str:
    """Which router finds the memories, where one was adapted to them."""
    if not now.in_use:
        return "one adapted to this archive for another model lies unused (doppel train router --undo removes it)"
    return f"adapted to this archive on {now.about.made_at[:10]} (back: doppel train router --undo)"


def router_report(report: RouterReport) -> str:
    about = report.about
    lines = [
        f"Asked {about.questions:,} questions made of {about.documents:,} memories.",
        f"Found of those that it did not learn from: {about.before:.3f} before, {about.after:.3f} after "
        "(mean of the first 1, 5 and 16).",
    ]
    if report.kept:
        return "\n".join(
            [*lines, "The adapted router is in use. If your questions find less: doppel train router --undo"]
        )
    return "\n".join([*lines, f"It was not kept: {report.reason}."])


def router_undone(facts: Mapping[str, Any]) -> str:
    return "The model's own router is in use." if facts["undone"] else "No adapted router was there."


def model(facts: Mapping[str, Any]) -> str:
    ready = "ready" if facts["ready"] else "missing; fetch it: doppel model pull"
    lines = [f"{facts['answering']}  {ready}", facts["folder"]]
    if facts["better"]:
        lines.append(facts["better"])
    lines += ["", "Doppel knows:", *(f"  {name}  {about}" for name, about in facts["known"].items())]
    return "\n".join(lines)
