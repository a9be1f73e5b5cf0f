"""The memory tab: go through what is remembered by time, kind, person, words and meaning, correct it, set it aside, or make
the twin forget it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.errors import DoppelError
from app.records import ForgetPreview, MemoryFilter
from ui.web.blocks import clickable, in_order, number, words
from ui.web.markup import button, file_name, notice
from ui.web.memory import filters, listing, others, render
from ui.web.memory.listing import PAGE
from ui.web.memory.view import View
from ui.web.messages import tr

if TYPE_CHECKING:
    from ui.web.memory.twin import MemoryTwin

# Texts searched for in every file of the archive after a forget; more take minutes and prove no more.
PROVEN = 200
Shown = dict[Any, Any]
Action = Callable[[View, gr.EventData], Shown]


def build(tab: gr.Tab, twin: MemoryTwin) -> None:
    view = gr.State(View())

    ways = clickable("view", elem_id="memory-views")
    with gr.Row(elem_id="memory-top"):
        narrowing = clickable("narrow", "anyone", elem_id="memory-filters")
        adding = clickable("note_down", elem_id="memory-add", value=render.note_form())
    note = clickable("restore", elem_id="memory-note")
    other = clickable(*others.EVENTS, elem_id="memory-other")
    with gr.Row(elem_id="memory-row"):
        timeline = clickable("period", elem_id="memory-timeline")
        table = clickable(
            "open", "turn", "forget_all", "tick", "tick_page", "untick", "remove_ticked", "forget_ticked", "merge_ticked",
            elem_id="memory-table",
        )  # fmt: skip
        with gr.Column(elem_id="memory-side"):
            confirm = clickable("erase", "keep", elem_id="memory-confirm")
            detail = clickable(
                "save",
                "forget",
                "forget_file",
                "close",
                "revert",
                "remove",
                "pin",
                "date",
                elem_id="memory-detail",
            )

    def listed(now: View) -> Shown:
        months = twin.timeline(replace(now.wanted, since="", until="", undated=False))
        rows = twin.review(now.wanted, limit=PAGE + 1, offset=now.offset)
        narrowed = replace(now.wanted, oldest=False, order="") != MemoryFilter()
        above = "" if narrowed or now.offset else listing.this_day(twin.on_this_day())
        shown = listing.listing(
            rows[:PAGE], offset=now.offset, totals=twin.totals(now.wanted), more=len(rows) > PAGE, chosen=now.chosen,
            narrowed=narrowed, ticked=now.ticked, pinned=twin.pinned(), above=above,
        )  # fmt: skip
        return {view: now, table: shown, timeline: filters.timeline(months, now.wanted), other: ""}

    def opened(now: View, said: str = "") -> Shown:
        row = twin.memory(now.chosen or 0)
        pinned = row.id in twin.pinned()
        return {detail: render.detail(row, twin.versions(row.id), said, pinned=pinned)}

    def closed(now: View) -> Shown:
        return {**listed(replace(now, chosen=None, asked=None, path=None)), detail: "", confirm: "", note: ""}

    def guarded(action: Action) -> Callable[..., Shown]:
        """What the action shows, or its error as a line of text."""

        def handler(now: View, event: gr.EventData) -> Shown:
            try:
                return action(now, event)
            except DoppelError as error:
                return {note: notice(str(error), "problem")}

        return handler

    def entered(now: View) -> Shown:
        person = twin.person(now.wanted.person).name if now.wanted.person else ""
        form = filters.filters(twin.sources(), now.wanted, twin.folders(), person)
        return {**listed(now), narrowing: form, ways: filters.views(now.name, twin.count_trash())}

    def look(now: View, event: gr.EventData) -> Shown:
        now = View(now.wanted, name=words(event, "viewName"))
        return {
            **closed(now),
            **(others.shown(twin, other, view, now) if now.name else entered(now)),
            **_ways(now),
        }

    def _ways(now: View) -> Shown:
        return {ways: filters.views(now.name, twin.count_trash())}

    def narrow(now: View, event: gr.EventData) -> Shown:
        order = words(event, "order")
        wanted = replace(
            now.wanted,
            query=words(event, "query"),
            meaning=bool(words(event, "meaning")),
            kind=words(event, "kind"),
            source_id=number(event, "source"),
            folder=words(event, "folder"),
            oldest=order == "oldest",
            order="" if order == "oldest" else order,
        )
        return closed(View(wanted, ticked=now.ticked))

    def anyone(now: View, event: gr.EventData) -> Shown:
        now = View(replace(now.wanted, person=""))
        return {**closed(now), **entered(now)}

    def of_person(now: View, event: gr.EventData) -> Shown:
        now = View(MemoryFilter(person=words(event, "id")))
        return {**closed(now), **entered(now)}

    def period(now: View, event: gr.EventData) -> Shown:
        since = words(event, "period")
        undated = since == "undated"
        since = "" if undated else since
        wanted = replace(now.wanted, since=since, until=f"{since}~" if since else "", undated=undated)
        return closed(View(wanted, ticked=now.ticked))

    def turn(now: View, event: gr.EventData) -> Shown:
        return listed(replace(now, offset=number(event, "offset") or 0))

    def review(now: View, event: gr.EventData) -> Shown:
        now = replace(now, chosen=number(event, "id"), asked=None, name="")
        return {**opened(now), **listed(now), **_ways(now), confirm: "", note: ""}

    def tick(now: View, event: gr.EventData) -> Shown:
        return listed(replace(now, ticked=now.ticked ^ {number(event, "id") or 0}))

    def tick_page(now: View, event: gr.EventData) -> Shown:
        rows = twin.review(now.wanted, limit=PAGE, offset=now.offset)
        return listed(replace(now, ticked=now.ticked | {row.id for row in rows}))

    def save(now: View, event: gr.EventData) -> Shown:
        text = words(event, "text")
        if not text.strip():
            return {note: notice(tr("A memory cannot be empty. Forget it instead."), "problem")}
        return _edited(number(event, "id") or 0, text, now)

    def revert(now: View, event: gr.EventData) -> Shown:
        id, at = number(event, "id") or 0, number(event, "version") or 0
        kept = twin.versions(id)
        return _edited(id, kept[at][1], now) if at < len(kept) else {note: ""}

    def _edited(id: int, text: str, now: View) -> Shown:
        twin.edit_memory(id, text)
        return _again(replace(now, chosen=id), tr("Saved. The next answer uses the new text."))

    def _again(now: View, said: str) -> Shown:
        return {**opened(now, notice(said, "good")), **listed(now), note: ""}

    def pin(now: View, event: gr.EventData) -> Shown:
        id = number(event, "id") or 0
        wanted = id not in twin.pinned()
        twin.pin_memory(id, wanted)
        said = tr("Pinned. It stands first in the list.") if wanted else tr("No longer pinned.")
        return _again(replace(now, chosen=id), said)

    def date(now: View, event: gr.EventData) -> Shown:
        id = number(event, "id") or 0
        twin.correct_date(id, words(event, "day"))
        return _again(replace(now, chosen=id), tr("The date is corrected, and stays so."))

    def set_aside(now: View, ids: Sequence[int]) -> Shown:
        gone = twin.remove(ids)
        undo = button("restore", tr("Undo"), ids=",".join(map(str, gone[:1000])))
        said = tr("{n} memories are removed. They can be brought back for a month.", n=f"{len(gone):,}")
        now = replace(now, ticked=frozenset())
        return {**closed(now), **_ways(now), note: notice(said, more=undo)}

    def restore(now: View, event: gr.EventData) -> Shown:
        back = twin.restore(others.numbers(words(event, "ids")))
        said = tr("{n} memories are back.", n=f"{len(back):,}")
        return {**closed(now), **_ways(now), note: notice(said, "good")}

    def remove(now: View, event: gr.EventData) -> Shown:
        return set_aside(now, [number(event, "id") or 0])

    def remove_ticked(now: View, event: gr.EventData) -> Shown:
        return set_aside(now, sorted(now.ticked))

    def merge_ticked(now: View, event: gr.EventData) -> Shown:
        """The one open, else the first that was learned, stands for all."""
        keep = now.chosen if now.chosen in now.ticked else min(now.ticked, default=0)
        return set_aside(now, sorted(now.ticked - {keep}))

    def asked(now: View, preview: ForgetPreview, what: str, path: str | None = None) -> Shown:
        return {
            view: replace(now, asked=preview, path=path),
            confirm: render.question(preview, what),
            note: "",
        }

    def forget(now: View, event: gr.EventData) -> Shown:
        return asked(now, twin.preview_forget(ids=[number(event, "id") or 0]), tr("this passage"))

    def forget_ticked(now: View, event: gr.EventData) -> Shown:
        what = tr("{n} chosen memories", n=f"{len(now.ticked):,}")
        return asked(now, twin.preview_forget(ids=sorted(now.ticked)), what)

    def forget_file(now: View, event: gr.EventData) -> Shown:
        path = twin.memory(number(event, "id") or 0).path
        what = tr("everything from {file}", file=file_name(path))
        return asked(now, twin.preview_forget(path=path or ""), what, path)

    def forget_all(now: View, event: gr.EventData) -> Shown:
        return asked(now, twin.preview_forget(wanted=now.wanted), tr("all that matches"))

    def erase(now: View, event: gr.EventData) -> Shown:
        if now.asked is None:
            return {confirm: ""}
        needles = [twin.memory(id).text for id in now.asked.ids[:PROVEN]]
        report = twin.forget(path=now.path) if now.path else twin.forget(ids=now.asked.ids)
        done = tr(
            "Forgotten: {n} passages in {seconds} s.", n=report.documents, seconds=f"{report.seconds:.1f}"
        )
        said = notice(done, "good") + render.proof(twin.verify_forgotten(needles))
        return {**closed(replace(now, offset=0, ticked=frozenset())), note: said}

    def add(now: View, event: gr.EventData) -> Shown:
        made = twin.add_note(words(event, "text"), words(event, "title"))
        said = notice(tr("Remembered. The next answer can use it."), "good")
        now = replace(now, chosen=made[0] if made else None, name="")
        return {**listed(now), **opened(now), **_ways(now), note: said, adding: render.note_form()}

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    everything = [view, ways, narrowing, timeline, table, detail, confirm, note, adding, other]
    tab.select(guarded(lambda now, event: entered(now)), inputs=view, outputs=everything, **quiet)
    # One after the other, however quickly a person clicks: each starts from the view that the last one left.
    quick: tuple[tuple[Any, Action], ...] = (
        (ways.view, look), (timeline.period, period), (narrowing.anyone, anyone), (table.open, review), (table.turn, turn),
        (table.tick, tick), (table.tick_page, tick_page),
        (table.untick, lambda now, event: listed(replace(now, ticked=frozenset()))),
        (detail.pin, pin), (detail.close, lambda now, event: closed(now)), (detail.save, save), (detail.date, date),
        (detail.remove, remove), (confirm.keep, lambda now, event: {confirm: ""}), (other.memories_of, of_person),
    )  # fmt: skip
    # A second click while the first is at work is not meant.
    once: tuple[tuple[Any, Action], ...] = (
        (note.restore, restore), (table.forget_all, forget_all),
        (table.remove_ticked, remove_ticked), (table.forget_ticked, forget_ticked), (table.merge_ticked, merge_ticked),
        (detail.revert, revert), (detail.forget, forget), (detail.forget_file, forget_file),
        (confirm.erase, erase), (adding.note_down, add),
    )  # fmt: skip
    for listen, action in quick:
        listen(guarded(action), inputs=view, outputs=everything, **in_order("memory"), **quiet)
    for listen, action in once:
        listen(guarded(action), inputs=view, outputs=everything, **quiet)
    for name, action in others.actions(twin, other, view).items():
        live = {} if name in others.ONCE else in_order("memory")
        getattr(other, name)(guarded(action), inputs=view, outputs=everything, **live, **quiet)
    narrowing.narrow(guarded(narrow), inputs=view, outputs=everything, **in_order("memory"), **quiet)
