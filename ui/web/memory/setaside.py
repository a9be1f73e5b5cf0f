"""HTML of the summaries that are kept, of what was removed and waits to be erased, of what is said twice, and of letting a
forgotten file in again.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.records import Remembered
from app.twin.kept_summary import Summary
from app.twin.trash import Trashed
from ui.web.markup import button, day, file_name, text
from ui.web.memory.listing import PAGE, excerpt
from ui.web.messages import tr


def trash(
    rows: Sequence[Trashed], *, total: int, offset: int = 0, asked: bool = False, note: str = ""
) -> str:
    """asked: whether the person is being asked if all of it may be erased."""
    line = tr("What is removed is in no answer and no list. It can be brought back until it is erased.")
    head = f'<p class="facts">{text(line)}</p>{note}'
    if not rows:
        return (
            f'<div class="other">{head}<p class="faint">{text(tr("Nothing is removed."))}</p>{_allow()}</div>'
        )
    confirm = _confirm(total) if asked else ""
    empty = button("ask_empty", tr("Erase all of it now…"), kind="act")
    items = "".join(_removed(row) for row in rows)
    back = button("trash_page", tr("Previous"), offset=max(0, offset - PAGE)) if offset else ""
    ahead = button("trash_page", tr("Next"), offset=offset + PAGE) if offset + PAGE < total else ""
    return (
        f'<div class="other">{head}<div class="acts">{empty}</div>{confirm}<ol class="memories">{items}</ol>'
        f'<div class="paging">{back}{ahead}</div>{_allow()}</div>'
    )


def _removed(row: Trashed) -> str:
    memory = row.memory
    facts = " · ".join(
        text(fact) for fact in (day(memory.date), file_name(memory.path), memory.place) if fact
    )
    until = text(tr("is erased on {day}", day=day(row.until)))
    return (
        f'<li class="removed"><small>{facts} · {until}</small><p>{text(excerpt(memory.text))}</p>'
        f'<div class="acts">{button("restore", tr("Bring back"), id=memory.id)}'
        f"{button('erase_one', tr('Erase now'), kind='act danger', id=memory.id)}</div></li>"
    )


def _confirm(total: int) -> str:
    return (
        f'<div class="confirm" role="alertdialog" aria-label="{text(tr("Erase now"))}"><p><b>'
        f"{text(tr('Erase {n} removed memories for good?', n=f'{total:,}'))}</b></p>"
        f"<p>{text(tr('It cannot be brought back. Your files stay where they are.'))}</p><div class='acts'>"
        f"{button('empty', tr('Erase now'), kind='act danger')}{button('keep_trash', tr('Keep'))}</div></div>"
    )


def _allow() -> str:
    """A field may not be called `path`: Gradio takes that for a file."""
    label = text(tr("Path of the file or folder"))
    why = tr("What was forgotten stays out, even if its file is still there. Name the file to let it in.")
    return (
        f'<form class="allow" data-event="allow"><h3>{text(tr("Let in again what was forgotten"))}</h3>'
        f'<p class="facts">{text(why)}</p>'
        f'<div class="line"><input name="place" data-keep="allow" placeholder="{label}" aria-label="{label}" '
        f'spellcheck="false">'
        f'<button class="act">{text(tr("Let in again"))}</button></div></form>'
    )


def summaries(rows: Sequence[Summary], note: str = "") -> str:
    """What was asked for, the last made first."""
    line = tr("Asked for again, each says what has changed since. No text of your files is copied for it.")
    if not rows:
        none = tr("No summary is kept. Ask for one, such as: Summarise everything about the garden.")
        return f'<div class="other">{note}<p class="faint">{text(none)}</p></div>'
    items = "".join(
        f'<li class="removed"><small>{text(day(row.made_at))} · '
        f"{text(tr('{n} passages', n=f'{row.passages:,}'))}</small><p>{text(excerpt(row.question))}</p>"
        f'<div class="acts">{button("delete_summary", tr("Delete"), id=row.id)}</div></li>'
        for row in rows
    )
    return (
        f'<div class="other"><p class="facts">{text(line)}</p>{note}<ol class="memories">{items}</ol></div>'
    )


def twice(groups: Sequence[Sequence[Remembered]], note: str = "") -> str:
    """Memories that say the same, the one to keep first."""
    line = tr(
        "These say the same. One of each is kept, the others are removed and can be brought back for a month."
    )
    if not groups:
        return f'<div class="other">{note}<p class="faint">{text(tr("Nothing is said twice."))}</p></div>'
    every = button("merge_all", tr("Keep one of each"), kind="act primary")
    shown = "".join(_group(group) for group in groups)
    return f'<div class="other"><p class="facts">{text(line)}</p>{note}<div class="acts">{every}</div>{shown}</div>'


def _group(group: Sequence[Remembered]) -> str:
    kept = f"<b>{text(tr('is kept'))}</b>"
    places = "".join(
        f'<li><button type="button" class="quiet-act" data-view data-id="{row.id}">{text(file_name(row.path))}</button> '
        f"<small>{text(day(row.date))}</small>"
        f"{kept if row.id == group[0].id else ''}</li>"
        for row in group
    )
    ids = ",".join(str(row.id) for row in group[1:])
    return (
        f'<section class="same"><p>{text(excerpt(group[0].text))}</p><ul>{places}</ul>'
        f'<div class="acts">{button("merge", tr("Keep the first"), others=ids)}</div></section>'
    )
