"""The status tab: the numbers of the whole twin, its standing jobs, and the files that could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from app.errors import DoppelError
from ui.web import render, render_tables
from ui.web.blocks import clickable, number, panel

if TYPE_CHECKING:
    from app.twin.twin import Twin


def build(tab: gr.Tab, twin: Twin) -> None:
    numbers = panel(elem_id="overview")
    note = panel(elem_id="job-note")
    jobs = clickable("switch", "run", elem_id="job-table")
    learned = panel(elem_id="digests")
    failed = panel()
    with gr.Row():
        again = gr.Button("Refresh", size="sm", scale=0, min_width=110, elem_id="refresh-status")

    def state() -> dict[Any, Any]:
        now = twin.status()
        return {
            numbers: render_tables.overview(now),
            jobs: render_tables.job_table(twin.jobs()),
            learned: render_tables.digest_list(twin.digests()),
            failed: render_tables.failures(now.failures),
        }

    def switched(event: gr.EventData) -> dict[Any, Any]:
        return done(event, run=False)

    def started(event: gr.EventData) -> dict[Any, Any]:
        return done(event, run=True)

    def done(event: gr.EventData, *, run: bool) -> dict[Any, Any]:
        """Do what the button says to the job whose place in the list it carries."""
        standing, at = twin.jobs(), number(event, "id")
        if at is None or at >= len(standing):
            return state()
        job = standing[at]
        try:
            job = twin.run_job(job.name) if run else twin.switch_job(job.name, not job.on)
        except DoppelError as error:
            return {note: render.notice(str(error), "problem")}
        said = f"{job.name}: {job.last_result}" if run else f"{job.name} is {'on' if job.on else 'off'}."
        return {**state(), note: render.notice(said, "good" if job.ok else "problem")}

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    shown = [numbers, jobs, learned, failed]
    gr.on([tab.select, again.click], state, outputs=shown, **quiet)
    jobs.switch(switched, outputs=[*shown, note], **quiet)
    jobs.run(started, outputs=[*shown, note], **{**quiet, "show_progress": "minimal"})
