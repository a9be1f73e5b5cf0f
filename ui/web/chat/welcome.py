"""The first screen of a chat: three steps while nothing is remembered, else questions to begin with."""

from __future__ import annotations

from collections.abc import Sequence

from app.records import Status
from ui.web.markup import button, text
from ui.web.messages import tr
from ui.web.sources.render import counts


def welcome(now: Status, questions: Sequence[str]) -> str:
    """questions: that what was read can answer."""
    return _ask(now, questions) if now.documents else _steps(now)


def _ask(now: Status, questions: Sequence[str]) -> str:
    buttons = "".join(button("sample", asked, kind="sample", question=asked, asks="") for asked in questions)
    begin = f"<p>{text(tr('Try one of these:'))}</p><div class='samples'>{buttons}</div>" if buttons else ""
    known = tr("{count} passages are remembered on this computer.", count=f"{now.documents:,}")
    waiting, settled = counts(now)
    if waiting:
        known += " " + tr(
            "Reading: {n} of {total} files known", n=f"{settled:,}", total=f"{waiting + settled:,}"
        )
    return f"<h2>{text(tr('Ask your own files'))}</h2><p>{text(known)}</p>{begin}"


def _steps(now: Status) -> str:
    """A folder, what is read of it, the first question: where one stands, and what is to do there."""
    waiting, settled = counts(now)
    chosen = bool(waiting or settled)
    reading = tr("Doppel reads it in the background; nothing leaves this computer.")
    if waiting:
        reading = tr("Reading: {n} of {total} files known", n=f"{settled:,}", total=f"{waiting + settled:,}")
    elif settled:
        reading = tr("No text was found in {n} files. The Sources tab says why.", n=f"{settled:,}")
    steps = (
        (tr("Choose a folder on the Sources tab."), chosen),
        (reading, False),
        (tr("Ask as soon as the first file is known."), False),
    )
    at = 1 if chosen else 0
    listed = "".join(
        f'<li class="{"done" if done else "now" if number == at else "later"}"'
        f"{' aria-current=step' if number == at else ''}>{text(step)}</li>"
        for number, (step, done) in enumerate(steps)
    )
    label = tr("See what is read") if chosen else tr("Choose a folder")
    go = f'<button type="button" class="sample" data-go="sources">{text(label)}</button>'
    return f"<h2>{text(tr('Nothing is remembered yet'))}</h2><ol class='steps'>{listed}</ol>{go}"
