"""HTML of the insights: the large numbers, and the questions whose routing can be looked at."""

from __future__ import annotations

from collections.abc import Sequence

from app.records import Status
from app.twin.insights import Routes
from ui.web.markup import button, file_name, text
from ui.web.messages import tr


def numbers(status: Status, people: int, first: str, last: str) -> str:
    """first, last: the months that memories reach from and to."""
    span = f"{first[:4]} – {last[:4]}" if first else "–"
    speed = status.tokens_per_second
    said = [
        (f"{status.documents:,}", tr("memories")),
        (f"{sum(status.files.values()):,}", tr("files")),
        (f"{people:,}", tr("people and organisations")),
        (span, tr("years")),
        (f"{(status.bytes_on_disk or 0) / 1e6:,.0f} MB", tr("on this computer")),
    ]
    if speed:
        said.append((f"{speed:,.0f}", tr("tokens a second, now")))
    shown = "".join(f"<div><dd>{text(value)}</dd><dt>{text(name)}</dt></div>" for value, name in said)
    return f'<dl class="numbers">{shown}</dl>'


def questions(asked: Sequence[str]) -> str:
    """The last questions, to be looked into; or any other."""
    label = text(tr("A question"))
    form = (
        f'<form class="line" data-event="route"><input name="question" placeholder="{label}" aria-label="{label}" '
        f'maxlength="500"><button class="act">{text(tr("Show its routes"))}</button></form>'
    )
    recent = "".join(button("route", question, kind="sample", question=question) for question in asked)
    why = tr("Each router layer scores every memory; the darker, the more it leads there.")
    head = f'<h2>{text(tr("How a question finds its memories"))}</h2><p class="facts">{text(why)}</p>'
    return f'{head}{form}<div class="recent">{recent}</div>'


def routed(question: str, found: Routes) -> str:
    """Which documents the picture shows, each to be opened."""
    rows = "".join(
        f'<li><button type="button" class="quiet-act" data-view data-id="{document.document_id}">'
        f"{text(file_name(document.path))}</button> <small>{text(document.place or '')}</small>"
        f"{_later() if document.later else ''}</li>"
        for document in found.documents
    )
    return f'<h3>{text(question)}</h3><ol class="routed">{rows}</ol>'


def _later() -> str:
    return f' <span class="edited">↻ {text(tr("brought by a later round"))}</span>'


def heading(title: str) -> str:
    return f"<h2>{text(title)}</h2>"
