"""Records as lines for a terminal, or as JSON.

Text of documents is hostile here too: a terminal obeys escape sequences, so control characters are dropped. Lines are in the
person's language, JSON is in English.
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
from app.twin.kept_summary import Summary
from app.twin.saved_chat import SavedChat
from app.upkeep.records import JobStatus
from ui.web.messages import tr
from ui.web.told import told

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
    parts = [path or tr("a note in memory"), place, (date or "")[:10]]
    return ", ".join(plain(part) for part in parts if part)


def whole_answer(answer: Answer) -> str:
    return plain(answer.text) + numbered_sources(answer)


def cost(progress: Progress, language: str) -> str:
    """What a long answer goes through, told before it starts, in the question's language."""
    known = next((one for one in LANGUAGES if one == language), LANGUAGES[0])
    return say("cost", known, passages=progress.all)


def numbered_sources(answer: Answer) -> str:
    """What follows the streamed text of an answer."""
    lines = ["", f"({answer.doubt_in_words or tr(UNSURE)})"] if answer.unsure else [""]
    if answer.understood and answer.understood.rewritten:
        lines.append(f"({tr('Looking for: {question}', question=plain(answer.understood.question))})")
    if answer.declined and answer.evidence:
        language = language_of(answer.understood.question) if answer.understood else "en"
        lines += ["", say("looked_in", language)]
    for number, item in enumerate(answer.evidence, start=1):
        mark = "" if item.read or answer.declined else _mark(tr("also found"))
        mark += _mark(tr("edited by you")) if item.edited else ""
        mark += _mark(tr("saved from a chat")) if item.said_by_twin else ""
        mark += _mark(tr("outdated: the file has changed")) if item.outdated else ""
        passage = textwrap.fill(
            excerpt(item.passage[item.quote_from :], 320), 96, initial_indent="    ", subsequent_indent="    "
        )
        lines += ["", f"[{number}] {origin(item.path, item.place, item.date)}{mark}", passage]
    return "\n".join(lines)


def _mark(said: str) -> str:
    return f"  ({said})"


def ingested(report: IngestReport) -> str:
    lines = [
        tr(
            "{files} files, {passages} passages, {tokens} tokens in {seconds} s",
            files=f"{report.files:,}",
            passages=f"{report.documents:,}",
            tokens=f"{report.tokens:,}",
            seconds=f"{report.seconds:.1f}",
        )
    ]
    for item in (*report.failed, *report.skipped):
        lines.append(f"  {state_name(item.state)}: {plain(item.path)}: {told(plain(item.reason or ''))}")
    for item in report.partly:
        lines += [f"  {tr('not all read')}: {plain(item.path)}", *unread(item, "    ")]
    return "\n".join(lines)


def unread(item: FileStatus, indent: str = "  ") -> list[str]:
    """What of a file was not read, a line each."""
    return [f"{indent}{tr('not read')}: {plain(note)}" for note in item.unread]


def memories(rows: Sequence[Remembered]) -> str:
    if not rows:
        return tr("Nothing found.")
    return "\n".join(
        f"{row.id:>6}  {origin(row.path, row.place, row.date)}\n        {excerpt(row.text)}" for row in rows
    )


def memory(row: Remembered) -> str:
    marks = [tr("edited")] if row.edited else []
    marks += [tr("outdated: the file has changed")] if row.outdated else []
    marks += [tr("saved from a chat")] if row.from_chat else []
    edited = f"  ({', '.join(marks)})" if marks else ""
    return f"{row.id}  {origin(row.path, row.place, row.date)}{edited}\n\n{plain(row.text)}"


def forgotten(report: ForgetReport, checked: VerifyReport | None) -> str:
    gone, took = f"{report.documents:,}", f"{report.seconds:.1f}"
    lines = [tr("Forgotten: {n} passages in {seconds} s.", n=gone, seconds=took)]
    if report.also_in and checked is None:
        ids = ", ".join(map(str, report.also_in))
        lines += [tr("The same words are in memories that were not forgotten:") + f" {ids}"]
    if checked and checked.clean:
        lines.append(
            tr("Verified: none of the {n} files of the archive holds the text.", n=checked.checked_files)
        )
    elif checked:
        lines += [tr("Still found in:"), *(f"  {plain(name)}" for name in checked.found)]
    if checked and checked.alive:
        lines += [tr("The same words are in memories that were not forgotten:")]
        lines += [f"  {_holding(one)}" for one in checked.alive]
    return "\n".join(lines)


def _holding(one: Holding) -> str:
    where = {"earlier": tr("in its earlier words"), "removed": tr("removed but not erased")}.get(one.where)
    facts = [plain(one.path) if one.path else tr("of no file"), *([where] if where else [])]
    return tr("memory {id} ({facts})", id=one.id, facts=", ".join(facts))


def sources(items: Sequence[SourceStatus]) -> str:
    if not items:
        return tr("No folder is watched. Add one: doppel sources add PATH")
    pictures = {"none": tr("pictures are not read"), "all": tr("photos without text, too")}
    return "\n".join(
        f"{item.id:>4}  {padded(tr(item.state), 8)} {_known(item)}  {plain(item.path)}"
        + (_mark(tr("kept {n} days", n=item.retention_days)) if item.retention_days else "")
        + (_mark(pictures[item.pictures]) if item.pictures in pictures else "")
        + (_mark(plain(item.reason)) if item.reason else "")
        for item in items
    )


def _known(item: SourceStatus) -> str:
    return tr("{n} known", n=f"{item.files.get('known', 0):>7,}")


def chats(items: Sequence[Chat]) -> str:
    if not items:
        return tr("No chat is kept.")
    return "\n".join(f"{item.id:>4}  {item.created_at[:10]}  {excerpt(item.title)}" for item in items)


def summaries(items: Sequence[Summary]) -> str:
    if not items:
        return tr("No summary is kept. Ask for one, such as: Summarise everything about the garden.")
    return "\n".join(f"{item.id:>4}  {item.made_at[:10]}  {excerpt(item.question)}" for item in items)


def messages(turns: Sequence[Message]) -> str:
    return "\n\n".join(
        f"{tr('You') if turn.role == 'user' else 'Doppel'}: {plain(turn.text)}" for turn in turns
    )


def saved_chat(saved: SavedChat) -> str:
    if not saved.documents:
        return tr("There is nothing new in this chat to remember.")
    return tr("Remembered: {n} passages of chat {id}.", n=saved.documents, id=saved.chat_id)


def jobs(items: Sequence[JobStatus]) -> str:
    lines = []
    for job in items:
        due = tr("next {moment}", moment=moment(job.next_run))
        when = due if job.on and job.next_run else tr("on") if job.on else tr("off")
        lines.append(f"{job.name:<12} {padded(when, 22)} {tr(job.description)}")
        if job.last_result:
            failed = "" if job.ok else f"{tr('failed')} "
            lines.append(f"{'':<12} {failed}{moment(job.last_run)}: {told(plain(job.last_result))}")
    return "\n".join(lines)


def moment(value: str | None) -> str:
    """An ISO moment to the minute."""
    return (value or "")[:16].replace("T", " ")


def digests(days: Sequence[Digest]) -> str:
    if not days:
        return tr("No digest yet. The job sums up each day: doppel jobs run digest")
    lines = []
    for day in days:
        lines.append(f"{day.day}: {tr('{n} new', n=format(day.documents, ','))}")
        lines += [
            f"  {origin(row.path, row.place, row.date)}: {excerpt(row.text, 60)}" for row in day.memories[:5]
        ]
        for item in day.partly:
            lines += [f"  {tr('not all read')}: {plain(item.path)}", *unread(item, "    ")]
    return "\n".join(lines)


def file_status(item: FileStatus) -> str:
    reason = f": {told(plain(item.reason))}" if item.reason else ""
    holds = tr("{n} passages, {tokens} tokens", n=f"{item.documents:,}", tokens=f"{item.tokens:,}")
    known = f" ({holds})" if item.documents else ""
    return "\n".join([f"{state_name(item.state)}{known}{reason}  {plain(item.path)}", *unread(item)])


def status(now: Status) -> str:
    counts = ", ".join(f"{count:,} {state_name(state)}" for state, count in now.files.items() if count)
    ready = "" if now.model_ready else _mark(tr("missing: doppel model pull"))
    partly = tr("of {n} something was not read (doppel status FILE)", n=f"{now.partly:,}")
    rows = [
        (tr("Model"), now.model + ready),
        ("", change(now.change) if now.change else ""),
        ("", now.better_model),
        (tr("Memory"), tr("{n} passages, {tokens} tokens", n=f"{now.documents:,}", tokens=f"{now.tokens:,}")),
        (tr("Files"), (counts or tr("none")) + (f"; {partly}" if now.partly else "")),
        (tr("Archive"), now.data_directory),
        (tr("Router"), router(now.router) if now.router else ""),
        (tr("Newer Doppel"), now.newer_version),
    ]
    rows += [
        (tr("Trouble"), f"{item.part}, {tr('since {moment}', moment=item.since)}: {told(plain(item.what))}")
        for item in now.troubles
    ]
    rows = [row for row in rows if row[1]]
    longest = max(10, *(wide(name) + 2 for name, _ in rows))
    lines = [padded(name, longest) + value for name, value in rows]
    lines += [
        f"  {state_name(item.state)}: {plain(item.path)}: {told(plain(item.reason or ''))}"
        for item in now.failures
    ]
    return "\n".join(lines)


def state_name(state: str) -> str:
    """Of a file, as the page says it."""
    from ui.web.sources.render import state_name

    return state_name(state)


def wide(text: str) -> int:
    """How many columns of a terminal a text takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def padded(text: str, columns: int) -> str:
    return text + " " * max(0, columns - wide(text))


def change(now: ModelChange | None) -> str:
    """How far a change to another model is."""
    if now is None:
        return tr("Everything is encoded with the new model.")
    problem = f" ({told(plain(now.problem))})" if now.problem else ""
    done = tr(
        "{n} of {total} passages are encoded with it; until then {model} answers",
        n=f"{now.encoded:,}",
        total=f"{now.documents:,}",
        model=now.answering,
    )
    return done + problem


def router(now: RouterStatus) -> str:
    """Which router finds the memories, where one was adapted to them."""
    if not now.in_use:
        return tr(
            "one adapted to this archive for another model lies unused (doppel train router --undo removes it)"
        )
    return tr(
        "adapted to this archive on {day} (back: doppel train router --undo)", day=now.about.made_at[:10]
    )


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
    ready = tr("on this computer") if facts["ready"] else tr("missing: doppel model pull")
    lines = [f"{facts['answering']}  {ready}", facts["folder"]]
    if facts["better"]:
        lines.append(facts["better"])
    lines += ["", tr("Doppel knows:"), *(f"  {name}  {about}" for name, about in facts["known"].items())]
    return "\n".join(lines)
