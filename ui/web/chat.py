"""The chat tab: a question, its answer as it is written, and the passages it rests on."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.errors import DoppelError
from app.records import Done, Event, Message, Retrieved, Token
from ui.web import render
from ui.web.answering import Answering
from ui.web.blocks import clickable, number, panel

if TYPE_CHECKING:
    from app.twin.twin import Twin

log = logging.getLogger(__name__)

# Between two redraws of a streaming answer; faster is not read, only sent.
SECONDS_PER_FRAME = 0.08
# Where the window is too narrow for all three columns, these let the outer ones slide in.
SLIDES = (
    '<div class="slides">'
    '<button type="button" class="slide" id="show-chats" aria-expanded="false" aria-controls="chats-column">'
    "Chats</button>"
    '<button type="button" class="slide" id="show-evidence" aria-expanded="false" '
    'aria-controls="evidence-column">Sources</button></div>'
)


@dataclass
class Desk:
    """What one browser page has open. It lives in gr.State, on this side only."""

    chat_id: int | None = None
    turns: list[Message] = field(default_factory=list)


def build(page: gr.Blocks, tab: gr.Tab, twin: Twin, samples: Sequence[str], answering: Answering) -> None:
    desk = gr.State(Desk())

    with gr.Row(elem_id="chat-row"):
        with gr.Column(scale=2, min_width=180, elem_id="chats-column"):
            new = gr.Button("New chat", size="sm", elem_id="new-chat")
            chats = clickable("open", elem_id="chats")
            save = gr.Button(
                "Remember this chat", size="sm", variant="secondary", visible=False, elem_id="save-chat"
            )
            delete = gr.Button("Delete this chat…", size="sm", variant="secondary", visible=False)
            with gr.Column(visible=False, elem_classes="boxed") as confirm:
                panel('<p class="notice">The chat is erased. Memories stay.</p>')
                with gr.Row():
                    yes = gr.Button("Delete", size="sm", variant="stop")
                    no = gr.Button("Keep", size="sm")
        with gr.Column(scale=6, min_width=340, elem_id="talk-column"):
            panel(SLIDES, elem_id="slides")
            talk = clickable("cite", "sample", elem_id="talk")
            note = panel(elem_id="chat-note")
            with gr.Row(elem_id="ask-row"):
                box = gr.Textbox(
                    placeholder="Ask about your files", label="Question", show_label=False, container=False,
                    lines=1, max_lines=6, autofocus=True, scale=8, elem_id="question",
                )  # fmt: skip
                ask = gr.Button("Ask", variant="primary", scale=1, min_width=80, elem_id="ask")
                stop = gr.Button("Stop", variant="stop", scale=1, min_width=80, elem_id="stop")
        with gr.Column(scale=4, min_width=300, elem_id="evidence-column"):
            panel("<h2>Sources</h2>")
            evidence = clickable(elem_id="evidence")

    def shown(state: Desk, *, busy: str = "") -> dict[Any, Any]:
        """Everything that depends on the desk alone."""
        last = len(state.turns) - 1
        return {
            desk: state,
            talk: render.conversation(state.turns, empty=_welcome(twin, state, samples), busy=busy),
            evidence: _evidence(state, last),
        }

    def listed(state: Desk) -> dict[Any, Any]:
        return {
            chats: render.chat_list(twin.chats(), state.chat_id),
            save: gr.update(visible=state.chat_id is not None),
            delete: gr.update(visible=state.chat_id is not None),
            confirm: gr.update(visible=False),
        }

    def answer(question: str, state: Desk, request: gr.Request) -> Iterator[dict[Any, Any]]:
        question = question.strip()
        if not question:
            yield {note: render.notice("Type a question first.")}
            return
        cancel = answering.cancels[str(request.session_hash)] = threading.Event()
        before = state
        try:
            events = twin.ask(question, chat_id=before.chat_id, cancel=cancel)
            for state, busy in _answered(question, before, answering.steps(events)):
                yield {**shown(state, busy=busy), box: "", note: ""}
            yield listed(state)
        except DoppelError as error:
            yield {**shown(before), box: question, note: render.notice(str(error), "problem")}
        except Exception:
            log.exception("answering failed")
            sorry = "Doppel failed to answer. The terminal it runs in says why."
            yield {**shown(before), box: question, note: render.notice(sorry, "problem")}
        finally:
            # Also reached when the page is closed in mid-answer: the model must not go on for nobody.
            cancel.set()
            answering.cancels.pop(str(request.session_hash), None)

    def halt(request: gr.Request) -> None:
        if event := answering.cancels.get(str(request.session_hash)):
            event.set()

    def begin() -> dict[Any, Any]:
        state = Desk()
        return {**shown(state), **listed(state), note: ""}

    def reopen(event: gr.EventData) -> dict[Any, Any]:
        chosen = number(event, "id")
        if chosen is None:
            return {note: ""}
        try:
            state = Desk(chosen, list(twin.messages(chosen)))
        except DoppelError as error:
            return {**begin(), note: render.notice(str(error), "problem")}
        return {**shown(state), **listed(state), note: ""}

    def erase(state: Desk) -> dict[Any, Any]:
        try:
            if state.chat_id is not None:
                twin.delete_chat(state.chat_id)
        except DoppelError as error:
            return {**begin(), note: render.notice(str(error), "problem")}
        return begin()

    def remember(state: Desk) -> str:
        try:
            saved = twin.save_chat(state.chat_id) if state.chat_id is not None else None
        except DoppelError as error:
            return render.notice(str(error), "problem")
        if saved is None or not saved.documents:
            return render.notice("There is nothing new in this chat to remember.")
        return render.notice(
            "Remembered. Answers may now rest on this chat, too; it is marked as one.", "good"
        )

    def cite(state: Desk, event: gr.EventData) -> str:
        return _evidence(state, number(event, "turn") or 0, number(event, "number"))

    def sample(event: gr.EventData) -> str:
        index = number(event, "number")
        return samples[index] if index is not None and index < len(samples) else ""

    everything = [desk, talk, evidence, chats, save, delete, confirm, note, box]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    asking: dict[str, Any] = {
        "fn": answer,
        "inputs": [box, desk],
        "outputs": everything,
        "concurrency_id": "ask",
    }
    gr.on([box.submit, ask.click], **asking, **quiet)
    talk.sample(sample, outputs=box, **quiet).then(**asking, **quiet)
    talk.cite(cite, inputs=desk, outputs=evidence, **quiet)
    stop.click(halt, concurrency_limit=None, **quiet)
    new.click(begin, outputs=everything, **quiet)
    chats.open(reopen, outputs=everything, **quiet)
    delete.click(lambda: gr.update(visible=True), outputs=confirm, **quiet)
    no.click(lambda: gr.update(visible=False), outputs=confirm, **quiet)
    save.click(lambda: render.notice("Remembering…"), outputs=note, **quiet).then(
        remember, inputs=desk, outputs=note, **quiet
    )
    yes.click(erase, inputs=desk, outputs=everything, **quiet)
    page.load(begin, outputs=everything, **quiet)
    # The memory may have filled or emptied while another tab was open; an open answer is left alone.
    tab.select(
        lambda state: render.conversation(state.turns, empty=_welcome(twin, state, samples)),
        inputs=desk, outputs=talk, **quiet,
    )  # fmt: skip


def _answered(question: str, before: Desk, events: Iterator[Event]) -> Iterator[tuple[Desk, str]]:
    """The desk after each step of an answer, with the line that says what is going on (empty when done)."""
    reply = Message("assistant", "")
    chat_id = before.chat_id

    def state() -> Desk:
        return Desk(chat_id, [*before.turns, Message("user", question), reply])

    yield state(), "Looking through your memory…"
    drawn = time.monotonic()
    for event in events:
        if isinstance(event, Retrieved):
            reply = replace(reply, evidence=tuple(event.evidence))
            yield state(), "Reading the passages…"
        elif isinstance(event, Token):
            reply = replace(reply, text=reply.text + event.text)
            if time.monotonic() - drawn > SECONDS_PER_FRAME:
                drawn = time.monotonic()
                yield state(), "Writing…"
        elif isinstance(event, Done):
            chat_id = event.answer.chat_id
            done = event.answer
            reply = replace(reply, text=done.text, evidence=tuple(done.evidence), unsure=done.unsure)
    yield state(), ""


def _evidence(state: Desk, turn: int, chosen: int | None = None) -> str:
    """The evidence panel of one answer; the words of its question and answer are marked."""
    if not 0 <= turn < len(state.turns):
        return render.evidence_panel((), frozenset())
    reply = state.turns[turn]
    question = state.turns[turn - 1].text if turn else ""
    return render.evidence_panel(reply.evidence, render.words_of(question, reply.text), chosen)


def _welcome(twin: Twin, state: Desk, samples: Sequence[str]) -> str:
    return "" if state.turns else render.welcome(twin.status().documents, samples)
