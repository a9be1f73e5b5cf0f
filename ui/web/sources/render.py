"""HTML of the sources tab: what is watched, how far reading is, and what became of each file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from app.records import FileStatus, SourcePreview, SourceStatus, Status
from ui.web.markup import button, day, file_name, minute, text
from ui.web.messages import tr

STATES = {
    "known": "known", "partly": "known in part", "queued": "waiting", "reading": "reading", "encoding": "encoding",
    "skipped": "skipped", "failed": "failed", "forgotten": "forgotten", "unknown": "not seen",
}  # fmt: skip
FILTERS = ("", "known", "partly", "queued", "skipped", "failed")
MEGABYTE = 1_000_000
PAGE = 25


def state_name(state: str) -> str:
    return tr(STATES.get(state, state))


def progress(status: Status) -> str:
    """How far reading is: a bar, the current file and the speed."""
    waiting, settled = counts(status)
    total = waiting + settled
    line = tr("Paused") if status.paused else tr("Reading") if waiting else tr("Up to date")
    facts = [tr("{n} known", n=f"{status.files.get('known', 0):,}")]
    facts += [tr("{n} waiting", n=f"{waiting:,}")] if waiting else []
    facts += [
        f"{status.files[state]:,} {state_name(state)}"
        for state in ("skipped", "failed")
        if status.files.get(state)
    ]
    if status.current_file:
        facts.append(PurePath(status.current_file).name)
    if status.tokens_per_second:
        facts += [tr("{n} tokens/s", n=f"{status.tokens_per_second:,.0f}"), *left(status.seconds_left)]
    shown = " · ".join(text(fact) for fact in facts)
    return (
        f'<div class="progress"><p><b>{text(line)}</b> <span class="facts">{shown}</span></p>'
        f'<progress max="{max(total, 1)}" value="{settled if total else 1}" aria-label="{text(tr("Files read"))}">'
        "</progress></div>"
    )


def counts(status: Status) -> tuple[int, int]:
    """Files that wait, and files that are settled."""
    waiting = sum(status.files.get(state, 0) for state in ("queued", "reading", "encoding"))
    return waiting, sum(status.files.get(state, 0) for state in ("known", "skipped", "failed"))


def left(seconds: float | None) -> list[str]:
    """About how long it still takes, in one piece; nothing where that is not known."""
    return [] if seconds is None else [tr("about {time} left", time=duration(seconds))]


def duration(seconds: float) -> str:
    """A time as a person says it, to one unit."""
    for size, name in ((86_400, "{n} days"), (3600, "{n} h"), (60, "{n} min")):
        if seconds >= 1.5 * size:
            return _times(name, round(seconds / size))
    return tr("a minute")


def _times(name: str, n: int) -> str:
    said = {"{n} days": tr("{n} days", n=f"{n:,}"), "{n} h": tr("{n} h", n=n), "{n} min": tr("{n} min", n=n)}
    return said[name]


def add_form() -> str:
    """Which folder or file to remember, and how."""
    options = (
        f'<label class="field">{text(tr("Leave out (patterns as in .gitignore, one a line)"))}'
        '<textarea name="ignore" rows="2" placeholder="drafts/&#10;*.log"></textarea></label>'
        f'<label class="tick"><input type="checkbox" name="polling" value="1">'
        f"{text(tr('Network folder: look at intervals instead of waiting for events'))}</label>"
        f'<label class="field">{text(tr("Forget files so many days after they last changed (0: keep them)"))}'
        f'<input type="number" name="days" min="0" value="0"></label>{_pictures("text")}'
    )
    label = text(tr("Folder or file to remember"))
    return (
        '<form class="source-form" data-event="look"><div class="line">'
        f'<input name="where" id="source-path" data-keep="source" placeholder="/home/me/Documents" '
        f'aria-label="{label}" autocomplete="off" spellcheck="false">'
        f"{button('browse', tr('Choose…'), meaning=tr('Choose a folder'))}"
        f'<button class="act primary" id="add-source">{text(tr("Add…"))}</button></div>{_drop()}'
        f"<details><summary>{text(tr('Options for the new source'))}</summary>{options}</details></form>"
    )


def _pictures(chosen: str) -> str:
    """The choice of what is read of pictures."""
    choices = (
        ("text", tr("What is written on them")),
        ("all", tr("That, and photos by their date, place and album")),
        ("none", tr("Nothing")),
    )
    options = "".join(
        f'<option value="{value}"{" selected" if value == chosen else ""}>{text(words)}</option>'
        for value, words in choices
    )
    label = text(tr("Of pictures and scans, read"))
    return f'<label class="field">{label}<select name="pictures">{options}</select></label>'


def _drop() -> str:
    """Where files are dropped; what `assets/drop.js` says stands in its data."""
    going, done = tr("File {n} of {total} is copied…"), tr("{n} files are in the inbox and will be read.")
    folder = tr("A folder is not copied: choose it above, and it is read where it lies.")
    return (
        f'<p class="drop">{text(tr("Drop files anywhere on this page, or"))} '
        f'<input type="file" multiple id="inbox-files"><label for="inbox-files">{text(tr("choose files"))}</label>. '
        f"{text(tr('They are copied to the folder “Doppel inbox” in your home, which is watched.'))}</p>"
        f'<p class="notice info" id="dropped" role="status" data-going="{text(going)}" data-done="{text(done)}" '
        f'data-folder="{text(folder)}"></p>'
    )


def preview(found: SourcePreview) -> str:
    """What would be read, before anything is."""
    listed = ", ".join(f"{count:,} {suffix or tr('without an ending')}" for suffix, count in found.kinds[:8])
    size = f"{found.bytes / MEGABYTE:,.1f} MB"
    sums = tr("{files} files, {size}", files=f"{found.files:,}", size=size)
    if not found.complete:
        sums = tr("more than {sums}", sums=sums)
    taking = tr("Reading it takes about {time}.", time=duration(found.seconds))
    known = (
        f"<p>{text(tr('It is watched already; what is set below stays as it is.'))}</p>"
        if found.watched
        else ""
    )
    return (
        f'<div class="confirm calm"><p><b>{text(found.path)}</b></p><p>{text(sums)}</p>'
        f'<p class="facts">{text(listed)}</p><p class="facts">{text(taking)}</p>{known}'
        f"<p class='facts'>{text(tr('It is read in the background. Nothing leaves this computer.'))}</p>"
        f"<div class='acts'>{button('remember', tr('Remember it'), kind='act primary')}"
        f"{button('cancel', tr('Cancel'))}</div></div>"
    )


def table(sources: Sequence[SourceStatus]) -> str:
    if not sources:
        return f'<div class="table empty"><p>{text(tr("No folder is watched yet. Add one above."))}</p></div>'
    body = "".join(_row(source) for source in sources)
    heads = "".join(f"<th>{text(tr(head))}</th>" for head in ("Folder", "Files known", "Kept", "State"))
    return (
        f'<div class="table"><table><thead><tr>{heads}<th><span class="unseen">{text(tr("Action"))}</span></th>'
        f"</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(source: SourceStatus) -> str:
    reason = f"<small>{text(source.reason)}</small>" if source.reason else ""
    partly = (
        f"<small>{text(tr('{n} not read in full', n=f'{source.partly:,}'))}</small>" if source.partly else ""
    )
    total = sum(count for state, count in source.files.items() if state != "forgotten")
    days = source.retention_days
    kept = tr("{n} days", n=f"{days:,}") if days else tr("for ever")
    known = tr("{n} of {total}", n=f"{source.files.get('known', 0):,}", total=f"{total:,}")
    acts = []
    if source.state == "missing":
        meaning = tr("Accept {path} as it is now", path=source.path)
        acts.append(button("accept", tr("Accept as it is now…"), id=source.id, meaning=meaning))
    acts.append(button("remove", tr("Remove…"), id=source.id, meaning=tr("Remove {path}", path=source.path)))
    out = tr("Leave out…") if not source.ignore else tr("Left out: {n}…", n=len(source.ignore))
    acts.insert(
        0,
        button(
            "ignore", out, id=source.id, meaning=tr("Change what of {path} is left out", path=source.path)
        ),
    )
    keep = button("keep", kept, id=source.id, meaning=tr("Change how long {path} is kept", path=source.path))
    return (
        f'<tr><td class="path" title="{text(source.path)}">{text(source.path)}</td>'
        f'<td class="count">{text(known)}{partly}</td>'
        f"<td>{keep}</td><td>{text(tr(source.state))}{reason}</td><td>{' '.join(acts)}</td></tr>"
    )


def ask_days(source: SourceStatus) -> str:
    label = text(tr("Forget files so many days after they last changed (0: keep them)"))
    return (
        f'<form class="confirm calm" data-event="kept" data-id="{source.id}"><p><b>{text(source.path)}</b></p>'
        f'<label class="field">{label}<input type="number" name="days" min="0" value="{source.retention_days or 0}">'
        f"</label>{_pictures(source.pictures)}<div class='acts'><button class='act primary'>{text(tr('Save'))}</button>"
        f"{button('cancel', tr('Cancel'))}</div></form>"
    )


def ask_ignore(source: SourceStatus) -> str:
    label = text(tr("Leave out (patterns as in .gitignore, one a line)"))
    why = text(tr("What was known of it and is left out now is dropped from memory; the files stay."))
    return (
        f'<form class="confirm calm" data-event="ignored" data-id="{source.id}"><p><b>{text(source.path)}</b></p>'
        f'<label class="field">{label}<textarea name="ignore" rows="4" data-keep="ignore-{source.id}">'
        f"{text(chr(10).join(source.ignore))}</textarea></label><p class='facts'>{why}</p>"
        f"<div class='acts'><button class='act primary'>{text(tr('Save'))}</button>"
        f"{button('cancel', tr('Cancel'))}</div></form>"
    )


def ask_accept(source: SourceStatus) -> str:
    line = tr(
        "{path}: nothing was forgotten so far. Accept the folder as it is now? What was known from files that are "
        "not in it any more is dropped.", path=source.path,
    )  # fmt: skip
    return (
        f'<div class="confirm"><p>{text(line)}</p><div class="acts">'
        f"{button('accepted', tr('Accept'), kind='act danger', id=source.id)}{button('cancel', tr('Cancel'))}</div></div>"
    )


def ask_remove(source: SourceStatus) -> str:
    line = tr("Stop watching {path}? Its files stay where they are.", path=source.path)
    return (
        f'<form class="confirm" data-event="removed" data-id="{source.id}"><p>{text(line)}</p>'
        f'<label class="tick"><input type="checkbox" name="forget" value="1">'
        f"{text(tr('Also forget for good what was read from it'))}</label>"
        f"<div class='acts'><button class='act danger'>{text(tr('Remove'))}</button>"
        f"{button('cancel', tr('Keep'))}</div></form>"
    )


def file_filters() -> str:
    label = text(tr("Does it know this file?"))
    options = "".join(
        f'<option value="{state}">{text(state_name(state) if state else tr("All files"))}</option>'
        for state in FILTERS
    )
    return (
        '<form class="searching" data-event="files" data-live role="search">'
        f'<input name="text" type="search" id="file-query" placeholder="{label}" aria-label="{label}" '
        f'autocomplete="off" spellcheck="false"><select name="state" aria-label="{text(tr("State"))}">'
        f"{options}</select></form>"
    )


def files(found: Sequence[FileStatus], *, offset: int = 0, more: bool = False) -> str:
    """What became of each file, and of what was not read, why."""
    if not found:
        return f'<div class="table empty"><p>{text(tr("No file matches."))}</p></div>'
    rows = "".join(_file(item) for item in found)
    heads = "".join(f"<th>{text(tr(head))}</th>" for head in ("File", "State", "Passages"))
    heads += f'<th class="when">{text(tr("Changed"))}</th>'
    back = button("files_at", tr("Previous"), offset=max(0, offset - PAGE)) if offset else ""
    ahead = button("files_at", tr("Next"), offset=offset + len(found)) if more else ""
    return (
        f'<div class="table"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
        f'<div class="paging">{back}{ahead}</div>'
    )


def _file(item: FileStatus) -> str:
    state = "partly" if item.state == "known" and item.unread else item.state
    reasons = [item.reason] if item.reason else []
    notes = "".join(f"<small>{text(note)}</small>" for note in [*reasons, *item.unread[:5]])
    if len(item.unread) > 5:
        notes += f"<small>{text(tr('and {n} more', n=len(item.unread) - 5))}</small>"
    return (
        f'<tr><td class="path" title="{text(item.path)}">{text(file_name(item.path))}'
        f"<small>{text(str(PurePath(item.path).parent))}</small></td>"
        f'<td><b class="state {text(state)}">{text(state_name(state))}</b>{notes}</td>'
        f'<td class="count">{item.documents or ""}</td>'
        f'<td class="when" title="{text(minute(item.updated_at))}">{text(day(item.updated_at))}</td></tr>'
    )
