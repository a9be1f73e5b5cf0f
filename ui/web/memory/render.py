"""HTML of one memory in full, to be corrected, dated, pinned, removed or forgotten, and what forgetting would take."""

from __future__ import annotations

from collections.abc import Sequence

from app.records import ForgetPreview, Holding, Remembered, VerifyReport
from ui.web.markup import button, day, file_name, text
from ui.web.messages import tr

NAMED = 12  # people's entries that a preview names


def detail(
    row: Remembered, versions: Sequence[tuple[str, str]] = (), note: str = "", *, pinned: bool = False
) -> str:
    """One memory in full, to be corrected or forgotten. versions: (moment, text) before each edit, newest first."""
    facts = [file_name(row.path), row.place, row.author, day(row.date), tr("{n} tokens", n=row.tokens)]
    facts += [tr("edited")] if row.edited else []
    facts += [tr("the file has changed this passage since")] if row.outdated else []
    facts += [tr("saved from a chat")] if row.from_chat else []
    shown = " · ".join(text(fact) for fact in facts if fact)
    whole = button("forget_file", tr("Forget the whole file…"), id=row.id) if row.path else ""
    link = (
        f'<button type="button" class="quiet-act" data-copy-link="?tab=memory&amp;memory={row.id}">'
        f"{text(tr('Copy link'))}</button>"
    )
    pin = button("pin", tr("Unpin") if pinned else tr("Pin"), kind="quiet-act", id=row.id)
    look = (
        f'<button type="button" class="quiet-act" data-view data-id="{row.id}">'
        f"{text(tr('Show in its file'))}</button>"
        if row.path
        else ""
    )
    return (
        f'<div class="detail" data-memory="{row.id}"><header><h2>{text(row.title or file_name(row.path))}</h2>'
        f"{button('close', '×', kind='quiet-act close', meaning=tr('Close'))}</header>"
        f'<p class="facts" title="{text(row.path)}">{shown}</p><div class="acts">{look}{pin}{link}</div>{note}'
        f'<form data-event="save" data-id="{row.id}"><textarea name="text" data-keep="memory-{row.id}" '
        f'aria-label="{text(tr("Remembered text"))}" spellcheck="false">\n{text(row.text)}</textarea>'
        f'<div class="acts"><button class="act primary">{text(tr("Save"))}</button>'
        f"{button('remove', tr('Remove'), id=row.id)}"
        f"{button('forget', tr('Forget this passage…'), id=row.id)}{whole}</div></form>"
        f"{_dating(row)}{_history(row, versions)}</div>"
    )


def _dating(row: Remembered) -> str:
    label = text(tr("Date"))
    return (
        f'<form class="dating" data-event="date" data-id="{row.id}"><label>{label} '
        f'<input name="day" value="{text((row.date or "")[:10])}" placeholder="2021-04-12" size="12" '
        f'autocomplete="off"></label><button class="act">{text(tr("Correct the date"))}</button></form>'
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
    people = ""
    if preview.people:
        names = ", ".join(preview.people[:NAMED]) + (" …" if len(preview.people) > NAMED else "")
        people = f"<p>{text(tr('Nothing else names: {names}. Their entries go, too.', names=names))}</p>"
    return (
        f'<div class="confirm" role="alertdialog" aria-label="{text(tr("Forget for good"))}">'
        f"<p><b>{text(tr('Forget {what}?', what=what))}</b></p><p>{text(counts)}</p>{people}"
        f"<p>{text(tr('It cannot be brought back. Your files stay where they are.'))}</p><div class='acts'>"
        f"{button('erase', tr('Forget for good'), kind='act danger')}{button('keep', tr('Keep'))}</div></div>"
    )


def proof(report: VerifyReport) -> str:
    """What the byte search of the archive found after a forget."""
    kept = ""
    if report.alive:
        rows = "".join(f"<li>{text(_holding(one))}</li>" for one in report.alive)
        kept = f"{text(tr('The same words are in memories that were not forgotten:'))}<ul>{rows}</ul>"
    if report.clean and kept:
        return f'<div class="notice" role="status">{kept}</div>'
    if report.clean:
        line = tr(
            "Checked: none of the {n} files of the archive contains the text any more.",
            n=report.checked_files,
        )
        return f'<p class="notice good" role="status">{text(line)}</p>'
    files = "".join(f"<li>{text(name)}</li>" for name in report.found)
    return (
        f'<div class="notice problem" role="alert">{text(tr("Still found in:"))}<ul>{files}</ul>{kept}</div>'
    )


def _holding(one: Holding) -> str:
    name = tr("memory {id}", id=one.id) + (f" · {file_name(one.path)}" if one.path else "")
    if one.where == "earlier":
        return f"{name} · {tr('in its earlier words')}"
    return f"{name} · {tr('removed, not erased yet')}" if one.where else name


def note_form() -> str:
    """Something to remember that is in no file."""
    return (
        f'<details class="adding"><summary>{text(tr("Add a note"))}</summary><form data-event="note_down">'
        f'<input name="title" maxlength="200" placeholder="{text(tr("Title"))}" aria-label="{text(tr("Title"))}">'
        f'<textarea name="text" data-keep="note" rows="4" placeholder="{text(tr("What is to be remembered"))}" '
        f'aria-label="{text(tr("What is to be remembered"))}"></textarea>'
        f'<button class="act primary">{text(tr("Remember"))}</button></form></details>'
    )
