"""HTML of the memory tab: filters, the timeline, the list, one memory in full, and what forgetting would take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from app.records import ForgetPreview, MemoryFilter, Remembered, SourceStatus, VerifyReport
from app.twin.review import KINDS
from ui.web.markup import MONTHS, button, day, file_name, text
from ui.web.messages import spoken, tr

EXCERPT = 220
PAGE = 25


def filters(sources: Sequence[SourceStatus], wanted: MemoryFilter) -> str:
    """The form that narrows the list while one types."""
    search = text(tr("Search what is remembered"))
    kinds = [("", tr("All kinds")), *((kind, tr(kind)) for kind in KINDS)]
    places = [("", tr("All sources")), *((str(source.id), source.path) for source in sources)]
    orders = [("", tr("Newest first")), ("1", tr("Oldest first"))]
    return (
        '<form class="searching" data-event="narrow" data-live role="search">'
        f'<input name="query" type="search" value="{text(wanted.query)}" placeholder="{search}" '
        f'aria-label="{search}" autocomplete="off">'
        + _select("kind", tr("Kind"), kinds, wanted.kind)
        + _select("source", tr("Source"), places, str(wanted.source_id or ""))
        + _select("oldest", tr("Order"), orders, "1" if wanted.oldest else "")
        + "</form>"
    )


def _select(name: str, label: str, choices: Sequence[tuple[str, str]], chosen: str) -> str:
    options = "".join(
        f'<option value="{text(value)}"{" selected" if value == chosen else ""}>{text(shown)}</option>'
        for value, shown in choices
    )
    return f'<select name="{name}" aria-label="{text(label)}">{options}</select>'


def timeline(months: Sequence[tuple[str, int]], wanted: MemoryFilter) -> str:
    """Years, and in the open one its months, each with a bar as long as it is full."""
    years: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for month, count in months:
        years[month[:4]].append((month, count))
    most = max((count for _, count in months), default=1)
    rows = [_period("", tr("All time"), sum(count for _, count in months), None, wanted)]
    for year, inside in years.items():
        if not year:
            continue
        total = sum(count for _, count in inside)
        rows.append(_period(year, year, total, None, wanted))
        if wanted.since[:4] == year:
            rows += [_period(month, _month(month), count, count / most, wanted) for month, count in inside]
    if undated := sum(count for _, count in years.get("", [])):
        rows.append(_period("undated", tr("Without a date"), undated, None, wanted))
    return f'<nav class="timeline" aria-label="{text(tr("Timeline"))}">{"".join(rows)}</nav>'


def _period(period: str, label: str, count: int, share: float | None, wanted: MemoryFilter) -> str:
    here = "undated" if wanted.undated else wanted.since
    full = 0 if share is None else max(4, round(share * 100))
    bar = f'<progress max="100" value="{full}" aria-hidden="true"></progress>' if share is not None else ""
    kind = "month" if share is not None else "year"
    return (
        f'<button type="button" class="period {kind}" data-event="period" data-period="{text(period)}" '
        f'aria-current="{"true" if here == period else "false"}">'
        f"<span>{text(label)}</span><small>{count:,}</small>{bar}</button>"
    )


def _month(month: str) -> str:
    number = month[5:7]
    if not number.isdigit() or not 1 <= int(number) <= 12:
        return month
    return f"{int(number)}月" if spoken() == "zh" else MONTHS[spoken()][int(number) - 1]


def listing(
    rows: Sequence[Remembered],
    *,
    offset: int,
    total: int | None,
    more: bool,
    chosen: int | None,
    narrowed: bool,
) -> str:
    """One page of the list. total: of all that match, where it was counted."""
    if not rows:
        line = tr("No memory matches.") if narrowed else tr("Nothing is remembered yet")
        return f'<div class="memories empty"><p>{text(line)}</p></div>'
    items = "".join(_row(row, row.id == chosen) for row in rows)
    span = f"{offset + 1:,}–{offset + len(rows):,}"
    of = tr("{span} of {total}", span=span, total=f"{total:,}") if total is not None else span
    back = button("turn", tr("Previous"), offset=max(0, offset - PAGE)) if offset else ""
    ahead = button("turn", tr("Next"), offset=offset + len(rows)) if more else ""
    forget = button("forget_all", tr("Forget all of these…"), kind="quiet-act") if narrowed else ""
    return (
        f'<ol class="memories" aria-label="{text(tr("Memories"))}">{items}</ol>'
        f'<div class="paging">{back}<span class="facts">{text(of)}</span>{ahead}{forget}</div>'
    )


def _row(row: Remembered, chosen: bool) -> str:
    excerpt = row.text if len(row.text) <= EXCERPT else row.text[:EXCERPT].rstrip() + "…"
    facts = [day(row.date), file_name(row.path), row.place]
    tags = f'<span class="edited">{text(tr("edited"))}</span>' if row.edited else ""
    tags += f'<span class="edited">{text(tr("from a chat"))}</span>' if row.from_chat else ""
    shown = " · ".join(text(fact) for fact in facts if fact)
    label = text(tr("Review memory {id}", id=row.id))
    return (
        f'<li><button type="button" class="memory{" chosen" if chosen else ""}" data-event="open" '
        f'data-id="{row.id}" aria-label="{label}"><small>{shown}{tags}</small>'
        f"<span>{text(excerpt)}</span></button></li>"
    )


def detail(row: Remembered, versions: Sequence[tuple[str, str]] = (), note: str = "") -> str:
    """One memory in full, to be corrected or forgotten. versions: (moment, text) before each edit, newest first."""
    facts = [file_name(row.path), row.place, row.author, day(row.date), tr("{n} tokens", n=row.tokens)]
    facts += [tr("edited")] if row.edited else []
    facts += [tr("the file has changed this passage since")] if row.outdated else []
    facts += [tr("saved from a chat")] if row.from_chat else []
    shown = " · ".join(text(fact) for fact in facts if fact)
    whole = button("forget_file", tr("Forget the whole file…"), id=row.id) if row.path else ""
    path = (
        f'<button type="button" class="quiet-act" data-copy-text="{text(row.path)}">{text(tr("Copy path"))}</button>'
        if row.path
        else ""
    )
    look = (
        f'<button type="button" class="quiet-act" data-view data-id="{row.id}">'
        f"{text(tr('Show in its file'))}</button>"
        if row.path
        else ""
    )
    return (
        f'<div class="detail" data-memory="{row.id}"><header><h2>{text(row.title or file_name(row.path))}</h2>'
        f"{button('close', '×', kind='quiet-act close', meaning=tr('Close'))}</header>"
        f'<p class="facts" title="{text(row.path)}">{shown} {look} {path}</p>{note}'
        f'<form data-event="save" data-id="{row.id}"><textarea name="text" data-keep="memory-{row.id}" '
        f'aria-label="{text(tr("Remembered text"))}" spellcheck="false">\n{text(row.text)}</textarea>'
        f'<div class="acts"><button class="act primary">{text(tr("Save"))}</button>'
        f"{button('forget', tr('Forget this passage…'), id=row.id)}{whole}</div></form>{_history(row, versions)}</div>"
    )


def _history(row: Remembered, versions: Sequence[tuple[str, str]]) -> str:
    if not versions:
        return ""
    items = "".join(
        f"<li><small>{text(tr('until {moment}', moment=moment[:16].replace('T', ' ')))}</small>"
        f"<p>{text(before)}</p>{button('revert', tr('Bring back'), id=row.id, version=at)}</li>"
        for at, (moment, before) in enumerate(versions)
    )
    return f'<details class="history"><summary>{text(tr("Earlier versions"))}</summary><ol>{items}</ol></details>'


def question(preview: ForgetPreview, what: str) -> str:
    """What goes, before it goes. what: names it, such as a file's name."""
    counts = tr(
        "{passages} passages of {files} files are erased, and quoted in {chats} chats, whose answers go too.",
        passages=f"{len(preview.ids):,}", files=f"{preview.files:,}", chats=f"{preview.chats:,}",
    )  # fmt: skip
    if preview.own_words:
        said = tr(
            "So are {n} facts that you wrote about people, since nothing else says them.",
            n=f"{preview.own_words:,}",
        )
        counts = f"{counts} {said}"
    return (
        f'<div class="confirm" role="alertdialog" aria-label="{text(tr("Forget for good"))}">'
        f"<p><b>{text(tr('Forget {what}?', what=what))}</b></p><p>{text(counts)}</p>"
        f"<p>{text(tr('It cannot be brought back. Your files stay where they are.'))}</p><div class='acts'>"
        f"{button('erase', tr('Forget for good'), kind='act danger')}{button('keep', tr('Keep'))}</div></div>"
    )


def proof(report: VerifyReport) -> str:
    """What the byte search of the archive found after a forget."""
    if report.clean:
        line = tr(
            "Checked: none of the {n} files of the archive contains the text any more.",
            n=report.checked_files,
        )
        return f'<p class="notice good" role="status">{text(line)}</p>'
    files = "".join(f"<li>{text(name)}</li>" for name in report.found)
    return f'<div class="notice problem" role="alert">{text(tr("Still found in:"))}<ul>{files}</ul></div>'


def note_form() -> str:
    """Something to remember that is in no file."""
    return (
        f'<details class="adding"><summary>{text(tr("Add a note"))}</summary><form data-event="note_down">'
        f'<input name="title" maxlength="200" placeholder="{text(tr("Title"))}" aria-label="{text(tr("Title"))}">'
        f'<textarea name="text" data-keep="note" rows="4" placeholder="{text(tr("What is to be remembered"))}" '
        f'aria-label="{text(tr("What is to be remembered"))}"></textarea>'
        f'<button class="act primary">{text(tr("Remember"))}</button></form></details>'
    )
