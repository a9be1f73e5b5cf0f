"""The memory tab: search what is remembered, correct it, or make the twin forget it and prove that it did."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.errors import DoppelError
from app.records import Remembered
from app.twin.forget_needles import texts_to_forget
from ui.web import render, render_tables
from ui.web.blocks import clickable, number, panel

if TYPE_CHECKING:
    from app.twin.twin import Twin

PAGE = 25
ALL = 0
HINT = render.notice("Review a memory to read it in full, correct it or forget it.")


def build(tab: gr.Tab, twin: Twin) -> None:
    offset, chosen, whole_file = gr.State(0), gr.State(None), gr.State(False)

    with gr.Row(elem_id="memory-search"):
        query = gr.Textbox(
            placeholder="Search what is remembered", label="Search", scale=4, elem_id="memory-query"
        )
        source = gr.Dropdown([("All sources", ALL)], value=ALL, label="Source", scale=1, min_width=200)
    with gr.Row(elem_id="memory-row"):
        with gr.Column(scale=7, min_width=340):
            table = clickable("open", elem_id="memory-table")
            with gr.Row():
                back = gr.Button("Previous", size="sm", interactive=False)
                count = panel(elem_id="memory-count")
                ahead = gr.Button("Next", size="sm", interactive=False)
        with gr.Column(scale=5, min_width=320):
            note = panel(elem_id="memory-note")
            with gr.Column(visible=False, elem_classes="boxed", elem_id="memory-detail") as detail:
                facts = panel()
                body = gr.Textbox(label="Remembered text", lines=8, max_lines=18, elem_id="memory-text")
                with gr.Row():
                    save = gr.Button("Save", variant="primary", size="sm")
                    forget = gr.Button("Forget this passage…", size="sm")
                    forget_file = gr.Button("Forget the whole file…", size="sm")
            with gr.Column(visible=False, elem_classes="boxed", elem_id="memory-confirm") as confirm:
                question = panel()
                with gr.Row():
                    yes = gr.Button("Forget for good", variant="stop", size="sm")
                    no = gr.Button("Keep", size="sm")

    def page(text: str, origin: int, start: int, row: int | None) -> dict[Any, Any]:
        rows = twin.memories(text.strip() or None, source_id=origin or None, limit=PAGE + 1, offset=start)
        span = f"{start + 1}–{start + min(len(rows), PAGE)}" if rows else ""
        return {
            offset: start,
            table: render_tables.memory_table(rows[:PAGE], row),
            count: f'<p class="facts">{span}</p>',
            back: gr.update(interactive=start > 0),
            ahead: gr.update(interactive=len(rows) > PAGE),
        }

    def closed() -> dict[Any, Any]:
        return {chosen: None, detail: gr.update(visible=False), confirm: gr.update(visible=False)}

    def search(text: str, origin: int) -> dict[Any, Any]:
        return {**page(text, origin, 0, None), **closed(), note: ""}

    def entered(text: str, origin: int) -> dict[Any, Any]:
        choices = [("All sources", ALL), *((item.path, item.id) for item in twin.sources())]
        origin = origin if any(origin == value for _, value in choices) else ALL
        return {**search(text, origin), source: gr.update(choices=choices, value=origin), note: HINT}

    def opened(row: Remembered) -> dict[Any, Any]:
        return {
            chosen: row.id,
            facts: render_tables.memory_facts(row),
            body: row.text,
            detail: gr.update(visible=True),
            confirm: gr.update(visible=False),
            forget_file: gr.update(visible=row.path is not None),
        }

    def review(text: str, origin: int, start: int, event: gr.EventData) -> dict[Any, Any]:
        row = number(event, "id")
        if row is None:
            return {note: ""}
        return _guarded(
            note, lambda: {**page(text, origin, start, row), **opened(twin.memory(row)), note: ""}
        )

    def keep(text: str, origin: int, start: int, row: int, new: str) -> dict[Any, Any]:
        def change() -> dict[Any, Any]:
            twin.edit_memory(row, new)
            saved = render.notice("Saved. The next answer uses the new text.", "good")
            return {**page(text, origin, start, row), **opened(twin.memory(row)), note: saved}

        if not new.strip():
            return {note: render.notice("A memory cannot be empty. Forget it instead.", "problem")}
        return _guarded(note, change)

    def ask_first(row: int, file: bool) -> dict[Any, Any]:
        def warn() -> dict[Any, Any]:
            memory = twin.memory(row)
            what = f"everything from {render.file_name(memory.path)}" if file else "this passage"
            line = (
                f"Forget {what}? It is erased from the archive and cannot be brought back. Your file stays."
            )
            return {whole_file: file, question: render.notice(line), confirm: gr.update(visible=True)}

        return _guarded(note, warn)

    def erase(text: str, origin: int, start: int, row: int, file: bool) -> dict[Any, Any]:
        def go() -> dict[Any, Any]:
            memory = twin.memory(row)
            what: dict[str, Any] = {"path": memory.path} if file and memory.path else {"ids": [row]}
            needles = texts_to_forget(twin, **what)
            report = twin.forget(**what)
            done = render.notice(f"Forgotten: {report.documents} passages in {report.seconds:.1f} s.", "good")
            proof = render_tables.verified(twin.verify_forgotten(needles))
            return {**page(text, origin, start, None), **closed(), note: done + proof}

        return _guarded(note, go)

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    listing = [offset, table, count, back, ahead]
    everything = [*listing, chosen, whole_file, facts, body, detail, forget_file, confirm, question, note]
    where = [query, source, offset]
    tab.select(entered, inputs=[query, source], outputs=[*everything, source], **quiet)
    gr.on(
        [query.change, source.input],
        search, inputs=[query, source], outputs=everything, trigger_mode="always_last", **quiet,
    )  # fmt: skip
    back.click(
        lambda text, origin, start: page(text, origin, max(0, start - PAGE), None),
        inputs=where, outputs=listing, **quiet,
    )  # fmt: skip
    ahead.click(
        lambda text, origin, start: page(text, origin, start + PAGE, None),
        inputs=where, outputs=listing, **quiet,
    )  # fmt: skip
    table.open(review, inputs=where, outputs=everything, **quiet)
    # Both encode or rewrite files and may take a while.
    save.click(lambda: render.notice("Saving…"), outputs=note, **quiet).then(
        keep, inputs=[*where, chosen, body], outputs=everything, **quiet
    )
    forget.click(lambda row: ask_first(row, False), inputs=chosen, outputs=everything, **quiet)
    forget_file.click(lambda row: ask_first(row, True), inputs=chosen, outputs=everything, **quiet)
    no.click(lambda: gr.update(visible=False), outputs=confirm, **quiet)
    yes.click(lambda: render.notice("Forgetting…"), outputs=note, **quiet).then(
        erase, inputs=[*where, chosen, whole_file], outputs=everything, **quiet
    )


def _guarded(note: gr.HTML, action: Callable[[], dict[Any, Any]]) -> dict[Any, Any]:
    """What `action` shows, or its error as a line of text."""
    try:
        return action()
    except DoppelError as error:
        return {note: render.notice(str(error), "problem")}
