"""HTML of the review pages: memory, sources, status. As in `render`, every outside string is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from app.records import Digest, FileStatus, JobStatus, Remembered, SourceStatus, Status, VerifyReport
from ui.web.render import day, file_name, text

EXCERPT = 180
STATES = {
    "known": "known",
    "queued": "waiting",
    "reading": "reading",
    "encoding": "encoding",
    "skipped": "skipped",
    "failed": "failed",
    "forgotten": "forgotten",
    "unknown": "not seen",
}


def memory_table(rows: Sequence[Remembered], chosen: int | None = None) -> str:
    if not rows:
        return '<div class="table empty"><p>No memory matches. An empty search shows everything.</p></div>'
    body = "".join(_memory_row(row, row.id == chosen) for row in rows)
    return (
        '<div class="table" role="region" aria-label="Memories"><table><thead><tr><th>Memory</th>'
        f'<th>From</th><th class="when">Date</th><th>'
        f"<span class='unseen'>Action</span></th></tr></thead><tbody>{body}"
        "</tbody></table></div>"
    )


def _memory_row(row: Remembered, chosen: bool) -> str:
    excerpt = row.text if len(row.text) <= EXCERPT else row.text[:EXCERPT].rstrip() + "…"
    place = f"<small>{text(row.place)}</small>" if row.place else ""
    edited = '<span class="edited">edited</span>' if row.edited else ""
    return (
        f'<tr class="{"chosen" if chosen else ""}"><td class="excerpt">{text(excerpt)} {edited}</td>'
        f'<td class="from" title="{text(row.path)}">{text(file_name(row.path))}{place}</td>'
        f'<td class="when">{text(day(row.date))}</td><td><button type="button" class="act" data-event="open" '
        f'data-id="{row.id}" aria-label="Review memory {row.id}">Review</button></td></tr>'
    )


def memory_facts(row: Remembered) -> str:
    facts = [file_name(row.path), row.place, row.author, day(row.date), f"{row.tokens} tokens"]
    facts += ["edited"] if row.edited else []
    facts += ["outdated: the file has changed this passage since"] if row.outdated else []
    facts += ["saved from a chat"] if row.from_chat else []
    shown = " · ".join(text(fact) for fact in facts if fact)
    return f'<p class="facts" title="{text(row.path)}">{shown}</p>'


def verified(report: VerifyReport) -> str:
    """What the byte search of the archive found after a forget."""
    if report.clean:
        return (
            f'<p class="notice good" role="status">Checked: none of the {report.checked_files} files of the '
            "archive contains the text any more.</p>"
        )
    files = "".join(f"<li>{text(name)}</li>" for name in report.found)
    return f'<div class="notice problem" role="alert">Still found in:<ul>{files}</ul></div>'


def source_table(sources: Sequence[SourceStatus]) -> str:
    if not sources:
        return '<div class="table empty"><p>No folder is watched yet. Add one above.</p></div>'
    body = "".join(_source_row(source) for source in sources)
    return (
        '<div class="table"><table><thead><tr><th>Folder</th><th>Files known</th><th>Kept</th><th>State</th>'
        f"<th><span class='unseen'>Action</span></th></tr></thead><tbody>{body}</tbody></table></div>"
    )


def _source_row(source: SourceStatus) -> str:
    reason = f"<small>{text(source.reason)}</small>" if source.reason else ""
    total = sum(count for state, count in source.files.items() if state != "forgotten")
    kept = f"{source.retention_days:,} days" if source.retention_days else "for ever"
    here = text(source.path)
    actions = [_action("keep", source.id, kept, f"Change how long {here} is kept")]
    if source.state == "missing":
        actions.append(_action("accept", source.id, "Accept as it is now…", f"Accept {here} as it is now"))
    actions.append(_action("remove", source.id, "Remove…", f"Remove {here}"))
    return (
        f'<tr><td class="path" title="{text(source.path)}">{text(source.path)}</td>'
        f'<td class="count">{source.files.get("known", 0):,} of {total:,}</td>'
        f"<td>{actions[0]}</td><td>{text(source.state)}{reason}</td><td>{' '.join(actions[1:])}</td></tr>"
    )


def _action(event: str, id: int, label: str, meaning: str) -> str:
    """A button of a table row; `meaning` is said where only one row's label is heard, and is escaped already."""
    return (
        f'<button type="button" class="act" data-event="{event}" data-id="{id}" '
        f'aria-label="{meaning}">{text(label)}</button>'
    )


def job_table(jobs: Sequence[JobStatus]) -> str:
    """What Doppel does by itself; a button's number is the job's place in the list."""
    body = "".join(_job_row(at, job) for at, job in enumerate(jobs))
    return (
        '<div class="table"><table><caption>What Doppel does by itself</caption><thead><tr><th>Job</th>'
        "<th>Next</th><th>Last result</th><th><span class='unseen'>Action</span></th></tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _job_row(at: int, job: JobStatus) -> str:
    due = text(minute(job.next_run)) if job.on else "off"
    last = f"<small>{text(minute(job.last_run))}</small>" if job.last_run else ""
    name = text(job.name)
    switch = _action("switch", at, "Switch off" if job.on else "Switch on", f"Switch {name}")
    return (
        f"<tr><td>{name}<small>{text(job.description)}</small></td><td>{due}</td>"
        f"<td>{'' if job.ok else '<b>failed</b> '}{text(job.last_result) or '–'}{last}</td>"
        f"<td>{switch} {_action('run', at, 'Run now', f'Run {name} now')}</td></tr>"
    )


def minute(value: str | None) -> str:
    """An ISO moment to the minute."""
    return (value or "")[:16].replace("T", " ")


def digest_list(days: Sequence[Digest]) -> str:
    """What was learned on the last days, a few lines each."""
    if not days:
        return ""
    entries = "".join(_digest(entry) for entry in days)
    return (
        f'<div class="table"><table><caption>Learned lately</caption><tbody>{entries}</tbody></table></div>'
    )


def _digest(entry: Digest) -> str:
    files = dict.fromkeys(file_name(row.path) for row in entry.memories)
    return (
        f"<tr><td>{text(day(entry.day))}</td><td class='count'>{entry.documents:,} new</td>"
        f"<td>{text(', '.join(list(files)[:8]))}</td></tr>"
    )


def progress(status: Status) -> str:
    """How far reading is: a bar, the current file and the speed."""
    waiting = sum(status.files.get(state, 0) for state in ("queued", "reading", "encoding"))
    settled = sum(status.files.get(state, 0) for state in ("known", "skipped", "failed"))
    total = waiting + settled
    line = "Paused" if status.paused else "Reading" if waiting else "Up to date"
    facts = [f"{status.files.get('known', 0):,} known"]
    facts += [f"{waiting:,} waiting"] if waiting else []
    facts += [
        f"{status.files[state]:,} {state}" for state in ("skipped", "failed") if status.files.get(state, 0)
    ]
    if status.current_file:
        facts.append(PurePath(status.current_file).name)
    if status.tokens_per_second:
        facts.append(f"{status.tokens_per_second:,.0f} tokens/s")
    shown = " · ".join(text(fact) for fact in facts)
    return (
        f'<div class="progress"><p><b>{line}</b> <span class="facts">{shown}</span></p>'
        f'<progress max="{max(total, 1)}" value="{settled if total else 1}" aria-label="Files read">'
        "</progress></div>"
    )


def file_answer(status: FileStatus) -> str:
    """Does it know this file, and if not, why."""
    facts = [f"{status.documents:,} passages, {status.tokens:,} tokens"] if status.documents else []
    facts += [f"first known {day(status.first_known_at)}"] if status.first_known_at else []
    facts += [status.reason] if status.reason else []
    shown = " · ".join(text(fact) for fact in facts)
    state = STATES.get(status.state, status.state)
    return (
        f'<p class="notice info" role="status"><b class="state {text(status.state)}">{text(state)}</b> '
        f'<span title="{text(status.path)}">{text(file_name(status.path))}</span> '
        f'<span class="facts">{shown}</span></p>'
    )


def failures(files: Sequence[FileStatus]) -> str:
    if not files:
        return ""
    rows = "".join(
        f'<tr><td class="path" title="{text(item.path)}">{text(file_name(item.path))}</td>'
        f"<td>{text(STATES.get(item.state, item.state))}</td><td>{text(item.reason)}</td></tr>"
        for item in files
    )
    return (
        '<div class="table"><table><caption>Files that could not be read</caption><thead><tr><th>File</th>'
        f"<th>State</th><th>Reason</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def overview(status: Status) -> str:
    """The numbers of the whole twin."""
    size = "" if status.bytes_on_disk is None else f"{status.bytes_on_disk / 1_000_000:,.1f} MB"
    counted = [(state, count) for state, count in status.files.items() if count]
    rows = {
        "Model": status.model if status.model_ready else f"{status.model} (missing: run `doppel model pull`)",
        "Watching": "paused" if status.paused else "on" if status.running else "off",
        "Passages": f"{status.documents:,}",
        "Tokens": f"{status.tokens:,}",
        "Files": ", ".join(f"{count:,} {STATES.get(state, state)}" for state, count in counted),
        "Archive": status.data_directory,
        "On disk": size,
    }
    if status.better_model:
        rows["Better model"] = status.better_model
    if change := status.change:
        rows["New model"] = (
            f"{change.encoded:,} of {change.documents:,} passages encoded; until then {change.answering} answers. "
            + change.problem
        )
    for trouble in status.troubles:
        rows[f"Trouble: {trouble.part}"] = f"{trouble.what} (since {trouble.since.replace('T', ' ')})"
    body = "".join(
        f"<div><dt>{text(name)}</dt><dd>{text(value) or '–'}</dd></div>" for name, value in rows.items()
    )
    return f'<dl class="overview">{body}</dl>'
