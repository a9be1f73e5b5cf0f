"""The sources tab: which folders are watched and for how long, how far reading is, and what became of each file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.errors import DoppelError
from app.records import SourceStatus
from app.watching.places import place
from ui.web.blocks import clickable, in_order, number, panel, words
from ui.web.markup import notice
from ui.web.messages import tr
from ui.web.sources import render
from ui.web.sources.picker import picker as show_picker
from ui.web.sources.render import PAGE

if TYPE_CHECKING:
    from ui.web.sources.twin import SourcesTwin

SECONDS_PER_LOOK = 2.0


@dataclass(frozen=True)
class Entry:
    """The source that is about to be added, as it was typed."""

    path: str = ""
    ignore: tuple[str, ...] = ()
    polling: bool = False
    days: int | None = None
    pictures: str = "text"
    watched: bool = False


def patterns(event: gr.EventData) -> tuple[str, ...]:
    return tuple(line.strip() for line in words(event, "ignore").splitlines() if line.strip())


def build(tab: gr.Tab, twin: SourcesTwin) -> gr.Timer:
    """Build the tab; returns the timer that redraws its progress, stopped."""
    entry, shown_files = gr.State(Entry()), gr.State(("", ""))
    look = gr.Timer(SECONDS_PER_LOOK, active=False)

    with gr.Row(elem_id="progress-row"):
        bar = panel(elem_id="progress")
        pause = gr.Button(tr("Pause"), size="sm", scale=0, min_width=110, elem_id="pause")
    form = clickable("look", "browse", elem_id="source-form", value=render.add_form())
    picker = clickable("enter", "take", "close", elem_id="picker")
    note = panel(elem_id="source-note")
    asking = clickable(
        "remember", "cancel", "kept", "ignored", "accepted", "removed", elem_id="source-confirm"
    )
    table = clickable("remove", "keep", "ignore", "accept", elem_id="source-table")
    filters = clickable("files", elem_id="file-filters", value=render.file_filters())
    known = clickable("files_at", elem_id="file-list")

    def state() -> dict[Any, Any]:
        now = twin.status(sizes=False)
        return {
            bar: render.progress(now),
            pause: gr.update(value=tr("Resume") if now.paused else tr("Pause")),
            table: render.table(twin.sources()),
        }

    def listed(text: str, wanted: str, offset: int = 0) -> dict[Any, Any]:
        found = twin.files(wanted, text, limit=PAGE + 1, offset=offset)
        if not found and Path(text.strip()).expanduser().is_absolute():
            found = [twin.file_status(Path(text.strip()).expanduser())]
        more = len(found) > PAGE
        return {known: render.files(found[:PAGE], offset=offset, more=more), shown_files: (text, wanted)}

    def entered(files: tuple[str, str]) -> dict[Any, Any]:
        return {**state(), **listed(*files)}

    def guarded(action: Callable[[gr.EventData], dict[Any, Any]]) -> Callable[..., dict[Any, Any]]:
        """What the action shows, or its error as a line of text."""

        def handler(event: gr.EventData) -> dict[Any, Any]:
            try:
                return action(event)
            except DoppelError as error:
                return {note: notice(str(error), "problem")}

        return handler

    def previewed(event: gr.EventData) -> dict[Any, Any]:
        path = words(event, "where").strip()
        if not path:
            return {note: notice(tr("Type the path of a folder or file first."), "problem")}
        typed = Entry(
            path,
            patterns(event),
            bool(words(event, "polling")),
            number(event, "days") or None,
            words(event, "pictures") or "text",
        )
        return _preview(typed)

    def _preview(typed: Entry) -> dict[Any, Any]:
        found = twin.preview_source(Path(typed.path), typed.ignore)
        return {
            entry: replace(typed, watched=found.watched),
            asking: render.preview(found),
            picker: "",
            note: "",
        }

    def placed(event: gr.EventData) -> dict[Any, Any]:
        return {picker: show_picker(place(words(event, "where"))), asking: "", note: ""}

    def added(typed: Entry) -> dict[Any, Any]:
        try:
            twin.add_source(
                Path(typed.path),
                ignore=typed.ignore,
                polling=typed.polling,
                retention_days=typed.days,
                pictures=typed.pictures,
            )
        except DoppelError as error:
            return {note: notice(str(error), "problem")}
        again = tr("It was watched already. What was set here is kept, and it is compared once more.")
        done = notice(again if typed.watched else tr("Added. It is read in the background."), "good")
        return {**state(), entry: Entry(), asking: "", form: render.add_form(), note: done}

    def switched() -> dict[Any, Any]:
        if twin.status(sizes=False).paused:
            twin.resume()
        else:
            twin.pause()
        return state()

    def about(show: Callable[[SourceStatus], str]) -> Callable[[gr.EventData], dict[Any, Any]]:
        """Asks something about the source that the event names."""

        def handler(event: gr.EventData) -> dict[Any, Any]:
            id = number(event, "id")
            found = next((source for source in twin.sources() if source.id == id), None)
            if found is None:
                return {**state(), note: notice(tr("That source is gone already."))}
            return {asking: show(found), note: ""}

        return handler

    def done(message: str) -> dict[Any, Any]:
        return {**state(), asking: "", note: notice(message, "good")}

    def kept(event: gr.EventData) -> dict[Any, Any]:
        id = number(event, "id") or 0
        twin.set_retention(id, number(event, "days") or None)
        if wanted := words(event, "pictures"):
            twin.set_pictures(id, wanted)
        return done(tr("Saved. What is too old goes tonight, or with the job “retention”."))

    def ignored(event: gr.EventData) -> dict[Any, Any]:
        twin.set_ignore(number(event, "id") or 0, patterns(event))
        return done(tr("Saved. The folder is being compared."))

    def accepted(event: gr.EventData) -> dict[Any, Any]:
        twin.accept_source(number(event, "id") or 0)
        return done(tr("Accepted. The folder is being compared."))

    def removed(event: gr.EventData) -> dict[Any, Any]:
        forget = bool(words(event, "forget"))
        twin.remove_source(number(event, "id") or 0, forget=forget)
        return done(tr("Removed, and forgotten for good.") if forget else tr("Removed."))

    def find(event: gr.EventData) -> dict[Any, Any]:
        return listed(words(event, "text"), words(event, "state"))

    def turn(files: tuple[str, str], event: gr.EventData) -> dict[Any, Any]:
        return listed(*files, offset=number(event, "offset") or 0)

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    moving = [bar, pause, table]
    everything = [*moving, entry, form, note, asking, known, shown_files, picker]
    look.tick(state, outputs=moving, **quiet)
    tab.select(entered, inputs=shown_files, outputs=everything, **quiet)
    pause.click(switched, outputs=moving, **in_order("pause"), **quiet)
    asking.remember(added, inputs=entry, outputs=everything, **quiet)
    # A choice is answered after the one before it, however quickly they come.
    quick = (
        (form.browse, placed), (picker.enter, placed), (picker.close, lambda event: {picker: ""}),
        (table.ignore, about(render.ask_ignore)), (table.keep, about(render.ask_days)),
        (table.accept, about(render.ask_accept)), (table.remove, about(render.ask_remove)),
        (asking.kept, kept), (asking.ignored, ignored), (asking.cancel, lambda event: {asking: ""}),
    )  # fmt: skip
    for listen, action in quick:
        listen(guarded(action), outputs=everything, **in_order("sources"), **quiet)
    # A second click while the first is at work is not meant.
    once = (
        (form.look, previewed), (picker.take, lambda event: _preview(Entry(words(event, "where")))),
        (asking.accepted, accepted), (asking.removed, removed),
    )  # fmt: skip
    for listen, action in once:
        listen(guarded(action), outputs=everything, **quiet)
    known.files_at(turn, inputs=shown_files, outputs=everything, **in_order("files"), **quiet)
    filters.files(guarded(find), outputs=everything, **in_order("files"), **quiet)
    return look
