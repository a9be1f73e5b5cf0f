"""The status tab: the numbers of the whole twin and the files that could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from ui import render_tables
from ui.blocks import panel

if TYPE_CHECKING:
    from app.twin import Twin


def build(tab: gr.Tab, twin: Twin) -> None:
    numbers = panel(elem_id="overview")
    failed = panel()
    with gr.Row():
        again = gr.Button("Refresh", size="sm", scale=0, min_width=110, elem_id="refresh-status")

    def state() -> tuple[str, str]:
        now = twin.status()
        return render_tables.overview(now), render_tables.failures(now.failures)

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    gr.on([tab.select, again.click], state, outputs=[numbers, failed], **quiet)
