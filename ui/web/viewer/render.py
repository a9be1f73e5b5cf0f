"""HTML of the viewer: a memory where it stands in its file, as a sheet beside what one came from."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Sequence
from pathlib import PurePath

from app.viewing.records import Facsimile, View, ViewedPassage
from ui.web.markup import button, day, file_name, text
from ui.web.messages import tr
from ui.web.viewer.prose import Span, prose

KINDS = {
    "page": "PDF",
    "picture": "picture",
    "mail": "mail",
    "chat": "chat",
    "table": "table",
    "text": "text",
}


def sheet(
    view: View,
    span: Span | None = None,
    *,
    leaf: Facsimile | None = None,
    local: bool = False,
    note: str = "",
) -> str:
    """The whole viewer. span: words of the memory's text to mark; leaf: its page or picture; local: a desktop is here."""
    row = view.memory
    kind = tr(KINDS[view.kind])
    facts = " · ".join(text(fact) for fact in (kind, row.author, day(row.date), row.place) if fact)
    named = row.title if row.title and row.title != PurePath(row.path or "").stem else ""
    title = f'<p class="title">{text(named)}</p>' if named else ""
    where = os.path.dirname(row.path) if row.path else ""
    folder = f'<p class="facts where" title="{text(row.path)}">{text(where)}</p>' if where else ""
    body = _leaf(leaf, row.id, span) if leaf else ""
    body += _passages(view, span, beside=leaf is not None)
    return (
        f'<aside class="sheet" data-viewed="{row.id}" tabindex="-1" role="complementary" '
        f'aria-label="{text(tr("The passage in its file"))}"><header><h2>{text(file_name(row.path))}</h2>'
        f"{button('shut', '×', kind='quiet-act close', meaning=tr('Close'))}</header>"
        f'{title}<p class="facts">{facts}</p>{folder}{_acts(view, local)}{note}'
        f'<div class="leaves" tabindex="0" aria-label="{text(tr("Text"))}">{body}</div></aside>'
    )


def _acts(view: View, local: bool) -> str:
    row = view.memory
    acts = (
        f'<button type="button" class="quiet-act" data-go="memory" data-memory="{row.id}">'
        f"{text(tr('Open in Memory'))}</button>"
    )
    if row.path:
        if local and view.present:
            acts += button("folder", tr("Show in folder"), kind="quiet-act", id=row.id)
        acts += (
            f'<button type="button" class="quiet-act" data-copy-text="{text(row.path)}">'
            f"{text(tr('Copy path'))}</button>"
        )
        acts += button("changes", tr("What changed since?"), kind="quiet-act", id=row.id)
    return f'<div class="acts">{acts}</div>'


def _leaf(leaf: Facsimile, id: int, span: Span | None) -> str:
    start, end = span or (0, 0)
    picture = b64encode(leaf.picture).decode("ascii")
    said = tr("Page {n} of {total}", n=leaf.page, total=leaf.pages)
    paging = ""
    if leaf.pages > 1:
        back = _turn("‹", tr("Previous page"), id, leaf.page - 1, start, end) if leaf.page > 1 else ""
        ahead = _turn("›", tr("Next page"), id, leaf.page + 1, start, end) if leaf.page < leaf.pages else ""
        paging = f'<p class="leafing">{back}<span class="facts">{text(said)}</span>{ahead}</p>'
    return f'{paging}<img class="leaf" alt="{text(said)}" src="data:image/webp;base64,{picture}">'


def _turn(sign: str, meaning: str, id: int, page: int, start: int, end: int) -> str:
    return button("leaf", sign, kind="act", meaning=meaning, id=id, page=page, start=start, end=end)


def _passages(view: View, span: Span | None, *, beside: bool) -> str:
    """beside: the page or picture is shown, and of the text only the passage itself."""
    chat = view.kind == "chat"
    if beside:
        own = [passage for passage in view.passages if passage.id == view.memory.id]
        label = text(tr("As Doppel remembers it"))
        inside = "".join(_passage(passage, span, True, chat) for passage in own)
        return f'<details class="as-text"><summary>{label}</summary>{inside}</details>'
    count = len(view.passages)
    more = [
        button("stretch", label, kind="quiet-act", id=view.memory.id, passages=2 * count) if wanted else ""
        for wanted, label in ((view.before, tr("Show what is before")), (view.after, tr("Show what follows")))
    ]
    shown = "".join(
        _passage(passage, span if passage.id == view.memory.id else None, passage.id == view.memory.id, chat)
        for passage in view.passages
    )
    gone = "" if view.present or not view.memory.path else _gone()
    return f"{gone}{more[0]}{shown}{more[1]}"


def _gone() -> str:
    line = tr("The file is not there any more. This is what is remembered of it.")
    return f'<p class="notice" role="status">{text(line)}</p>'


def _passage(passage: ViewedPassage, span: Span | None, here: bool, chat: bool) -> str:
    spans = [(span[0] - passage.behind, span[1] - passage.behind)] if span else []
    edited = f'<span class="edited">{text(tr("edited"))}</span>' if passage.edited else ""
    place = f"<small>{text(passage.place)}{edited}</small>" if passage.place or edited else ""
    kind = "passage here" if here else "passage"
    return f'<section class="{kind}">{place}{prose(passage.text, spans, chat=chat)}</section>'


def difference(pieces: Sequence[tuple[str, str]] | None) -> str:
    """What the file says now beside what is remembered; None: the same."""
    if pieces is None:
        line = text(tr("The file says the same as what is remembered."))
        return f'<p class="notice good" role="status">{line}</p>'
    tags = {"gone": "del", "new": "ins"}
    shown = "".join(
        f"<{tags[kind]}>{text(words)}</{tags[kind]}>" if kind in tags else text(words)
        for kind, words in pieces
    )
    head = text(tr("The file has changed. Struck out is what is remembered, underlined what it says now."))
    return f'<div class="notice" role="status"><p>{head}</p><p class="difference">{shown}</p></div>'
