"""The passages an answer rests on, as cards beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from app.records import Evidence
from ui.web.chat.marking import Span, marked
from ui.web.markup import button, day, file_name, text
from ui.web.messages import tr


def evidence_panel(
    items: Sequence[Evidence],
    terms: frozenset[str],
    chosen: int | None = None,
    *,
    turn: int | None = None,
    right: int | None = None,
) -> str:
    """The evidence of one answer, in the order of its numbers; `chosen` is the number to bring into view.

    turn: of the answer; right: the memory that answers the question, as the person says.
    """
    if not items:
        line = tr("The passages an answer rests on appear here.")
        return f'<div class="evidence empty"><p>{text(line)}</p></div>'
    cards = [
        _card(number, item, terms, number == chosen, _judge(item, turn, right))
        for number, item in enumerate(items, start=1)
    ]
    return f'<div class="evidence">{"".join(cards)}</div>'


def _judge(item: Evidence, turn: int | None, right: int | None) -> str:
    """To say that this passage answers the question."""
    if turn is None:
        return ""
    known = item.document_id == right
    label = tr("This is the passage ✓") if known else tr("This is the passage")
    kind = "" if known else "passage"
    return button("judge", label, kind="quiet-act", turn=turn, kind_of=kind, document=item.document_id)


def _card(number: int, item: Evidence, terms: frozenset[str], chosen: bool, judge: str) -> str:
    facts = " · ".join(text(fact) for fact in (item.place, day(item.date)) if fact)
    named = item.title and item.title != PurePath(item.path or "").stem
    title = f'<p class="title">{text(item.title)}</p>' if named else ""
    beside = "" if item.read else f'<small class="faint">{text(tr("also found"))}</small>'
    why = text(tr("The file changed or is gone since this was read"))
    outdated = f'<span class="outdated" title="{why}">{text(tr("outdated"))}</span>' if item.outdated else ""
    if item.said_by_twin:
        beside += f'<small class="faint">{text(tr("from a chat"))}</small>'
    if item.edited:
        beside += f'<span class="edited">{text(tr("edited"))}</span>'
    score = text(tr("score {score}", score=f"{item.score:.2f}"))
    copy = (
        f'<button type="button" class="quiet-act" data-copy-text="{text(item.path)}">{text(tr("Copy path"))}</button>'
        if item.path
        else ""
    )
    memory = (
        f'<button type="button" class="quiet-act" data-go="memory" data-memory="{item.document_id}">'
        f"{text(tr('Open in Memory'))}</button>"
    )
    span = rests_on(item)
    words = f' data-start="{span[0]}" data-end="{span[1]}"' if span else ""
    look = (
        f'<button type="button" class="quiet-act" data-view data-id="{item.document_id}"{words}>'
        f"{text(tr('Show in its file'))}</button>"
    )
    label = text(tr("Source {number}", number=number))
    return (
        f'<article class="card{" chosen" if chosen else ""}" tabindex="-1" aria-label="{label}" title="{score}">'
        f'<header><b class="number">{number}</b><span class="file" title="{text(item.path)}">'
        f"{text(file_name(item.path))}</span>{beside}{outdated}</header>"
        f'<p class="facts">{facts}</p>{title}'
        f'<blockquote tabindex="0">{_quote(item, terms)}</blockquote>'
        f'<div class="acts">{look}{memory}{judge}{copy}</div></article>'
    )


def _quote(item: Evidence, terms: frozenset[str]) -> str:
    """The file's own words, without the line that says what the passage belongs to."""
    begin, span = item.quote_from, rests_on(item)
    if span is not None:
        span = (span[0] - begin, span[1] - begin)
    return marked(item.passage[begin:], terms, span)


def rests_on(item: Evidence) -> Span | None:
    """Where the answer's words stand in the passage, if that is known."""
    start, end = getattr(item, "start", None), getattr(item, "end", None)
    return None if start is None or end is None else (start, end)
