"""The memory tab: go through what is remembered by time, kind and words, correct it, or make the twin forget it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.errors import DoppelError
from app.records import ForgetPreview, MemoryFilter
from ui.web.blocks import LIVE, clickable, number, panel, words
from ui.web.markup import file_name, notice
from ui.web.memory import render
from ui.web.memory.render import PAGE
from ui.web.messages import tr

if TYPE_CHECKING:
    from app.twin.twin import Twin

# Texts searched for in every file of the archive after a forget; more take minutes and prove no more.
PROVEN = 200


@dataclass(frozen=True)
class View:
    """What one page shows. asked: what is about to be forgotten, until the person says so."""

    wanted: MemoryFilter = field(default_factory=MemoryFilter)
    offset: int = 0
    chosen: int | None = None
    asked: ForgetPreview | None = None
    path: str | None = None


def build(tab: gr.Tab, twin: Twin) -> None:
    view = gr.State(View())

    with gr.Row(elem_id="memory-top"):
        filters = clickable("narrow", elem_id="memory-filters")
        adding = clickable("note_down", elem_id="memory-add", value=render.note_form())
    note = panel(elem_id="memory-note")
    with gr.Row(elem_id="memory-row"):
        timeline = clickable("period", elem_id="memory-timeline")
        table = clickable("open", "turn", "forget_all", elem_id="memory-table")
        with gr.Column(elem_id="memory-side"):
            confirm = clickable("erase", "keep", elem_id="memory-confirm")
            detail = clickable("save", "forget", "forget_file", "close", "revert", elem_id="memory-detail")

    def listed(now: View) -> dict[Any, Any]:
        months = twin.timeline(replace(now.wanted, since="", until="", undated=False))
        rows = twin.review(now.wanted, limit=PAGE + 1, offset=now.offset)
        plain = not now.wanted.query.strip() and not now.wanted.since and not now.wanted.undated
        total = sum(count for _, count in months) if plain else None
        shown = render.listing(
            rows[:PAGE], offset=now.offset, total=total, more=len(rows) > PAGE, chosen=now.chosen,
            narrowed=replace(now.wanted, oldest=False) != MemoryFilter(),
        )  # fmt: skip
        return {view: now, table: shown, timeline: render.timeline(months, now.wanted)}

    def opened(now: View, said: str = "") -> dict[Any, Any]:
        row = twin.memory(now.chosen or 0)
        return {detail: render.detail(row, twin.versions(row.id), said)}

    def closed(now: View) -> dict[Any, Any]:
        return {**listed(replace(now, chosen=None, asked=None, path=None)), detail: "", confirm: "", note: ""}

    def guarded(action: Callable[[View, gr.EventData], dict[Any, Any]]) -> Callable[..., dict[Any, Any]]:
        """What the action shows, or its error as a line of text."""

        def handler(now: View, event: gr.EventData) -> dict[Any, Any]:
            try:
                return action(now, event)
            except DoppelError as error:
                return {note: notice(str(error), "problem")}

        return handler

    def entered(now: View) -> dict[Any, Any]:
        return {**listed(now), filters: render.filters(twin.sources(), now.wanted)}

    def narrow(now: View, event: gr.EventData) -> dict[Any, Any]:
        wanted = replace(
            now.wanted,
            query=words(event, "query"),
            kind=words(event, "kind"),
            source_id=number(event, "source"),
            oldest=bool(words(event, "oldest")),
        )
        return closed(View(wanted))

    def period(now: View, event: gr.EventData) -> dict[Any, Any]:
        since = words(event, "period")
        undated = since == "undated"
        since = "" if undated else since
        wanted = replace(now.wanted, since=since, until=f"{since}~" if since else "", undated=undated)
        return closed(View(wanted))

    def turn(now: View, event: gr.EventData) -> dict[Any, Any]:
        return listed(replace(now, offset=number(event, "offset") or 0))

    def review(now: View, event: gr.EventData) -> dict[Any, Any]:
        now = replace(now, chosen=number(event, "id"), asked=None)
        return {**opened(now), **listed(now), confirm: "", note: ""}

    def save(now: View, event: gr.EventData) -> dict[Any, Any]:
        text = words(event, "text")
        if not text.strip():
            return {note: notice(tr("A memory cannot be empty. Forget it instead."), "problem")}
        return _edited(number(event, "id") or 0, text, now)

    def revert(now: View, event: gr.EventData) -> dict[Any, Any]:
        id, at = number(event, "id") or 0, number(event, "version") or 0
        kept = twin.versions(id)
        return _edited(id, kept[at][1], now) if at < len(kept) else {note: ""}

    def _edited(id: int, text: str, now: View) -> dict[Any, Any]:
        twin.edit_memory(id, text)
        now = replace(now, chosen=id)
        said = notice(tr("Saved. The next answer uses the new text."), "good")
        return {**opened(now, said), **listed(now), note: ""}

    def asked(now: View, preview: ForgetPreview, what: str, path: str | None) -> dict[Any, Any]:
        return {
            view: replace(now, asked=preview, path=path),
            confirm: render.question(preview, what),
            note: "",
        }

    def forget(now: View, event: gr.EventData) -> dict[Any, Any]:
        id = number(event, "id") or 0
        return asked(now, twin.preview_forget(id=id), tr("this passage"), None)

    def forget_file(now: View, event: gr.EventData) -> dict[Any, Any]:
        path = twin.memory(number(event, "id") or 0).path
        what = tr("everything from {file}", file=file_name(path))
        return asked(now, twin.preview_forget(path=path or ""), what, path)

    def forget_all(now: View, event: gr.EventData) -> dict[Any, Any]:
        return asked(now, twin.preview_forget(wanted=now.wanted), tr("all that matches"), None)

    def erase(now: View, event: gr.EventData) -> dict[Any, Any]:
        if now.asked is None:
            return {confirm: ""}
        needles = [twin.memory(id).text for id in now.asked.ids[:PROVEN]]
        report = twin.forget(path=now.path) if now.path else twin.forget(ids=now.asked.ids)
        done = tr(
            "Forgotten: {n} passages in {seconds} s.", n=report.documents, seconds=f"{report.seconds:.1f}"
        )
        said = notice(done, "good") + render.proof(twin.verify_forgotten(needles))
        return {**closed(replace(now, offset=0)), note: said}

    def add(now: View, event: gr.EventData) -> dict[Any, Any]:
        made = twin.add_note(words(event, "text"), words(event, "title"))
        said = notice(tr("Remembered. The next answer can use it."), "good")
        now = replace(now, chosen=made[0] if made else None)
        return {**listed(now), **opened(now), note: said, adding: render.note_form()}

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    everything = [view, filters, timeline, table, detail, confirm, note, adding]
    tab.select(entered, inputs=view, outputs=everything, **quiet)
    handlers = (
        (timeline.period, period), (table.open, review), (table.turn, turn), (table.forget_all, forget_all),
        (detail.save, save), (detail.revert, revert), (detail.forget, forget), (detail.forget_file, forget_file),
        (confirm.erase, erase), (adding.note_down, add),
        (detail.close, lambda now, event: closed(now)), (confirm.keep, lambda now, event: {confirm: ""}),
    )  # fmt: skip
    for listen, action in handlers:
        listen(guarded(action), inputs=view, outputs=everything, **quiet)
    filters.narrow(guarded(narrow), inputs=view, outputs=everything, **LIVE, **quiet)
