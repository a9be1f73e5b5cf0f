"""The sources tab: which folders are watched, how far reading is, and whether one file is known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.errors import DoppelError
from ui import render, render_tables
from ui.blocks import clickable, number, panel

if TYPE_CHECKING:
    from app.twin import Twin

SECONDS_PER_LOOK = 2.0


def build(tab: gr.Tab, twin: Twin) -> gr.Timer:
    """Build the tab; returns the timer that redraws its progress, stopped."""
    leaving = gr.State(None)
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
    note = panel(elem_id="source-note")
    table = clickable("remove", elem_id="source-table")
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

    def added(text: str, patterns: str, poll: bool) -> dict[Any, Any]:
        if not text.strip():
            return {note: render.notice("Type the path of a folder or file first.", "problem")}
        lines = [line.strip() for line in (patterns or "").splitlines() if line.strip()]
        try:
            twin.add_source(Path(text.strip()).expanduser(), ignore=lines, polling=poll)
        except DoppelError as error:
            return {note: render.notice(str(error), "problem")}
        return {**state(), path: "", note: render.notice("Added. It is read in the background.", "good")}

    def switched() -> dict[Any, Any]:
        if twin.status().paused:
            twin.resume()
        else:
            twin.pause()
        return state()

    def ask_first(event: gr.EventData) -> dict[Any, Any]:
        chosen = number(event, "id")
        found = [source for source in twin.sources() if source.id == chosen]
        if not found:
            return {**state(), note: render.notice("That source is gone already.")}
        line = f"Stop watching {found[0].path}? Its files stay where they are."
        return {
            leaving: chosen,
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
    look.tick(state, outputs=moving, **quiet)
    tab.select(state, outputs=moving, **quiet)
    gr.on([add.click, path.submit], added, inputs=[path, ignore, polling], outputs=everything, **quiet)
    pause.click(switched, outputs=moving, **quiet)
    table.remove(ask_first, outputs=everything, **quiet)
    yes.click(lambda: render.notice("Removing…"), outputs=note, **quiet).then(
        removed, inputs=[leaving, also_forget], outputs=everything, **quiet
    )
    no.click(lambda: gr.update(visible=False), outputs=confirm, **quiet)
    gr.on([check.click, wanted.submit], checked, inputs=wanted, outputs=known, **quiet)
    return look
