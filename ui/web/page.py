"""The page: four tabs over one twin."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import gradio as gr

from ui.web import chat, memory, sources, status
from ui.web.answering import Answering
from ui.web.blocks import panel
from ui.web.theme import ASSETS

if TYPE_CHECKING:
    from app.twin.twin import Twin

TITLE = "Doppel"
LOGO = (ASSETS / "icon.svg").read_text(encoding="utf-8")
BRAND = f'<header class="brand">{LOGO}<h1>Doppel</h1></header>'


def build(twin: Twin, samples: Sequence[str], answering: Answering) -> gr.Blocks:
    """The Gradio page; `samples` are questions offered before the first one is asked."""
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        panel(BRAND)
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Chat", id="chat") as chat_tab:
                chat.build(page, chat_tab, twin, samples, answering)
            with gr.Tab("Memory", id="memory") as memory_tab:
                memory.build(memory_tab, twin)
            with gr.Tab("Sources", id="sources") as sources_tab:
                look = sources.build(sources_tab, twin)
            with gr.Tab("Status", id="status") as status_tab:
                status.build(status_tab, twin)
        # Progress is looked at only while it can be seen.
        for tab in (chat_tab, memory_tab, sources_tab, status_tab):
            shown = tab is sources_tab
            tab.select(partial(gr.Timer, active=shown), outputs=look, api_visibility="private")
    page.queue(api_open=False, default_concurrency_limit=4)
    return page
