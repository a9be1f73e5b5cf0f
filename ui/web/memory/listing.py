"""HTML of the list of memories: this day of earlier years, what is chosen, the rows, and how many there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from app.passages.quotation import JOINED
from app.records import Remembered
from ui.web.markup import button, day, file_name, text
from ui.web.messages import tr

EXCERPT = 260
FIRST_WORDS = 110
PAGE = 25


def own_words(words: str) -> str:
    """A memory's text without the line that says what it belongs to."""
    line, newline, body = words.partition("\n")
    return body if newline and JOINED in line and body.strip() else words


def excerpt(words: str, length: int = EXCERPT) -> str:
    own = " ".join(own_words(words).split())
    return own if len(own) <= length else own[:length].rstrip() + "…"


def this_day(rows: Sequence[Remembered]) -> str:
    """What earlier years have of today, as cards to press."""
    if not rows:
        return ""
    cards = "".join(
        f'<button type="button" class="then" data-event="open" data-id="{row.id}">'
        f"<b>{text((row.date or '')[:4])}</b><span>{text(excerpt(row.text, FIRST_WORDS))}</span>"
        f"<small>{text(file_name(row.path))}</small></button>"
        for row in rows
    )
    title = text(tr("On this day"))
    return f'<section class="this-day" aria-label="{title}"><h2>{title}</h2><div class="then-row">{cards}</div></section>'


def listing(
    rows: Sequence[Remembered],
    *,
    offset: int,
    totals: tuple[int, int, int] | None,
    more: bool,
    chosen: int | None,
    narrowed: bool,
    ticked: Collection[int] = (),
    pinned: Collection[int] = (),
    above: str = "",
) -> str:
    """One page of the list. totals: memories, files and tokens of all that match; above: markup over it."""
    if not rows:
        line = tr("No memory matches.") if narrowed else tr("Nothing is remembered yet")
        return f'{above}<div class="memories empty"><p>{text(line)}</p></div>'
    items = "".join(_row(row, row.id == chosen, row.id in ticked, row.id in pinned) for row in rows)
    counts = ""
    if totals is not None:
        documents, files, tokens = (f"{count:,}" for count in totals)
        said = tr(
            "{documents} memories of {files} files, {tokens} tokens",
            documents=documents,
            files=files,
            tokens=tokens,
        )
        counts = f'<p class="facts totals">{text(said)}</p>'
    span = f"{offset + 1:,}–{offset + len(rows):,}"
    of = tr("{span} of {total}", span=span, total=f"{totals[0]:,}") if totals is not None else span
    back = button("turn", tr("Previous"), offset=max(0, offset - PAGE)) if offset else ""
    ahead = button("turn", tr("Next"), offset=offset + len(rows)) if more else ""
    forget = button("forget_all", tr("Forget all of these…"), kind="quiet-act") if narrowed else ""
    return (
        f"{above}{counts}{_selected(ticked)}"
        f'<ol class="memories" aria-label="{text(tr("Memories"))}">{items}</ol>'
        f'<div class="paging">{back}<span class="facts">{text(of)}</span>{ahead}{forget}</div>'
    )


def _selected(ticked: Collection[int]) -> str:
    """What can be done with the memories that are ticked."""
    if not ticked:
        return ""
    acts = button("remove_ticked", tr("Remove")) + button("forget_ticked", tr("Forget…"))
    if len(ticked) > 1:
        acts += button("merge_ticked", tr("Keep one of them"))
    acts += button("tick_page", tr("Choose all shown"), kind="quiet-act")
    acts += button("untick", tr("Choose none"), kind="quiet-act")
    said = text(tr("{n} chosen", n=f"{len(ticked):,}"))
    return f'<div class="ticked" role="toolbar" aria-label="{said}"><b>{said}</b>{acts}</div>'


def _row(row: Remembered, chosen: bool, ticked: bool, pinned: bool) -> str:
    facts = [day(row.date), file_name(row.path), row.place]
    tags = f'<span class="edited">{text(tr("edited"))}</span>' if row.edited else ""
    tags += f'<span class="edited">{text(tr("from a chat"))}</span>' if row.from_chat else ""
    tags += f'<span class="pinned">{text(tr("pinned"))}</span>' if pinned else ""
    shown = " · ".join(text(fact) for fact in facts if fact)
    label = text(tr("Review memory {id}", id=row.id))
    tick = (
        f'<button type="button" class="tick" data-event="tick" data-id="{row.id}" '
        f'aria-pressed="{"true" if ticked else "false"}" aria-label="{text(tr("Choose memory {id}", id=row.id))}">'
        "</button>"
    )
    return (
        f'<li>{tick}<button type="button" class="memory{" chosen" if chosen else ""}" data-event="open" '
        f'data-id="{row.id}" aria-label="{label}"><small>{shown}{tags}</small>'
        f"<span>{text(excerpt(row.text))}</span></button></li>"
    )
