"""The insights tab: how the memory grew, what it holds, and how a question finds its way through it.

Plots are made when the tab is opened: until then the page neither counts anything nor loads what draws them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from app.errors import DoppelError
from ui.web.blocks import LIVE, clickable, panel, words
from ui.web.insights import plots, render
from ui.web.markup import notice
from ui.web.messages import tr

if TYPE_CHECKING:
    from ui.web.insights.twin import InsightsTwin

RECENT = 6


def build(tab: gr.Tab, twin: InsightsTwin) -> None:
    numbers = panel(elem_id="insight-numbers")
    shown: list[gr.Plot] = []
    with gr.Row(elem_id="insight-plots"):
        for title in (
            tr("Memories, day by day"),
            tr("Of which time they are"),
            tr("Kinds"),
            tr("People named most"),
            tr("Storage"),
        ):
            with gr.Column(elem_classes="plot"):
                panel(render.heading(title))
                shown.append(gr.Plot(show_label=False, container=False, buttons=[]))
    asked = clickable("route", elem_id="insight-questions")
    picture = gr.Plot(show_label=False, container=False, buttons=[], elem_id="insight-routes")
    found = panel(elem_id="insight-found")

    def entered() -> dict[Any, Any]:
        known = twin.insights()
        months = [month for month, _ in known.activity] or [""]
        drawn = (plots.growth, plots.activity, plots.kinds, plots.people, plots.storage)
        facts = render.numbers(twin.status(), twin.count_people(), months[0], months[-1])
        questions = [chat.title for chat in twin.chats()[:RECENT] if chat.title]
        figures = {plot: draw(known) for plot, draw in zip(shown, drawn, strict=True)}
        return {numbers: facts, asked: render.questions(questions), **figures}

    def route(event: gr.EventData) -> dict[Any, Any]:
        question = words(event, "question").strip()
        if not question:
            return {found: notice(tr("Type a question first."))}
        try:
            routes = twin.routes(question)
        except DoppelError as error:
            return {found: notice(str(error), "problem")}
        return {picture: plots.routes(routes), found: render.routed(question, routes)}

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    tab.select(entered, outputs=[numbers, asked, *shown], **quiet)
    asked.route(route, outputs=[picture, found], **LIVE, **quiet)
