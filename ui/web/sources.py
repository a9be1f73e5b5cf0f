"""The sources tab: which folders are watched and for how long, how far reading is, and whether one file is known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.errors import DoppelError
from app.records import SourceStatus
from ui.web import render, render_tables
from ui.web.blocks import clickable, number, panel

if TYPE_CHECKING:
    from app.twin.twin import Twin

SECONDS_PER_LOOK = 2.0


def build(tab: gr.Tab, twin: Twin) -> gr.Timer:
    """Build the tab; returns the timer that redraws its progress, stopped."""
    leaving, chosen_id = gr.State(None), gr.State(None)
    look = gr.Timer(SECONDS_PER_LOOK, active=False)

    with gr.Row(elem_id="progress-row"):
        bar = panel(elem_id="progress")
        pause = gr.Button("Pause", size="sm", scale=0, min_width=110, elem_id="pause")
    with gr.Row():
        path = gr.Textbox(
            label="Folder or file to remember",
            placeholder="/home/me/Documents",
            scale=5,
            elem_id="source-path",
        )
        add = gr.Button("Add", variant="primary", scale=0, min_width=110, elem_id="add-source")
    with gr.Accordion("Options for the new source", open=False):
        ignore = gr.Textbox(
            label="Leave out (patterns as in .gitignore, one a line)", lines=2, placeholder="drafts/\n*.log"
        )
        polling = gr.Checkbox(label="Network folder: look at intervals instead of waiting for events")
        forget_after = gr.Number(
            label="Forget files so many days after they last changed (0: keep them)", value=0, precision=0,
            minimum=0, elem_id="forget-after",
        )  # fmt: skip
    note = panel(elem_id="source-note")
    table = clickable("remove", "keep", "accept", elem_id="source-table")
    with gr.Column(visible=False, elem_classes="boxed", elem_id="source-keep") as keeping:
        days = gr.Number(
            label="Forget files so many days after they last changed (0: keep them)", precision=0, minimum=0
        )
        with gr.Row():
            keep = gr.Button("Save", variant="primary", size="sm")
            keep_not = gr.Button("Cancel", size="sm")
    with gr.Column(visible=False, elem_classes="boxed", elem_id="source-accept") as accepting:
        empty = panel()
        with gr.Row():
            accept = gr.Button("Accept", variant="stop", size="sm")
            accept_not = gr.Button("Cancel", size="sm")
    with gr.Column(visible=False, elem_classes="boxed", elem_id="source-confirm") as confirm:
        question = panel()
        also_forget = gr.Checkbox(label="Also forget for good what was read from it")
        with gr.Row():
            yes = gr.Button("Remove", variant="stop", size="sm")
            no = gr.Button("Keep", size="sm")
    with gr.Row():
        wanted = gr.Textbox(
            label="Does it know this file?", placeholder="/home/me/Documents/letter.pdf", scale=5,
            elem_id="file-query",
        )  # fmt: skip
        check = gr.Button("Check", scale=0, min_width=110)
    known = panel(elem_id="file-answer")
    failed = panel(elem_id="failures")

    def state() -> dict[Any, Any]:
        now = twin.status()
        return {
            bar: render_tables.progress(now),
            pause: gr.update(value="Resume" if now.paused else "Pause"),
            table: render_tables.source_table(twin.sources()),
            failed: render_tables.failures(now.failures),
        }

    def added(text: str, patterns: str, poll: bool, term: float | None) -> dict[Any, Any]:
        if not text.strip():
            return {note: render.notice("Type the path of a folder or file first.", "problem")}
        lines = [line.strip() for line in (patterns or "").splitlines() if line.strip()]
        try:
            path_ = Path(text.strip()).expanduser()
            twin.add_source(path_, ignore=lines, polling=poll, retention_days=int(term or 0) or None)
        except DoppelError as error:
            return {note: render.notice(str(error), "problem")}
        return {**state(), path: "", note: render.notice("Added. It is read in the background.", "good")}

    def switched() -> dict[Any, Any]:
        if twin.status().paused:
            twin.resume()
        else:
            twin.pause()
        return state()

    def chosen_source(event: gr.EventData) -> SourceStatus | None:
        chosen = number(event, "id")
        return next((source for source in twin.sources() if source.id == chosen), None)

    def gone() -> dict[Any, Any]:
        return {**state(), note: render.notice("That source is gone already.")}

    def ask_days(event: gr.EventData) -> dict[Any, Any]:
        found = chosen_source(event)
        if found is None:
            return gone()
        now = gr.update(value=found.retention_days or 0, info=found.path)
        return {chosen_id: found.id, days: now, keeping: gr.update(visible=True)}

    def kept(chosen: int, term: float | None) -> dict[Any, Any]:
        try:
            twin.set_retention(chosen, int(term or 0) or None)
        except DoppelError as error:
            return {note: render.notice(str(error), "problem")}
        done = render.notice("Saved. What is too old goes tonight, or with the job “retention”.", "good")
        return {**state(), keeping: gr.update(visible=False), note: done}

    def ask_accept(event: gr.EventData) -> dict[Any, Any]:
        found = chosen_source(event)
        if found is None:
            return gone()
        line = (
            f"{found.path}: nothing was forgotten so far. Accept the folder as it is now? What was known from "
            "files that are not in it any more is dropped."
        )
        return {chosen_id: found.id, empty: render.notice(line), accepting: gr.update(visible=True)}

    def accepted(chosen: int) -> dict[Any, Any]:
        try:
            twin.accept_source(chosen)
        except DoppelError as error:
            return {note: render.notice(str(error), "problem")}
        done = render.notice("Accepted. The folder is being compared.", "good")
        return {**state(), accepting: gr.update(visible=False), note: done}

    def ask_first(event: gr.EventData) -> dict[Any, Any]:
        found = chosen_source(event)
        if found is None:
            return gone()
        line = f"Stop watching {found.path}? Its files stay where they are."
        return {
            leaving: found.id,
            question: render.notice(line),
            also_forget: False,
            confirm: gr.update(visible=True),
        }

    def removed(chosen: int | None, forget: bool) -> dict[Any, Any]:
        try:
            if chosen is not None:
                twin.remove_source(chosen, forget=forget)
        except DoppelError as error:
            return {note: render.notice(str(error), "problem")}
        done = "Removed, and forgotten for good." if forget else "Removed."
        return {
            **state(),
            leaving: None,
            confirm: gr.update(visible=False),
            note: render.notice(done, "good"),
        }

    def checked(text: str) -> str:
        if not text.strip():
            return render.notice("Type the path of a file first.", "problem")
        try:
            return render_tables.file_answer(twin.file_status(Path(text.strip()).expanduser()))
        except DoppelError as error:
            return render.notice(str(error), "problem")

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    moving = [bar, pause, table, failed]
    everything = [*moving, path, note, leaving, question, also_forget, confirm]
    changing = [*moving, note, chosen_id, days, keeping, empty, accepting]
    look.tick(state, outputs=moving, **quiet)
    tab.select(state, outputs=moving, **quiet)
    gr.on(
        [add.click, path.submit],
        added,
        inputs=[path, ignore, polling, forget_after],
        outputs=everything,
        **quiet,
    )
    pause.click(switched, outputs=moving, **quiet)
    table.keep(ask_days, outputs=changing, **quiet)
    keep.click(kept, inputs=[chosen_id, days], outputs=changing, **quiet)
    keep_not.click(lambda: gr.update(visible=False), outputs=keeping, **quiet)
    table.accept(ask_accept, outputs=changing, **quiet)
    accept.click(accepted, inputs=chosen_id, outputs=changing, **quiet)
    accept_not.click(lambda: gr.update(visible=False), outputs=accepting, **quiet)
    table.remove(ask_first, outputs=everything, **quiet)
    yes.click(lambda: render.notice("Removing…"), outputs=note, **quiet).then(
        removed, inputs=[leaving, also_forget], outputs=everything, **quiet
    )
    no.click(lambda: gr.update(visible=False), outputs=confirm, **quiet)
    gr.on([check.click, wanted.submit], checked, inputs=wanted, outputs=known, **quiet)
    return look
