"""The page: five tabs over one twin, and in its bar what is being learned."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.records import Status
from ui.web.answering import Answering
from ui.web.blocks import panel
from ui.web.chat import tab as chat
from ui.web.chat.deleted import Deleted
from ui.web.chat.suggested import Sample
from ui.web.insights import tab as insights
from ui.web.markup import text
from ui.web.memory import tab as memory
from ui.web.messages import tr
from ui.web.settings import tab as settings
from ui.web.sources import tab as sources
from ui.web.sources.render import counts, left
from ui.web.streams import PAGES_REMEMBERED
from ui.web.theme import ASSETS
from ui.web.viewer import tab as viewer

if TYPE_CHECKING:
    from ui.web.twin import PageTwin

TITLE = "Doppel"
LOGO = (ASSETS / "icon.svg").read_text(encoding="utf-8")
SECONDS_PER_LOOK = 5.0


def build(
    twin: PageTwin, samples: Sequence[Sample], answering: Answering, deleted: Deleted, *, local: bool = False
) -> gr.Blocks:
    """The Gradio page; `samples` are questions offered before the first one is asked; local: see `viewer.build`."""
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        panel(_brand())
        learning = panel(elem_id="learning")
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab(tr("Chat"), id="chat") as chat_tab:
                chat.build(page, chat_tab, twin, samples, answering, deleted)
            with gr.Tab(tr("Memory"), id="memory") as memory_tab:
                memory.build(memory_tab, twin)
            with gr.Tab(tr("Insights"), id="insights") as insights_tab:
                insights.build(insights_tab, twin)
            with gr.Tab(tr("Sources"), id="sources") as sources_tab:
                look = sources.build(sources_tab, twin)
            with gr.Tab(tr("Settings"), id="settings") as settings_tab:
                settings.build(settings_tab, twin)
        viewer.build(twin, local=local)
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        # Progress in full is looked at only while it can be seen.
        for tab in (chat_tab, memory_tab, insights_tab, sources_tab, settings_tab):
            tab.select(partial(gr.Timer, active=tab is sources_tab), outputs=look, **quiet)
        gr.Timer(SECONDS_PER_LOOK).tick(
            lambda: _learning(twin.status(sizes=False)), outputs=learning, **quiet
        )
    page.queue(api_open=False, default_concurrency_limit=4)
    page.state_session_capacity = PAGES_REMEMBERED
    return page


def _brand() -> str:
    """The bar, and what `assets/session.js` says in it while Doppel cannot be reached."""
    gone = tr("Doppel is not running. What you typed is kept; the page goes on when Doppel is back.")
    out = tr("This browser is signed out. `doppel open` signs it in again; what you typed is kept.")
    lost = f'<p id="lost" role="alert" data-gone="{text(gone)}" data-out="{text(out)}" hidden></p>'
    return f'<header class="brand">{LOGO}<h1>Doppel</h1></header>{lost}'


def _learning(status: Status) -> str:
    """What the bar says while something is learned, empty when all is known."""
    waiting, settled = counts(status)
    if not waiting:
        return ""
    if status.paused:
        line = tr("Paused: {n} files wait", n=f"{waiting:,}")
    else:
        line = tr("Reading: {n} of {total} files known", n=f"{settled:,}", total=f"{waiting + settled:,}")
    if status.tokens_per_second and not status.paused:
        line = " · ".join(
            [line, tr("{n} tokens/s", n=f"{status.tokens_per_second:,.0f}"), *left(status.seconds_left)]
        )
    return f'<p class="learning" role="status"><span>{text(line)}</span></p>'
