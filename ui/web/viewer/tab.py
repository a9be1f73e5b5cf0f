"""The viewer: opens over any tab at a memory, and shows what the browser asks for by the memory's number alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.errors import DoppelError, NotFound
from app.viewing.records import Facsimile, View
from ui.web.blocks import clickable, in_order, number
from ui.web.markup import notice
from ui.web.messages import tr
from ui.web.viewer import render

if TYPE_CHECKING:
    from ui.web.viewer.twin import ViewerTwin

FACSIMILES = ("page", "picture")


def build(twin: ViewerTwin, *, local: bool) -> None:
    """local: the browser is on this computer, so that a folder can be shown on its desktop."""
    viewer = clickable("look", "leaf", "stretch", "folder", "changes", "shut", elem_id="viewer")

    def look(event: gr.EventData) -> str:
        id = _id(event)
        passages = number(event, "passages")
        view = twin.view(id, passages) if passages else twin.view(id)
        leaf, note = _leaf_of(view, event)
        return render.sheet(view, _span(event), leaf=leaf, local=local, note=note)

    def _leaf_of(view: View, event: gr.EventData) -> tuple[Facsimile | None, str]:
        """Its page or picture, or why there is none."""
        if view.kind not in FACSIMILES or not view.present:
            return None, ""
        start, end = _span(event) or (0, 0)
        try:
            return twin.facsimile(view.memory.id, number(event, "page"), start, end), ""
        except NotFound as error:
            return None, notice(str(error))

    def folder(event: gr.EventData) -> str:
        if not local:
            raise NotFound(tr("The file is on another computer than this browser."))
        twin.show_in_folder(_id(event))
        return _again(event, "")

    def changes(event: gr.EventData) -> str:
        return _again(event, render.difference(twin.changed_since(_id(event))))

    def _again(event: gr.EventData, note: str) -> str:
        view = twin.view(_id(event))
        leaf, problem = _leaf_of(view, event)
        return render.sheet(view, leaf=leaf, local=local, note=note or problem)

    def guarded(action: Callable[[gr.EventData], str]) -> Callable[[gr.EventData], str]:
        """What the action shows, or what went wrong above the passage."""

        def handler(event: gr.EventData) -> str:
            try:
                return action(event)
            except DoppelError as error:
                said = notice(str(error), "problem")
            try:
                return _again(event, said)
            except DoppelError:
                return f'<aside class="sheet" tabindex="-1">{said}</aside>'

        return handler

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "outputs": viewer}
    # Leafing is quick, and what was closed last stays closed.
    for listen, action in (
        (viewer.look, guarded(look)),
        (viewer.leaf, guarded(look)),
        (viewer.stretch, guarded(look)),
        (viewer.changes, guarded(changes)),
        (viewer.shut, lambda: ""),
    ):
        listen(action, **in_order("viewer"), **quiet)
    viewer.folder(guarded(folder), **quiet)


def _id(event: gr.EventData) -> int:
    return number(event, "id") or 0


def _span(event: gr.EventData) -> tuple[int, int] | None:
    start, end = number(event, "start"), number(event, "end")
    return (start, end) if start is not None and end is not None and start < end else None
